import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL of what is adopted from a predecessor's database.
extension Transaction {
    /// Lets one adoption after another work: two at once would both find a row that neither has taken over.
    func takeTurnToAdopt() async throws {
        try await execute("SELECT pg_advisory_xact_lock(hashtext('lifecycle adoption'))")
    }

    func keep(_ adopted: [(origin: AdoptionOrigin, lead: LeadID, site: SiteID?)], at time: Date) async throws {
        guard !adopted.isEmpty else { return }
        try await execute(
            """
            INSERT INTO adoptions (origin_table, origin_id, lead_id, site_id, adopted_at)
            SELECT origin_table, origin_id, lead_id, site_id, \(time)
            FROM unnest(
                \(adopted.map(\.origin.table))::text[], \(adopted.map(\.origin.id))::text[], \(adopted.map(\.lead))::uuid[],
                \(adopted.map(\.site))::uuid[]
            ) AS given (origin_table, origin_id, lead_id, site_id)
            """
        )
    }

    /// Puts a site where it belongs; it is the lead's, unless the lead has one that is worth more.
    ///
    /// - Precondition: the lead's standing is locked.
    /// - Returns: its id and slug, and whether it is the lead's.
    func insert(_ site: AdoptedSite, of lead: LeadID, theme: Theme, at time: Date) async throws -> InsertedSite? {
        let own = try await row("SELECT id, state FROM sites WHERE lead_id = \(lead) AND superseded_at IS NULL FOR UPDATE")
        let ownID: SiteID? = try own?.decode("id")
        let ownState: SiteState? = try own?.word("state")
        let isCurrent = ownState.map { SitePrecedence.prefers(merged: .init(site.state), to: .init($0)) } ?? true
        if isCurrent, ownState != nil {
            try await execute("UPDATE sites SET superseded_at = \(time) WHERE lead_id = \(lead) AND superseded_at IS NULL")
        }
        var id = site.id ?? SiteID.make()
        if try await row("SELECT FROM sites WHERE id = \(id)") != nil { id = SiteID.make() }
        let wasSold = site.state == .active || site.state == .suspended
        let purchasedAt = site.purchasedAt ?? (wasSold ? site.createdAt ?? time : nil)
        for slug in AdoptedSlug.candidates(site.slug, id: id) {
            let inserted = try await execute(
                """
                INSERT INTO sites (
                    id, lead_id, slug, title, title_is_chosen, state, theme, created_at, purchased_at, archived_at, superseded_at, custom_domain
                )
                VALUES (
                    \(id), \(lead), \(slug), \(site.title), true, \(site.state.rawValue), \(theme.rawValue), \(site.createdAt ?? time),
                    \(purchasedAt), \(site.state == .archived ? site.archivedAt ?? time : nil), \(isCurrent ? nil : time),
                    -- A domain shows one site: the first that had it keeps it.
                    (
                        SELECT domain FROM (VALUES (\(site.customDomain))) AS asked (domain)
                        WHERE NOT EXISTS (SELECT FROM sites WHERE custom_domain = domain AND state <> 'archived')
                    )
                )
                ON CONFLICT (slug) DO NOTHING
                """
            )
            guard inserted == 1 else { continue }
            if let ownID { try await publish(SiteChosen(leadID: lead, siteID: isCurrent ? id : ownID), at: time) }
            return InsertedSite(id: id, slug: slug, isCurrent: isCurrent, purchasedAt: purchasedAt)
        }
        return nil
    }
}

/// An adopted site, where it is now.
struct InsertedSite: Sendable {
    var id: SiteID
    var slug: String
    var isCurrent: Bool
    var purchasedAt: Date?
}

extension SQLExecutor {
    /// The leads of the rows that were taken over before.
    func adopted(_ origins: [AdoptionOrigin]) async throws -> [AdoptionOrigin: LeadID] {
        guard !origins.isEmpty else { return [:] }
        return try await rows(
            """
            SELECT origin_table, origin_id, lead_id
            FROM unnest(\(origins.map(\.table))::text[], \(origins.map(\.id))::text[]) AS given (origin_table, origin_id)
            JOIN adoptions USING (origin_table, origin_id)
            """
        ).reduce(into: [:]) {
            $0[AdoptionOrigin(try $1.decode("origin_table"), try $1.decode("origin_id"))] = try $1.decode("lead_id", as: LeadID.self)
        }
    }

    func adoptedSites(_ origins: [AdoptionOrigin]) async throws -> [FindAdoptedSites.Found] {
        try await rows(
            """
            SELECT DISTINCT origin_table, origin_id, sites.id AS site_id, sites.lead_id
            FROM unnest(\(origins.map(\.table))::text[], \(origins.map(\.id))::text[]) AS given (origin_table, origin_id)
            JOIN adoptions USING (origin_table, origin_id)
            JOIN sites ON sites.id = adoptions.site_id
            """
        ).map {
            FindAdoptedSites.Found(
                origin: AdoptionOrigin(try $0.decode("origin_table"), try $0.decode("origin_id")),
                siteID: try $0.decode("site_id"),
                leadID: try $0.decode("lead_id")
            )
        }
    }

    func takenSlugs(among slugs: [String]) async throws -> Set<String> {
        Set(try await rows("SELECT slug FROM sites WHERE slug = ANY (\(slugs)::text[])").map { try $0.decode("slug", as: String.self) })
    }
}
