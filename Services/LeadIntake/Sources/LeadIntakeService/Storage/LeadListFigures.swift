import Contracts
import Postgres

extension SQLExecutor {
    /// The figures of `selection`, all from one reading of it.
    func leadStatistics(_ selection: LeadSelection, qualifiedFrom score: Int) async throws -> LeadStatistics.Answer {
        let rows = try await rows(
            """
            SELECT source, sales_stage, assigned_to, grouping(source, sales_stage, assigned_to) AS level,
                count(*) AS total,
                count(*) FILTER (WHERE qualification_score >= \(score)) AS qualified,
                count(*) FILTER (WHERE lead_score > 70) AS hot,
                count(*) FILTER (WHERE sales_stage = 'won') AS won,
                avg(qualification_score)::float8 AS average_qualification_score,
                avg(lead_score)::float8 AS average_lead_score
            FROM leads
            WHERE \(fragment: selection.condition)
            GROUP BY GROUPING SETS ((source), (sales_stage), (assigned_to), ())
            """
        )
        var answer = LeadStatistics.Answer()
        for row in rows {
            let total = try row.decode("total", as: Int.self)
            // A bit is set for each column that a row is not grouped by.
            switch try row.decode("level", as: Int.self) {
            case 0b011: answer.bySource[try row.decode("source")] = total
            case 0b101: answer.byStage[try row.decode("sales_stage")] = total
            case 0b110:
                guard let staff = try row.decodeIfPresent("assigned_to", as: String.self) else {
                    answer.unassigned = total
                    continue
                }
                answer.byAgent[staff] = .init(total: total, hot: try row.decode("hot"), won: try row.decode("won"))
            default:
                answer.total = total
                answer.qualified = try row.decode("qualified")
                answer.hot = try row.decode("hot")
                answer.won = try row.decode("won")
                answer.averageQualificationScore = try row.decodeIfPresent("average_qualification_score") ?? 0
                answer.averageLeadScore = try row.decodeIfPresent("average_lead_score")
                answer.conversionRate = total == 0 ? 0 : Double(answer.won) / Double(total)
            }
        }
        return answer
    }
}
