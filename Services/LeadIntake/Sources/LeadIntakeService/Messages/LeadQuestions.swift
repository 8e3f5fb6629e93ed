import Contracts
import Messaging
import Postgres

/// What others ask to know of leads. An agent sees the own and the unassigned ones.
struct LeadQuestions: Sendable {
    let database: Database
    /// From here on a lead counts as qualified.
    let qualifiedScore: Int

    func lead(_ asked: Asked<GetLead>) async throws -> GetLead.Answer {
        guard let lead = try await database.lead(asked.command.leadID) else { throw Problem.leadNotFound(asked.command.leadID) }
        try LeadPermission.require(asked.actor, .see, on: lead)
        return GetLead.Answer(
            lead: lead,
            qualification: Qualification.factors(of: Qualification.Facts(lead)),
            derived: LeadDerived(lead, at: WallClock.now())
        )
    }

    func statistics(_ asked: Asked<LeadStatistics>) async throws -> LeadStatistics.Answer {
        try await database.leadStatistics(qualifiedFrom: qualifiedScore)
    }
}
