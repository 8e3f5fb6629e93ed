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
    ///   - models: what scores the leads.
    ///   - chunkSize: how many rows a chunk has at most.
    package init(
        format: SourceFormat?,
        country: String?,
        defaultCountry: String,
        models: ScoringModels = .standard,
        chunkSize: Int = Self.chunkSize
    ) {
        source = SourceReader(format: format)
        self.defaultCountry = defaultCountry
        self.models = models
        knownCountry = country
        listings = ListingReader(assumedCountry: country ?? defaultCountry)
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

    private mutating func take(_ records: [SourceRecord]) throws -> [ImportChunk] {
        var chunks: [ImportChunk] = []
        for record in records {
            let reading = try listings.read(record)
            if case .header = reading { continue }
            var row = Row(line: record.line, reading: reading)
            if case .draft = reading { row.raw = record.raw(header: listings.header) }
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
            case .draft(var draft, let profiles, let remarks):
                draft.country = draft.country ?? knownCountry ?? CountryGuess.country(of: draft)
                switch check(draft, profiles: profiles) {
                case .accepted(let lead, let warnings):
                    chunk.candidates.append(ImportChunk.Candidate(line: line, lead: lead, raw: row.raw))
                    chunk.warnings += (remarks + warnings).map { ImportChunk.Remark(line: line, reason: $0.detail, field: $0.field) }
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
            if case .draft(let draft, _, _) = row.reading { draft } else { nil }
        }
        knownCountry = CountryGuess.country(of: drafts, assumed: defaultCountry)
    }
}
