import Contracts
import Foundation
import Logging
import Messaging
import Postgres

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
            logger.warning("A visit was not written down", metadata: ["site.id": "\(site.id)", "error": "\(error)"])
        }
    }
}

/// Who looks at a page, as far as their user agent tells.
package enum Visitor {
    /// Parts of the user agents of crawlers, link previews, mail scanners and command line tools.
    private static let marks = [
        "bot", "crawl", "spider", "slurp", "preview", "scan", "monitor", "headless", "facebookexternalhit", "whatsapp", "imageproxy",
        "curl", "wget", "python", "go-http-client", "java/", "okhttp", "axios", "node-fetch", "libwww", "httpclient",
    ]

    /// Browsers name themselves; what says nothing, or something of the list, is a machine.
    package static func isMachine(userAgent: String?) -> Bool {
        guard let agent = userAgent?.lowercased(), !agent.isEmpty else { return true }
        return marks.contains { agent.contains($0) }
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
