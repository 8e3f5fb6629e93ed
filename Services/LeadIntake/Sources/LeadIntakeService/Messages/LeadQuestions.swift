import Contracts
import Messaging
import Postgres

/// What others ask to know of leads. An agent sees the own and the unassigned ones.
struct LeadQuestions: Sendable {
    let database: Database
    let models: ScoringModels

    func lead(_ asked: Asked<GetLead>) async throws -> GetLead.Answer {
        guard let lead = try await database.lead(asked.command.leadID) else { throw Problem.leadNotFound(asked.command.leadID) }
        try LeadPermission.require(asked.actor, .see, on: lead, askedAs: asked.command.leadID)
        let scores = models.scores(of: lead, try await database.scoreStandings(of: [lead.id])[lead.id] ?? ScoreStanding())
        return GetLead.Answer(
            lead: lead,
            qualification: scores.qualification.factors,
            scores: scores,
            derived: LeadDerived(lead, at: WallClock.now()),
            mergedFrom: lead.id == asked.command.leadID ? nil : asked.command.leadID
        )
    }
}
