import Contracts
import Foundation
import Messaging
import Postgres

/// Where a site is seen, as one event tells it.
struct SiteChange: Hashable, Sendable {
    var site: SiteID
    var lead: LeadID
    /// Without one the known one stays.
    var slug: String?
    /// Without one there is nothing to see, or no longer.
    var url: String?
    /// Without one the known one stays.
    var screenshotURL: String?
    /// Whether it says only that the site is its lead's now.
    var isChoice = false
    /// The event that says so: a later one has a greater id.
    var event: EventID
}

extension SiteChange {
    /// The events that say where a site is seen.
    static let kinds: [any Event.Type] = [
        SiteCreated.self, SiteGenerated.self, SiteDeployed.self, SiteArchived.self, SiteSuspended.self, SiteRestored.self, SiteChosen.self,
    ]

    /// None of an event of another kind.
    ///
    /// - Throws: an error that parks the event, where it isn't what its subject says.
    init?(_ received: ReceivedAny) throws {
        guard let kind = Self.kinds.first(where: { $0.subject.description == received.subject }) else { return nil }
        self.init(try received.decode(kind), id: received.id)
    }

    /// None of an event of another kind.
    init?(_ event: any Event, id: EventID) {
        switch event {
        case let site as SiteCreated:
            self.init(site: site.siteID, lead: site.leadID, slug: site.slug, event: id)
        case let site as SiteGenerated:
            self.init(site: site.siteID, lead: site.leadID, slug: site.slug, url: site.url, screenshotURL: site.screenshotURL, event: id)
        case let site as SiteDeployed: self.init(site: site.siteID, lead: site.leadID, url: site.url, event: id)
        case let site as SiteArchived: self.init(site: site.siteID, lead: site.leadID, event: id)
        case let site as SiteSuspended: self.init(site: site.siteID, lead: site.leadID, event: id)
        case let site as SiteRestored: self.init(site: site.siteID, lead: site.leadID, url: site.url, event: id)
        case let site as SiteChosen: self.init(site: site.siteID, lead: site.leadID, isChoice: true, event: id)
        default: return nil
        }
    }
}

/// All SQL on `sites`.
extension Transaction {
    /// Keeps where sites are seen, each by the latest event that told of it, and shows their leads' messages the one that is to be shown.
    func keep(_ changes: [SiteChange]) async throws {
        guard !changes.isEmpty else { return }
        let told = Set(changes.map(\.lead)).sorted().map(\.rawValue)
        // Behind the leads' locks, so that none is merged or erased meanwhile.
        let results = try await pipeline([
            .ensureAudience(of: told),
            "SELECT lead_id, merged_into FROM audience WHERE lead_id = ANY (\(told)) ORDER BY lead_id FOR UPDATE",
        ])
        var owners: [LeadID: LeadID] = [:]
        for row in results[1].rows { owners[try row.id("lead_id")] = try row.idIfPresent("merged_into") }

        let latest = Dictionary(grouping: changes.filter { !$0.isChoice }, by: \.site).values.compactMap(Self.latest)
            .sorted { $0.site < $1.site }
        let leads = latest.map { owners[$0.lead] ?? $0.lead }
        let choices = Dictionary(grouping: changes.filter(\.isChoice), by: \.site).values
            .compactMap { $0.max { $0.event < $1.event } }.sorted { $0.site < $1.site }
        let choosers = choices.map { owners[$0.lead] ?? $0.lead }
        let all = Set(leads + choosers)
        _ = try await pipeline([
            .ensureAudience(of: all.sorted().map(\.rawValue)),
            """
            INSERT INTO sites AS s (site_id, lead_id, came_along, slug, url, screenshot_url, event)
            SELECT told.* FROM unnest(
                \(latest.map(\.site.rawValue)), \(leads.map(\.rawValue)), \(zip(latest, leads).map { $0.lead != $1 }),
                \(latest.map(\.slug)), \(latest.map(\.url)), \(latest.map(\.screenshotURL)), \(latest.map(\.event.rawValue))
            ) AS told (site_id, lead_id, came_along, slug, url, screenshot_url, event)
            WHERE NOT EXISTS (SELECT FROM audience AS a WHERE a.lead_id = told.lead_id AND a.erased_at IS NOT NULL)
            ON CONFLICT (site_id) DO UPDATE SET
                slug = coalesce(excluded.slug, s.slug),
                url = CASE WHEN s.event < excluded.event THEN excluded.url ELSE s.url END,
                screenshot_url = coalesce(excluded.screenshot_url, s.screenshot_url),
                event = greatest(s.event, excluded.event)
            """,
            // It may be heard before the site itself is.
            """
            INSERT INTO sites AS s (site_id, lead_id, came_along, event, chosen)
            SELECT told.site_id, told.lead_id, false, '00000000-0000-0000-0000-000000000000', told.event FROM unnest(
                \(choices.map(\.site.rawValue)), \(choosers.map(\.rawValue)), \(choices.map(\.event.rawValue))
            ) AS told (site_id, lead_id, event)
            WHERE NOT EXISTS (SELECT FROM audience AS a WHERE a.lead_id = told.lead_id AND a.erased_at IS NOT NULL)
            ON CONFLICT (site_id) DO UPDATE SET chosen = greatest(s.chosen, excluded.chosen)
            """,
            .showSite(of: Array(all)),
        ])
    }

    /// What several events about one site come to.
    private static func latest(_ changes: [SiteChange]) -> SiteChange? {
        changes.sorted { $0.event < $1.event }.reduce(nil as SiteChange?) { known, change in
            var change = change
            change.slug = change.slug ?? known?.slug
            change.screenshotURL = change.screenshotURL ?? known?.screenshotURL
            return change
        }
    }
}

extension SQL {
    fileprivate static func ensureAudience(of leads: [UUID]) -> SQL {
        "INSERT INTO audience (lead_id) SELECT * FROM unnest(\(leads)) AS given (lead_id) ORDER BY lead_id ON CONFLICT DO NOTHING"
    }

    /// Has messages to the leads show their site, while it is seen: where they have several since a merge, the one that lifecycle has chosen.
    /// Until that is heard, one that is seen, and their own before one that came along.
    static func showSite(of leads: [LeadID]) -> SQL {
        """
        UPDATE audience AS a
        SET site_id = shown.site_id, site_url = shown.url,
            -- What was known before sites were told apart holds until it is told anew.
            site_slug = coalesce(shown.slug, CASE WHEN a.site_id IS NULL OR a.site_id = shown.site_id THEN a.site_slug END),
            site_screenshot_url = CASE WHEN shown.url IS NOT NULL THEN coalesce(
                shown.screenshot_url,
                CASE WHEN a.site_id IS NULL OR a.site_id = shown.site_id THEN a.site_screenshot_url END
            ) END
        FROM (
            SELECT DISTINCT ON (lead_id) lead_id, site_id, slug, url, screenshot_url
            FROM sites
            WHERE lead_id = ANY (\(leads.sorted().map(\.rawValue)))
            ORDER BY lead_id, chosen DESC NULLS LAST, url IS NULL, came_along, site_id
        ) AS shown
        WHERE a.lead_id = shown.lead_id AND a.erased_at IS NULL
        """
    }
}
