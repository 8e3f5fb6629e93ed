import Contracts
import Foundation
import Logging
import Messaging
import Postgres
import ServiceKit

/// Tells of visits to previews: of each site one a minute by people and one by machines, whatever the traffic.
struct VisitRecorder: Sendable {
    let database: Database

    /// A visit that can't be written down is lost: the page is more important.
    func record(_ site: ShownSite, userAgent: String?, logger: Logger) async {
        let byMachine = Visitor.isMachine(userAgent: userAgent)
        do {
            try await database.transaction { transaction in
                guard try await transaction.noteVisit(of: site.id, byMachine: byMachine) else { return }
                try await transaction.publish(SiteVisited(leadID: site.leadID, siteID: site.id, byMachine: byMachine))
            }
        } catch {
            logger.warning(
                "A visit was not written down",
                metadata: ["lead.id": "\(site.leadID)", "site.id": "\(site.id)", "error": "\(error)"]
            )
        }
    }
}

extension Transaction {
    /// Returns false when a visit of this kind was told of within the minute.
    fileprivate func noteVisit(of site: SiteID, byMachine: Bool) async throws -> Bool {
        let seen: SQL = byMachine ? "machine_seen_at" : "person_seen_at"
        return try await execute(
            """
            UPDATE sites SET \(fragment: seen) = now()
            WHERE id = \(site) AND (\(fragment: seen) IS NULL OR \(fragment: seen) < now() - interval '1 minute')
            """
        ) == 1
    }
}
