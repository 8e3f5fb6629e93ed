package import Contracts
package import Foundation
import Messaging
package import Postgres

/// The projections of leads and sites. Events may come late and twice: a newer snapshot wins, and an erasure is for good.
extension Transaction {
    package func keep(_ lead: Lead) async throws {
        try await execute(
            """
            INSERT INTO leads (lead_id, version, name, email, assigned_to, archived_at)
            VALUES (\(lead.id), \(lead.version), \(lead.name), \(lead.email), \(lead.assignedTo), \(lead.archivedAt))
            ON CONFLICT (lead_id) DO UPDATE
            SET version = excluded.version, name = excluded.name, email = excluded.email, assigned_to = excluded.assigned_to,
                archived_at = excluded.archived_at
            WHERE leads.version < excluded.version AND leads.erased_at IS NULL
            """
        )
    }

    /// Keeps a site, and wakes the notices that waited to know of it.
    package func keep(_ site: SiteCreated) async throws {
        _ = try await pipeline([
            .lockMoney(of: site.leadID),
            .keepSite(site.siteID, of: site.leadID, slug: site.slug, title: site.title),
            .wakeDeliveries(waitingFor: [.site(site.siteID)], at: Date()),
        ])
    }

    /// What money was paid stays; who the person was goes, from the raw deliveries too. A payment that is being applied is waited for.
    package func erase(_ lead: LeadID, at time: Date) async throws {
        let known = try await pipeline([
            .lockMoney(of: lead),
            "SELECT email FROM leads WHERE lead_id = \(lead) UNION SELECT email FROM customers WHERE lead_id = \(lead)",
        ])
        let addresses = try known[1].rows.compactMap { try $0.decodeIfPresent("email", as: String.self) }
        _ = try await pipeline([
            """
            INSERT INTO leads (lead_id, version, erased_at)
            VALUES (\(lead), 0, \(time))
            ON CONFLICT (lead_id) DO UPDATE SET name = NULL, email = NULL, erased_at = coalesce(leads.erased_at, excluded.erased_at)
            """,
            "UPDATE customers SET email = NULL, name = NULL WHERE lead_id = \(lead)",
            // A site is called by its business.
            """
            UPDATE sites SET slug = 'erased-' || site_id, title = NULL, url = NULL, archived_at = coalesce(archived_at, \(time))
            WHERE lead_id = \(lead)
            """,
            "UPDATE webhook_deliveries SET body = NULL WHERE lead_id = \(lead)",
            // In whatever words the bank has put it.
            "UPDATE payments SET failure_reason = NULL WHERE lead_id = \(lead) AND failure_reason IS NOT NULL",
        ])
        // Those that were never led back to a lead name its people all the same; one that waits is still to be understood.
        for address in Set(addresses) {
            try await execute(
                """
                UPDATE webhook_deliveries
                SET body = CASE WHEN settled_at IS NULL THEN body END, is_to_be_forgotten = true
                WHERE lead_id IS NULL AND state <> 'received' AND position(convert_to(\(address), 'UTF8') IN body) > 0
                """
            )
        }
        try await forget(lead)
    }

    /// Returns false when the site isn't known yet.
    package func markArchived(_ site: SiteID, at time: Date) async throws -> Bool {
        try await execute(
            """
            UPDATE sites
            SET archived_at = CASE WHEN for_sale_since >= \(time) THEN archived_at ELSE coalesce(archived_at, \(time)) END
            WHERE site_id = \(site)
            """
        ) == 1
    }

    /// The site can be bought again, whatever was told of it before; nothing of an erased lead ever is. Returns false when the site isn't
    /// known yet.
    package func markForSale(_ site: SiteID, at time: Date) async throws -> Bool {
        try await execute(
            """
            UPDATE sites
            SET for_sale_since = greatest(for_sale_since, \(time)), sold_at = CASE WHEN sold_at > \(time) THEN sold_at END,
                archived_at = CASE WHEN archived_at > \(time) OR slug = 'erased-' || site_id THEN archived_at END
            WHERE site_id = \(site)
            """
        ) == 1
    }
}

extension SQL {
    /// The slug, title and address as an event gives them; what it doesn't give stays. Nothing is kept of a lead that was erased.
    ///
    /// - Precondition: the lead's money is locked, for a merge to be seen.
    static func keepSite(_ site: SiteID, of lead: LeadID, slug: String, title: String? = nil, url: String? = nil) -> SQL {
        """
        INSERT INTO sites (site_id, lead_id, slug, title, url)
        SELECT site_id, coalesce(known.merged_into, given.lead_id), slug, title, url
        FROM (VALUES (\(site)::uuid, \(lead)::uuid, \(slug)::text, \(title)::text, \(url)::text)) AS given (site_id, lead_id, slug, title, url)
        LEFT JOIN leads AS known USING (lead_id)
        WHERE known.erased_at IS NULL
        ON CONFLICT (site_id) DO UPDATE
        SET slug = excluded.slug, title = coalesce(excluded.title, sites.title), url = coalesce(excluded.url, sites.url)
        WHERE NOT EXISTS (SELECT FROM leads WHERE lead_id = sites.lead_id AND erased_at IS NOT NULL)
        """
    }

    /// A sale that was told before is not told once more: the site may be for sale again by now.
    package static func markSold(_ site: SiteID, at time: Date, isNews: Bool = true) -> SQL {
        """
        UPDATE sites
        SET sold_at = least(sold_at, \(time)), archived_at = CASE WHEN archived_at > \(time) THEN archived_at END
        WHERE site_id = \(site) AND (\(isNews) OR sold_at IS NOT NULL)
        """
    }
}

extension SQLExecutor {
    /// Whose the lead is among the staff; none when it is nobody's, or not known here.
    func assignee(of lead: LeadID) async throws -> String? {
        try await row("SELECT assigned_to FROM leads WHERE lead_id = \(lead)")?.decodeIfPresent("assigned_to")
    }

    /// The site that is at `slug`: one that is shown rather than one that no longer is. Nothing is offered to a lead that was put aside.
    func siteForSale(at slug: String) async throws -> SiteForSale? {
        let row = try await row(
            """
            SELECT s.site_id, s.lead_id, s.slug, s.title, s.url, l.name AS business_name,
                s.sold_at IS NOT NULL AS is_sold,
                s.archived_at IS NOT NULL OR (l.archived_at IS NOT NULL AND s.sold_at IS NULL) AS is_archived
            FROM sites s
            LEFT JOIN leads l USING (lead_id)
            WHERE s.slug = \(slug)
            ORDER BY s.archived_at IS NOT NULL, s.site_id DESC
            LIMIT 1
            """
        )
        guard let row else { return nil }
        return SiteForSale(
            id: try row.decode("site_id"),
            leadID: try row.decode("lead_id"),
            slug: try row.decode("slug"),
            title: try row.decodeIfPresent("title"),
            url: try row.decodeIfPresent("url"),
            businessName: try row.decodeIfPresent("business_name"),
            isSold: try row.decode("is_sold"),
            isArchived: try row.decode("is_archived")
        )
    }
}
