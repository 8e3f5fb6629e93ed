import Contracts
import Foundation
import Postgres

/// All SQL that reads leads for people: one, a page of them, figures over all.
extension SQLExecutor {
    func lead(_ id: LeadID) async throws -> Lead? {
        try await row("SELECT \(fragment: LeadColumns.all) FROM leads WHERE id = \(id)")?.decode(Lead.self)
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
