import Contracts
import Foundation
import Messaging
import Postgres

/// Who looked at the previews of a lead, and how its owner may look at a site.
struct SiteVisitCommands: Sendable {
    let database: Database
    let publicURL: String

    func visits(_ asked: Asked<GetSiteVisits>) async throws -> SiteVisits {
        guard let lead = try await database.standingIfKnown(of: asked.command.leadID)?.leadID else {
            throw Problem.leadNotFound(asked.command.leadID)
        }
        if asked.actor.role < .manager { try await database.lead(lead)?.authorize(asked.actor) }
        return try await database.visits(of: lead)
    }

    func ownerLink(_ asked: Asked<GetOwnerLink>) async throws -> GetOwnerLink.Answer {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let lead = try await database.standingIfKnown(of: asked.command.leadID)?.leadID ?? asked.command.leadID
        guard let (slug, key) = try await database.ownerKey(of: lead) else { throw Problem.siteNotFound("the lead \(lead)") }
        return GetOwnerLink.Answer(url: "\(SiteAddress.url(of: slug, at: publicURL))?owner=\(key.uuidString.lowercased())")
    }
}
