import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL on `sites`.
extension Transaction {
    /// The lead's site, made when it has none.
    ///
    /// - Precondition: the lead's standing is locked, so that nobody else makes one meanwhile; where somebody does, the unique index refuses it.
    func ensureSite(of lead: Lead, title: String?, theme: Theme?, publicURL: String) async throws -> (site: Site, created: Bool) {
        if let site = try await site(of: lead.id, publicURL: publicURL) { return (site, false) }
        let id = SiteID.make()
        // The lead's slug is unique among leads; a site may have kept it since the lead had another one.
        for slug in [lead.slug, "\(lead.slug)-\(id.description.prefix(8))", "\(lead.slug)-\(id)"] {
            let now = Date.recordable
            let inserted = try await execute(
                """
                INSERT INTO sites (id, lead_id, slug, title, title_is_chosen, theme, created_at)
                VALUES (
                    \(id), \(lead.id), \(slug), \(title ?? lead.name), \(title != nil),
                    \((theme ?? .suited(to: Trade(of: lead))).rawValue), \(now)
                )
                ON CONFLICT (slug) DO NOTHING
                """
            )
            guard inserted == 1, let site = try await site(of: lead.id, publicURL: publicURL) else { continue }
            try await publish(SiteCreated(leadID: lead.id, siteID: id, slug: slug, title: site.title), at: now)
            return (site, true)
        }
        throw Problem.conflict("No free slug was found for the site of \(lead.slug).")
    }

    /// The site, locked to the end of the transaction.
    func lockedSite(_ site: SiteID, publicURL: String) async throws -> (site: Site, isCurrent: Bool)? {
        try await execute("SELECT FROM sites WHERE id = \(site) FOR NO KEY UPDATE")
        return try await self.site(site, publicURL: publicURL)
    }

    /// Gives it a title that somebody chose.
    func rename(_ site: SiteID, to title: String) async throws {
        try await execute("UPDATE sites SET title = \(title), title_is_chosen = true WHERE id = \(site) AND title <> \(title)")
    }

    /// Records what the site's visitors are to type; none clears it.
    ///
    /// - Throws: a `Problem` of status 409 when another site has it.
    func setDomain(of site: SiteID, to domain: String?) async throws {
        do {
            try await execute("UPDATE sites SET custom_domain = \(domain) WHERE id = \(site) AND custom_domain IS DISTINCT FROM \(domain)")
        } catch let error as DatabaseError where error.constraint == "sites_custom_domain" {
            throw Problem.conflict("Another site has the domain \(domain ?? "").")
        }
    }

    /// Takes a customer's site off the net, or shows it again. Returns false when it is so already, or is no customer's.
    func suspend(_ site: SiteID, _ isSuspended: Bool) async throws -> Bool {
        let (before, after) = isSuspended ? (SiteState.active, SiteState.suspended) : (.suspended, .active)
        return try await execute("UPDATE sites SET state = \(after.rawValue) WHERE id = \(site) AND state = \(before.rawValue)") == 1
    }

    /// What moves of website statuses mean for the sites themselves, and what is told of it.
    func follow(_ moves: [SiteMove]) async throws {
        try await tell(moves, as: try await pipeline(moves.flatMap(\.preparations) + moves.map(\.update)).suffix(moves.count))
    }

    /// Publishes what came of each move's update.
    func tell(_ moves: [SiteMove], as results: some Sequence<QueryResult>) async throws {
        let events = try zip(moves, results).compactMap { move, result in
            try result.rows.first.map { row in
                let site: SiteID = try row.decode("id")
                let isChosen = move.to == .sold ? try row.decode("is_chosen", as: Bool.self) : false
                let chosen: (any Event)? = isChosen ? SiteChosen(leadID: move.leadID, siteID: site) : nil
                return [move.event(of: site), chosen].compactMap(\.self).map { (event: $0, time: move.at, trace: move.trace) }
            }
        }
        try await publish(events.flatMap(\.self))
    }

    /// Takes down all sites of a lead whose data is to be erased: their pages, and their names, which are the lead's.
    func eraseSites(of lead: LeadID, at time: Date) async throws {
        let results = try await pipeline([
            "DELETE FROM generation_jobs WHERE site_id IN (SELECT id FROM sites WHERE lead_id = \(lead))",
            "DELETE FROM site_versions WHERE site_id IN (SELECT id FROM sites WHERE lead_id = \(lead))",
            """
            UPDATE sites
            SET state = 'archived', archived_at = coalesce(archived_at, \(time)), title = '', slug = 'erased-' || id,
                custom_domain = NULL
            WHERE lead_id = \(lead) AND slug <> 'erased-' || id
            RETURNING id
            """,
        ])
        let events = try results[2].rows.map { SiteArchived(leadID: lead, siteID: try $0.decode("id"), reason: "lead_erased") }
        try await publish(events, at: time)
    }
}

/// A move of a lead's website status, as its site follows it.
struct SiteMove: Sendable {
    var leadID: LeadID
    var to: WebsiteStatus
    var at: Date
    var site: SiteID?
    var customer: CustomerID?
    var subscription: SubscriptionID?
    /// Where it is seen when it is shown again; none while it has no page.
    var url: String?
    /// Of another site of a lead that is a customer already.
    var only: Condition?
    /// For people, when it is archived or brought back.
    var reason: String
    /// Of the event that caused it; the task's where there is none.
    var trace: TraceContext?

    /// Which site is sold by it, and no other.
    enum Condition: Sendable {
        case neverBought, archived

        fileprivate var sql: SQL {
            switch self {
            case .neverBought: "AND state = 'preview' AND purchased_at IS NULL"
            case .archived: "AND state = 'archived'"
            }
        }
    }

    /// What is bought is the lead's site, where the one that it has is nobody's: it was merged with a lead that had one too.
    var preparations: [SQL] {
        guard to == .sold, let site else { return [] }
        return [
            """
            UPDATE sites SET superseded_at = \(at)
            WHERE lead_id = \(leadID) AND superseded_at IS NULL AND id <> \(site) AND state NOT IN ('active', 'suspended')
                AND EXISTS (SELECT FROM sites AS bought WHERE bought.id = \(site) AND bought.lead_id = \(leadID))
            """,
            """
            UPDATE sites SET superseded_at = NULL
            WHERE id = \(site) AND lead_id = \(leadID) AND superseded_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM sites AS own WHERE own.lead_id = \(leadID) AND own.superseded_at IS NULL)
            """,
        ]
    }

    /// Answers with the site's id, if there is one to be changed.
    var update: SQL {
        // A payment names its site; all else is about the one that the lead has.
        let chosen: SQL =
            if let site { "id = \(site)" } else { "superseded_at IS NULL" }
        return switch to {
        case .sold:
            """
            UPDATE sites SET state = 'active', purchased_at = coalesce(purchased_at, \(at)), archived_at = NULL,
                custom_domain = \(fragment: Self.freeDomain)
            WHERE lead_id = \(leadID) AND \(fragment: chosen) \(fragment: only?.sql ?? "")
            -- Of several.
            RETURNING id, superseded_at IS NULL AND EXISTS (
                SELECT FROM sites AS other WHERE other.lead_id = sites.lead_id AND other.id <> sites.id
            ) AS is_chosen
            """
        case .archived:
            """
            UPDATE sites SET state = 'archived', archived_at = \(at)
            WHERE lead_id = \(leadID) AND \(fragment: chosen) AND state <> 'archived'
            RETURNING id
            """
        case .none, .generating, .generated, .deployed:
            // Only a person takes a site back from a customer or from the archive.
            """
            UPDATE sites SET state = 'preview', archived_at = NULL, custom_domain = \(fragment: Self.freeDomain)
            WHERE lead_id = \(leadID) AND \(fragment: chosen) AND state <> 'preview'
            RETURNING id
            """
        }
    }

    /// A domain that another site was given while this one was archived stays the other's.
    private static let freeDomain: SQL = """
        CASE WHEN NOT EXISTS (
            SELECT FROM sites AS other
            WHERE other.custom_domain = sites.custom_domain AND other.id <> sites.id AND other.state <> 'archived'
        ) THEN custom_domain END
        """

    /// What is told of `site` when it was changed.
    func event(of site: SiteID) -> (any Event)? {
        switch to {
        case .sold: SiteSold(leadID: leadID, siteID: site, customerID: customer, subscriptionID: subscription)
        case .archived: SiteArchived(leadID: leadID, siteID: site, reason: reason)
        case .none, .generating, .generated, .deployed:
            SiteRestored(leadID: leadID, siteID: site, state: .preview, reason: reason, url: url)
        }
    }
}

extension SQLExecutor {
    /// The site, and whether it is the one that its lead has now.
    func site(_ site: SiteID, publicURL: String) async throws -> (site: Site, isCurrent: Bool)? {
        try await row("SELECT \(fragment: Site.columns), superseded_at IS NULL AS is_current FROM sites WHERE id = \(site)").map { row in
            (try Site(row, publicURL: publicURL), try row.decode("is_current"))
        }
    }

    func site(at slug: String, publicURL: String) async throws -> Site? {
        try await row("SELECT \(fragment: Site.columns) FROM sites WHERE slug = \(slug)").map { try Site($0, publicURL: publicURL) }
    }

    /// Those of the sites that are the ones that their leads have now.
    func currentSites(among sites: [SiteID]) async throws -> Set<SiteID> {
        Set(
            try await rows("SELECT id FROM sites WHERE id = ANY (\(sites)::uuid[]) AND superseded_at IS NULL").map { try $0.decode("id") }
        )
    }

    /// The site that the lead has now.
    func site(of lead: LeadID, publicURL: String) async throws -> Site? {
        try await row(
            """
            SELECT \(fragment: Site.columns)
            FROM sites
            WHERE lead_id = \(lead) AND superseded_at IS NULL
            """
        ).map { try Site($0, publicURL: publicURL) }
    }
}

extension Site {
    static let columns: SQL = """
        id, lead_id, slug, title, state, theme, tone, version, created_at, generated_at, purchased_at, archived_at, subscription_id,
        subscription_status, current_period_end, ends_at, custom_domain, deployed_url
        """

    /// Where it is seen, once it has a page.
    var seenAt: String? { version > 0 ? url : nil }

    init(_ row: Row, publicURL: String) throws {
        let slug: String = try row.decode("slug")
        self.init(
            id: try row.decode("id"),
            leadID: try row.decode("lead_id"),
            slug: slug,
            title: try row.decode("title"),
            state: try row.word("state"),
            theme: try row.decode("theme"),
            tone: try row.word("tone"),
            version: try row.decode("version"),
            url: SiteAddress.url(of: slug, at: publicURL),
            createdAt: try row.decode("created_at"),
            generatedAt: try row.decodeIfPresent("generated_at"),
            purchasedAt: try row.decodeIfPresent("purchased_at"),
            archivedAt: try row.decodeIfPresent("archived_at"),
            subscriptionID: try row.decodeIfPresent("subscription_id"),
            subscriptionStatus: try row.wordIfPresent("subscription_status"),
            currentPeriodEnd: try row.decodeIfPresent("current_period_end"),
            endsAt: try row.decodeIfPresent("ends_at"),
            customDomain: try row.decodeIfPresent("custom_domain"),
            deployedURL: try row.decodeIfPresent("deployed_url"),
            // Drawn until the page was looked at.
            screenshotURL: SiteAddress.screenshot(of: slug, at: publicURL)
        )
    }
}

/// Where a site is seen.
enum SiteAddress {
    static func url(of slug: String, at publicURL: String) -> String { "\(publicURL)/sites/\(slug)" }
    static func screenshot(of slug: String, at publicURL: String) -> String { "\(url(of: slug, at: publicURL))/screenshot.png" }
}
