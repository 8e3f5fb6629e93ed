import Contracts

/// What one chunk of an import comes to, before anybody asks which of its businesses are leads already.
package struct ImportChunk: Sendable {
    /// Rows read, good or bad; the header is none.
    package var rowsRead = 0
    package var candidates: [Candidate] = []
    package var rejections: [Remark] = []
    package var warnings: [Remark] = []

    package struct Candidate: Sendable {
        package var line: Int
        package var lead: CheckedLead
        /// The record as it was found.
        package var raw: String?
    }

    /// Something that has to be said about one row.
    package struct Remark: Hashable, Sendable {
        package var line: Int
        package var reason: String
        /// The field that it is about; `nil` when it is about the whole row.
        package var field: String?

        package init(line: Int, reason: String, field: String? = nil) {
            self.line = line
            self.reason = reason
            self.field = field
        }
    }
}

/// How a file was read: what was found out about it, and what was said.
package struct ReadingReport: Codable, Hashable, Sendable {
    package var format: SourceFormat?
    package var encoding: String
    /// What parts the cells of a table.
    package var separator: String?
    /// Where businesses are taken to be that don't say so, when the file tells.
    package var country: String?
    package var mapping: UsedMapping?
    /// What about its columns may not be as it was meant.
    package var warnings: [String]
}

/// The pure half of an import: from bytes, in pieces of any size, to chunks of checked leads. Holds one chunk at most.
///
/// The same bytes always make the same chunks, however they were cut: that is what lets an import go on where it stopped.
package struct ImportReader: Sendable {
    package static let chunkSize = 500
    /// A chunk ends sooner when its records are large.
    private static let chunkBytes = 4 << 20

    private var source: SourceReader
    private var listings: ListingReader
    private let defaultCountry: String
    private let models: ScoringModels
    /// The country of businesses that don't say theirs: as it was named, or as the file turned out.
    private var knownCountry: String?
    private var isFirstChunk = true
    private var pending: [Row] = []
    private var pendingBytes = 0
    private let chunkSize: Int

    private struct Row: Sendable {
        var line: Int
        var reading: ListingReader.Reading
        var raw: String?
    }

    /// - Parameters:
    ///   - format: how the file is written, or `nil` to find out.
    ///   - country: ISO code of the country of businesses that don't say theirs, or `nil` to find out.
    ///   - defaultCountry: what is assumed when that can't be found out.
    ///   - preset: how its columns are called, or `nil` to find out.
    ///   - mapping: what the caller says of single columns.
    ///   - models: what scores the leads.
    ///   - chunkSize: how many rows a chunk has at most.
    package init(
        format: SourceFormat?,
        country: String?,
        defaultCountry: String,
        preset: MappingPreset? = nil,
        mapping: ColumnMapping? = nil,
        models: ScoringModels = .standard,
        chunkSize: Int = Self.chunkSize
    ) {
        source = SourceReader(format: format)
        self.defaultCountry = defaultCountry
        self.models = models
        knownCountry = country
        listings = ListingReader(assumedCountry: country ?? defaultCountry, preset: preset, mapping: mapping)
        self.chunkSize = chunkSize
    }

    /// - Returns: the chunks that became whole.
    /// - Throws: `Problem` when the header names no column for the business.
    package mutating func push(_ bytes: [UInt8]) throws -> [ImportChunk] {
        try take(source.push(bytes))
    }

    package mutating func finish() throws -> [ImportChunk] {
        var chunks = try take(source.finish())
        if !pending.isEmpty { chunks.append(flush()) }
        return chunks
    }

    /// How the file is read, as far as it was.
    package var report: ReadingReport {
        ReadingReport(
            format: source.foundFormat,
            encoding: source.encoding,
            separator: source.separator.map(String.init),
            country: knownCountry,
            mapping: listings.used,
            warnings: listings.warnings
        )
    }

    private mutating func take(_ records: [SourceRecord]) throws -> [ImportChunk] {
        var chunks: [ImportChunk] = []
        for record in records {
            let reading = try listings.read(record)
            if case .header = reading { continue }
            var row = Row(line: record.line, reading: reading)
            if case .found = reading { row.raw = listings.raw(record) }
            pending.append(row)
            pendingBytes += row.raw?.utf8.count ?? 0
            if pending.count == chunkSize || pendingBytes >= Self.chunkBytes { chunks.append(flush()) }
        }
        return chunks
    }

    private mutating func flush() -> ImportChunk {
        if isFirstChunk, knownCountry == nil { guessCountry() }
        isFirstChunk = false
        let check = LeadCheck(.import, defaultCountry: defaultCountry, defaultSource: .import, models: models)

        var chunk = ImportChunk(rowsRead: pending.count)
        for row in pending {
            let line = row.line
            switch row.reading {
            case .header: continue
            case .rejected(let reason, let field): chunk.rejections.append(ImportChunk.Remark(line: line, reason: reason, field: field))
            case .found(var found):
                found.draft.country = found.draft.country ?? knownCountry ?? CountryGuess.country(of: found.draft)
                switch check(found.draft, profiles: found.profiles) {
                case .accepted(var lead, let warnings):
                    lead.work = found.work
                    chunk.candidates.append(ImportChunk.Candidate(line: line, lead: lead, raw: row.raw))
                    chunk.warnings += (found.warnings + warnings).map { ImportChunk.Remark(line: line, reason: $0.detail, field: $0.field) }
                case .rejected(let findings):
                    chunk.rejections.append(ImportChunk.Remark(line: line, reason: findings.reason, field: findings.field))
                }
            }
        }
        pending = []
        pendingBytes = 0
        return chunk
    }

    private mutating func guessCountry() {
        let drafts = pending.compactMap { row -> LeadDraft? in
            if case .found(let found) = row.reading { found.draft } else { nil }
        }
        knownCountry = CountryGuess.country(of: drafts, assumed: defaultCountry)
    }
}
