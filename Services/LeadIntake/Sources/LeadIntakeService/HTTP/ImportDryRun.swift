import Contracts
import Foundation
import Hummingbird
import Postgres
import ServiceKit

/// `POST /intake/imports?dry_run=true`: what an import of the file would do. Nothing is written.
struct ImportDryRun: Sendable {
    /// So many rows are read at most.
    static let rowLimit = 20_000
    /// So many of them are shown as the leads that they would become.
    static let shownRows = 20

    private static let piece = 1 << 16

    let database: Database

    /// Whether the request asks for one.
    ///
    /// - Throws: a `Problem` of status 422 when that can't be told: nothing may be imported by a slip of the pen.
    static func isAsked(by request: Request) throws -> Bool {
        guard let text = request.uri.queryParameters["dry_run"] else { return false }
        switch text.lowercased() {
        case "true", "1", "yes", "": return true
        case "false", "0", "no": return false
        default:
            throw Problem.invalid([Problem.FieldError(pointer: "/dry_run", detail: "'\(text.prefix(20))' is neither true nor false")])
        }
    }

    func answer(_ body: CheckedBody, reader: ImportReader) async throws -> Response {
        var reader = reader
        var forecast = Forecast()
        try await body.read { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.piece) {
                // The rest is only taken off the line, so that the answer can be sent.
                guard forecast.counts.read < Self.rowLimit else {
                    forecast.isWhole = false
                    return
                }
                try await forecast.add(reader.push(Array(bytes[start..<min(bytes.count, start + Self.piece)])), database)
            }
        }
        if forecast.isWhole { try await forecast.add(reader.finish(), database) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(Answer(reader.report, forecast))))
        )
    }
}

/// What would become of the rows, counted.
private struct Forecast {
    var counts = ImportDryRun.Counts()
    var rows: [ImportDryRun.Row] = []
    var reasons: [String: Int] = [:]
    var isWhole = true
    /// By what the rows before are known: the line of each.
    private var seen: [String: Int] = [:]

    mutating func add(_ chunks: [ImportChunk], _ database: Database) async throws {
        for chunk in chunks {
            let wanted = chunk.candidates.map { WantedLead($0.lead) }
            let existing = try await database.transaction(.init(readOnly: true)) { try await $0.leads(matching: wanted.map(\.keys)) }
            var rows: [ImportDryRun.Row] = []
            for (index, candidate) in chunk.candidates.enumerated() {
                let key = wanted[index].keys.gmbID.map { "gmb_id \($0)" } ?? "business \(wanted[index].keys.businessKey ?? "")"
                var row = ImportDryRun.Row(line: candidate.line, outcome: .created)
                if let match = existing[index] {
                    row.outcome = .matched
                    row.match = .init(leadID: match.lead.id, slug: match.lead.slug, by: match.by)
                } else if let line = seen[key] {
                    row.outcome = .matched
                    row.match = .init(line: line, by: wanted[index].keys.gmbID == nil ? .business : .gmbID)
                }
                seen[key] = seen[key] ?? candidate.line
                counts.created += row.outcome == .created ? 1 : 0
                counts.matched += row.outcome == .matched ? 1 : 0
                if self.rows.count < ImportDryRun.shownRows { row.describe(candidate, chunk.warnings) }
                rows.append(row)
            }
            rows += chunk.rejections.map { .init(line: $0.line, outcome: .rejected, field: $0.field, reason: $0.reason) }
            counts.read += chunk.rowsRead
            counts.rejected += chunk.rejections.count
            counts.warnings += chunk.warnings.count
            for rejection in chunk.rejections { reasons[rejection.reason, default: 0] += 1 }
            let room = ImportDryRun.shownRows - self.rows.count
            if room > 0 { self.rows += rows.sorted { $0.line < $1.line }.prefix(room) }
        }
    }
}

extension ImportDryRun {
    struct Counts: Codable, Sendable {
        var read = 0
        var created = 0
        var matched = 0
        var rejected = 0
        var warnings = 0
    }

    enum Outcome: String, Codable, Sendable {
        case created, matched, rejected
    }

    /// One row, as the lead that it would become.
    struct Row: Codable, Sendable {
        var line: Int
        var outcome: Outcome
        var match: Match?
        var field: String?
        var reason: String?
        var lead: LeadDraft?
        var salesStage: SalesStage?
        var assignedTo: String?
        var note: String?
        var qualification: Score?
        var leadScore: Score?
        var warnings: [RowRemark]?

        struct Match: Codable, Sendable {
            /// The lead that is there already.
            var leadID: LeadID?
            var slug: String?
            /// The row further up that is the same business.
            var line: Int?
            var by: MatchedBy

            enum CodingKeys: String, CodingKey {
                case leadID = "lead_id"
                case slug, line, by
            }
        }

        struct Score: Codable, Sendable {
            var score: Int
            var factors: [ScoreFactor]
        }

        enum CodingKeys: String, CodingKey {
            case line, outcome, match, field, reason, lead
            case salesStage = "sales_stage"
            case assignedTo = "assigned_to"
            case note, qualification
            case leadScore = "lead_score"
            case warnings
        }

        mutating func describe(_ candidate: ImportChunk.Candidate, _ remarks: [ImportChunk.Remark]) {
            let lead = candidate.lead
            let qualification = lead.qualification
            let leadScore = lead.models.leadScore.factors(of: ScoreFacts(lead.draft))
            self.lead = lead.draft
            salesStage = lead.work.salesStage
            assignedTo = lead.work.assignedTo
            note = lead.work.note
            self.qualification = Score(score: ScoringModel.score(qualification), factors: qualification)
            self.leadScore = Score(score: ScoringModel.score(leadScore), factors: leadScore)
            let own = remarks.filter { $0.line == line }.map { RowRemark(line: $0.line, field: $0.field, reason: $0.reason) }
            warnings = own.isEmpty ? nil : own
        }
    }

    struct Answer: Codable, Sendable {
        var dryRun = true
        var reading: ReadingReport
        var counts: Counts
        /// Whether the counts are those of the whole file.
        var isWhole: Bool
        var rejections: [Reason]
        var warnings: [String]
        var rows: [Row]

        struct Reason: Codable, Sendable {
            var reason: String
            var rows: Int
        }

        enum CodingKeys: String, CodingKey {
            case dryRun = "dry_run"
            case reading, counts
            case isWhole = "is_whole"
            case rejections, warnings, rows
        }

        fileprivate init(_ reading: ReadingReport, _ forecast: Forecast) {
            self.reading = reading
            counts = forecast.counts
            isWhole = forecast.isWhole
            rejections = forecast.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map { .init(reason: $0, rows: $1) }
            warnings = reading.warnings + (isWhole ? [] : ["Only the first \(counts.read) rows were read; an import reads them all."])
            rows = forecast.rows
        }
    }
}
