import Contracts
import Postgres

extension SQLExecutor {
    /// The figures of `selection`, all from one reading of it: of each source, stage and agent together, to be added up here. From the index
    /// that has all of them it takes a third of the time that grouping sets of the leads themselves take.
    func leadStatistics(_ selection: LeadSelection, qualifiedFrom score: Int) async throws -> LeadStatistics.Answer {
        let rows = try await rows(
            """
            SELECT source, sales_stage, assigned_to,
                count(*) AS total,
                count(*) FILTER (WHERE qualification_score >= \(score)) AS qualified,
                count(*) FILTER (WHERE lead_score > 70) AS hot,
                sum(qualification_score) AS qualification_scores,
                coalesce(sum(lead_score), 0) AS lead_scores,
                count(lead_score) AS scored
            FROM leads
            WHERE \(fragment: selection.condition)
            GROUP BY source, sales_stage, assigned_to
            """
        )
        var answer = LeadStatistics.Answer()
        var (qualificationScores, leadScores, scored) = (0, 0, 0)
        for row in rows {
            let (total, hot) = (try row.decode("total", as: Int.self), try row.decode("hot", as: Int.self))
            let stage: String = try row.decode("sales_stage")
            let won = stage == SalesStage.won.rawValue ? total : 0
            answer.total += total
            answer.hot += hot
            answer.won += won
            answer.qualified += try row.decode("qualified", as: Int.self)
            answer.bySource[try row.decode("source"), default: 0] += total
            answer.byStage[stage, default: 0] += total
            if let staff = try row.decodeIfPresent("assigned_to", as: String.self) {
                var figures = answer.byAgent[staff] ?? .init(total: 0, hot: 0, won: 0)
                figures.total += total
                figures.hot += hot
                figures.won += won
                answer.byAgent[staff] = figures
            } else {
                answer.unassigned += total
            }
            qualificationScores += try row.decode("qualification_scores", as: Int.self)
            leadScores += try row.decode("lead_scores", as: Int.self)
            scored += try row.decode("scored", as: Int.self)
        }
        guard answer.total > 0 else { return answer }
        answer.averageQualificationScore = Double(qualificationScores) / Double(answer.total)
        answer.averageLeadScore = scored == 0 ? nil : Double(leadScores) / Double(scored)
        answer.conversionRate = Double(answer.won) / Double(answer.total)
        return answer
    }
}
