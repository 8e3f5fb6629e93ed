import Contracts
import Foundation
import Postgres

/// All SQL on what scores rest on.
extension SQLExecutor {
    func scoreStandings(of leads: [LeadID]) async throws -> [LeadID: ScoreStanding] {
        guard !leads.isEmpty else { return [:] }
        let rows = try await rows(
            """
            SELECT id, engagement, qualification_score_set_by, lead_score_set_by
            FROM leads
            WHERE id = ANY (\(leads)::uuid[])
            """
        )
        return try rows.reduce(into: [:]) { $0[try $1.decode("id", as: LeadID.self)] = try ScoreStanding(from: $1) }
    }
}

extension ScoreStanding {
    init(from row: Row) throws {
        self.init(
            engagement: Set(try row.decode("engagement", as: [String].self).compactMap(Engagement.init)),
            qualificationSetBy: try row.decodeIfPresent("qualification_score_set_by"),
            leadScoreSetBy: try row.decodeIfPresent("lead_score_set_by")
        )
    }
}

extension Transaction {
    /// Who set the scores of a lead by hand; `nil` keeps who did before.
    ///
    /// - Returns: the marks that are different now.
    func markScores(of lead: LeadID, qualificationSetBy: String?, leadScoreSetBy: String?) async throws -> [FieldChange] {
        let before = try await scoreStandings(of: [lead])[lead] ?? ScoreStanding()
        try await execute(
            """
            UPDATE leads SET
                qualification_score_set_by = coalesce(\(qualificationSetBy), qualification_score_set_by),
                lead_score_set_by = coalesce(\(leadScoreSetBy), lead_score_set_by)
            WHERE id = \(lead)
            """
        )
        let marks = [
            FieldChange(field: "qualification_score_set_by", from: before.qualificationSetBy, to: qualificationSetBy),
            FieldChange(field: "lead_score_set_by", from: before.leadScoreSetBy, to: leadScoreSetBy),
        ]
        return marks.filter { $0.to != nil && $0.from != $0.to }
    }

    func dropScoreMarks(of leads: [LeadID]) async throws {
        guard !leads.isEmpty else { return }
        try await execute(
            "UPDATE leads SET qualification_score_set_by = NULL, lead_score_set_by = NULL WHERE id = ANY (\(leads)::uuid[])"
        )
    }

    /// Writes the scores of leads that are locked, and nothing else of them.
    func updateScores(of leads: [Lead]) async throws {
        guard !leads.isEmpty else { return }
        try await execute(
            """
            UPDATE leads SET
                version = given.version, qualification_score = given.qualification_score, lead_score = given.lead_score,
                updated_at = given.updated_at
            FROM unnest(
                \(leads.map(\.id))::uuid[], \(leads.map(\.version))::int8[], \(leads.map(\.qualificationScore))::int8[],
                \(leads.map(\.leadScore))::int8[], \(leads.map(\.updatedAt))::timestamptz[]
            ) AS given (id, version, qualification_score, lead_score, updated_at)
            WHERE leads.id = given.id
            """
        )
    }

    /// What each of the leads is now: itself, or the one that it was merged into. Those that there never were are left out.
    func survivors(of leads: Set<LeadID>) async throws -> [LeadID: LeadID] {
        let rows = try await rows(
            "SELECT id, coalesce(merged_into, id) AS survivor FROM leads WHERE id = ANY (\(leads.sorted())::uuid[])"
        )
        return try rows.reduce(into: [:]) { $0[try $1.decode("id", as: LeadID.self)] = try $1.decode("survivor", as: LeadID.self) }
    }

    func keepEngagement(_ engagement: [LeadID: Set<Engagement>]) async throws {
        guard !engagement.isEmpty else { return }
        let given = engagement.sorted { $0.key < $1.key }
        try await execute(
            """
            UPDATE leads SET engagement = ARRAY(SELECT jsonb_array_elements_text(given.engagement))
            FROM unnest(
                \(given.map(\.key))::uuid[], \(given.map { JSONB($0.value.map(\.rawValue).sorted()) })::jsonb[]
            ) AS given (id, engagement)
            WHERE leads.id = given.id
            """
        )
    }

    /// Makes the scores of locked leads anew that are about to be written; each with what it was before.
    func rescored(_ changed: [(before: Lead, next: Lead)], by models: ScoringModels) async throws -> [Lead] {
        let standings = try await scoreStandings(of: changed.map(\.next.id))
        var moved: [LeadID: Set<Engagement>] = [:]
        let scored = changed.map { before, next in
            let standing = standings[next.id] ?? ScoreStanding()
            let now = standing.after(before, became: next)
            if now.engagement != standing.engagement { moved[next.id] = now.engagement }
            return models.scored(next, now)
        }
        try await keepEngagement(moved)
        return scored
    }

    func rescored(_ next: Lead, from lead: Lead, by models: ScoringModels) async throws -> Lead {
        try await rescored([(lead, next)], by: models).first ?? next
    }
}
