import Contracts
import Messaging
import Postgres

/// Who looked at the previews of a lead.
struct SiteVisitCommands: Sendable {
    let database: Database

    func visits(_ asked: Asked<GetSiteVisits>) async throws -> SiteVisits {
        guard let lead = try await database.standingIfKnown(of: asked.command.leadID)?.leadID else {
            throw Problem.leadNotFound(asked.command.leadID)
        }
        if asked.actor.role < .manager { try await database.lead(lead)?.authorize(asked.actor) }
        return try await database.visits(of: lead)
    }
}
