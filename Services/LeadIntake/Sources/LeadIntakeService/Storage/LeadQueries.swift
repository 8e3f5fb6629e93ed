import Contracts
import Foundation
import Postgres

/// All SQL that reads leads for people: one, a page of them, figures over all.
extension SQLExecutor {
    func lead(_ id: LeadID) async throws -> Lead? {
        try await row("SELECT \(fragment: LeadColumns.all) FROM leads WHERE id = \(id)")?.decode(Lead.self)
    }

    /// Leads, newest first, from behind `cursor` on; only those that `staff` may see, when it is given: their own and unassigned ones.
    func leads(_ filter: ListLeads, after cursor: LeadCursor?, visibleTo staff: String?) async throws -> [Lead] {
        var conditions: [SQL] = ["archived_at IS NULL"]
        if let score = filter.minQualificationScore { conditions.append("qualification_score >= \(score)") }
        if let hasWebsite = filter.hasWebsite { conditions.append("(website_url IS NOT NULL) = \(hasWebsite)") }
        if let cursor { conditions.append("(created_at, id) < (\(cursor.createdAt)::timestamptz, \(cursor.id)::uuid)") }
        if let staff { conditions.append("(assigned_to IS NULL OR assigned_to = \(staff))") }
        let rows = try await rows(
            """
            SELECT \(fragment: LeadColumns.all)
            FROM leads
            WHERE \(fragment: .joined(conditions, separator: " AND "))
            ORDER BY created_at DESC, id DESC
            LIMIT \(filter.limit)
            """
        )
        return try rows.map { try $0.decode(Lead.self) }
    }

    func leadStatistics(qualifiedFrom score: Int) async throws -> LeadStatistics.Answer {
        let rows = try await rows(
            """
            SELECT source, count(*) AS total, count(*) FILTER (WHERE qualification_score >= \(score)) AS qualified,
                sum(qualification_score)::bigint AS points
            FROM leads
            WHERE archived_at IS NULL
            GROUP BY source
            """
        )
        var answer = LeadStatistics.Answer(total: 0, qualified: 0, averageQualificationScore: 0, bySource: [:])
        var points = 0
        for row in rows {
            let total = try row.decode("total", as: Int.self)
            answer.total += total
            answer.qualified += try row.decode("qualified", as: Int.self)
            answer.bySource[try row.decode("source")] = total
            points += try row.decode("points", as: Int.self)
        }
        if answer.total > 0 { answer.averageQualificationScore = Double(points) / Double(answer.total) }
        return answer
    }
}

/// Where a page of leads ended. On the wire it is opaque: base64url of the time and the id.
struct LeadCursor: Hashable, Sendable {
    var createdAt: Date
    var id: LeadID

    init(_ lead: Lead) {
        createdAt = lead.createdAt
        id = lead.id
    }

    init?(_ text: String) {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let time = RFC3339.date(from: String(parts[0])), let id = LeadID(String(parts[1])) else { return nil }
        createdAt = time
        self.id = id
    }

    var text: String {
        Data("\(RFC3339.string(from: createdAt)) \(id)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
