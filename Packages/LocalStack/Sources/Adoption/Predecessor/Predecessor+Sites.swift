import Contracts
import Foundation
import Postgres

/// A site of the predecessor's, with all that its database says about it.
package struct PredecessorSite: Sendable {
    package var row: PredecessorRow
    package var evidence: SiteEvidence
    /// The business that it belongs to, if that is there.
    package var business: String?
    package var businessName: String?
    /// Where that stands, when the site itself doesn't say it.
    package var foundThrough: String?
    package var customer: PredecessorRow?

    package var isOrphan: Bool { business == nil || foundThrough != nil }
}

extension Predecessor {
    /// The sites of `sites`, or of the older `generated_sites` those that don't stand in `sites` too; in the order of their ids.
    ///
    /// Pages may be large: only a few sites are held at a time.
    package func sites(of table: String, _ body: ([PredecessorSite]) async throws -> Void) async throws {
        guard has(table) else { return }
        try await rows(of: table, table == "sites" ? sitesQuery : generatedSitesQuery, size: 20) { rows in
            try await body(rows.map { try PredecessorSite($0.row, $0.more) })
        }
    }

    /// How many rows of `generated_sites` stand in `sites` too, by their slug.
    package func repeatedSites() async throws -> Int {
        guard has("subdomain", in: "generated_sites"), has("slug", in: "sites") else { return 0 }
        return try await count("SELECT count(*) AS count FROM generated_sites AS t WHERE \(isRepeated)")
    }

    // MARK: SQL. Every name comes from this source, and every column that an older copy may lack is NULL there.

    private var sitesQuery: String {
        """
        SELECT to_jsonb(t)::text AS record, \(page("v", "html_content", of: "site_versions")) AS html,
            \(text("v", "css_content", of: "site_versions")) AS css, \(hasScript("v", "site_versions")) AS has_script,
            \(isTooLarge("v", "html_content", of: "site_versions")) AS is_too_large,
            coalesce(own.id, hint.business_id) AS business_id,
            CASE WHEN own.id IS NULL THEN hint.place END AS found_through,
            \(businessColumns), \(paidColumn) AS paid_at, \(customerColumn) AS customer
        FROM sites AS t
        LEFT JOIN (\(currentVersions)) AS current ON current.site_id = t.id::text
        \(has("site_versions") ? "LEFT JOIN site_versions AS v ON v.id::text = current.version_id" : "CROSS JOIN (SELECT NULL) AS v")
        LEFT JOIN (\(businesses)) AS own ON own.id = \(text("t", "business_id", of: "sites"))
        LEFT JOIN (\(hints)) AS hint ON hint.site_id = t.id::text
        LEFT JOIN (\(businesses)) AS business ON business.id = coalesce(own.id, hint.business_id)
        \(order("t", "sites"))
        """
    }

    private var generatedSitesQuery: String {
        """
        SELECT to_jsonb(t)::text AS record, \(page("t", "html_content", of: "generated_sites")) AS html,
            \(text("t", "css_content", of: "generated_sites")) AS css, \(hasScript("t", "generated_sites")) AS has_script,
            \(isTooLarge("t", "html_content", of: "generated_sites")) AS is_too_large,
            business.id AS business_id, NULL::text AS found_through, \(businessColumns), NULL::timestamptz AS paid_at, NULL::text AS customer
        FROM generated_sites AS t
        LEFT JOIN (\(businesses)) AS business ON business.id = \(text("t", "business_id", of: "generated_sites"))
        WHERE NOT \(isRepeated)
        \(order("t", "generated_sites"))
        """
    }

    private var isRepeated: String {
        guard has("slug", in: "sites"), has("subdomain", in: "generated_sites") else { return "false" }
        return "EXISTS (SELECT FROM sites AS newer WHERE lower(newer.slug) = lower(t.subdomain))"
    }

    private var businesses: String {
        guard has("id", in: "businesses") else {
            return "SELECT NULL::text AS id, NULL::text AS name, NULL::text AS website_status, NULL::text AS changed_at WHERE false"
        }
        let changed = ["updated_at", "created_at"].map { text("b", $0, of: "businesses") }
        return """
            SELECT b.id::text AS id, \(text("b", "name", of: "businesses")) AS name, lower(\(text("b", "website_status", of: "businesses"))) AS website_status,
                coalesce(\(changed.joined(separator: ", "))) AS changed_at
            FROM businesses AS b
            """
    }

    private var businessColumns: String {
        "business.name AS business_name, business.website_status, business.changed_at AS business_changed_at"
    }

    /// The current version of each site: the one that the site names, the one that is marked, the newest.
    private var currentVersions: String {
        guard has("site_id", in: "site_versions"), has("id", in: "site_versions") else {
            return "SELECT NULL::text AS site_id, NULL::text AS version_id WHERE false"
        }
        let named = "(\(text("s", "current_version_id", of: "sites")) = v.id::text)"
        return """
            SELECT DISTINCT ON (v.site_id) v.site_id::text AS site_id, v.id::text AS version_id
            FROM site_versions AS v JOIN sites AS s ON s.id::text = v.site_id::text
            ORDER BY v.site_id, \(named) DESC NULLS LAST, \(text("v", "is_current", of: "site_versions")) DESC NULLS LAST,
                length(\(text("v", "version_number", of: "site_versions"))) DESC NULLS LAST,
                \(text("v", "version_number", of: "site_versions")) DESC NULLS LAST
            """
    }

    /// Whose a site is that names no business: told by the older table of sites, by who pays for it, by what was written about it, by its slug.
    private var hints: String {
        var sources: [String] = []
        if has("subdomain", in: "generated_sites"), has("business_id", in: "generated_sites"), has("slug", in: "sites") {
            sources.append(
                """
                SELECT s.id::text AS site_id, g.business_id::text AS business_id, 1 AS rank, 'generated_sites' AS place
                FROM generated_sites AS g JOIN sites AS s ON lower(s.slug) = lower(g.subdomain)
                """
            )
        }
        for (rank, table) in ["customers", "campaigns"].enumerated() where has("site_id", in: table) && has("business_id", in: table) {
            sources.append("SELECT site_id::text, business_id::text, \(rank + 2), '\(table)' FROM \(table)")
        }
        if has("slug", in: "businesses"), has("slug", in: "sites") {
            sources.append(
                "SELECT s.id::text, b.id::text, 9, 'the slug' FROM businesses AS b JOIN sites AS s ON lower(s.slug) = lower(b.slug)"
            )
        }
        guard !sources.isEmpty else { return "SELECT NULL::text AS site_id, NULL::text AS business_id, NULL::text AS place WHERE false" }
        return """
            SELECT DISTINCT ON (said.site_id) said.site_id, said.business_id, said.place
            FROM (\(sources.joined(separator: " UNION ALL "))) AS said (site_id, business_id, rank, place)
            JOIN (\(businesses)) AS known ON known.id = said.business_id
            WHERE said.site_id IS NOT NULL
            ORDER BY said.site_id, said.rank, said.business_id
            """
    }

    /// When a site was first paid for, by the tables of money.
    private var paidColumn: String {
        var sources: [String] = []
        if has("site_id", in: "subscriptions"), has("started_at", in: "subscriptions") {
            sources.append("SELECT min(m.started_at)::text AS at FROM subscriptions AS m WHERE m.site_id::text = t.id::text")
        }
        if has("customer_id", in: "payments"), has("paid_at", in: "payments"), has("site_id", in: "customers") {
            sources.append(
                """
                SELECT min(m.paid_at)::text FROM payments AS m JOIN customers AS c ON c.id::text = m.customer_id::text
                WHERE c.site_id::text = t.id::text AND m.paid_at IS NOT NULL
                    AND lower(\(text("m", "status", of: "payments"))) IN ('succeeded', 'paid', 'completed', 'success')
                """
            )
        }
        guard !sources.isEmpty else { return "NULL::text" }
        return "(SELECT min(at) FROM (\(sources.joined(separator: " UNION ALL "))) AS paid (at))"
    }

    private var customerColumn: String {
        guard has("site_id", in: "customers") else { return "NULL::text" }
        return "(SELECT to_jsonb(c)::text FROM customers AS c WHERE c.site_id::text = t.id::text \(order("c", "customers")) LIMIT 1)"
    }

    private func page(_ alias: String, _ column: String, of table: String) -> String {
        let page = text(alias, column, of: table)
        return "CASE WHEN octet_length(\(page)) <= \(AdoptedPage.limit) THEN nullif(btrim(\(page)), '') END"
    }

    private func isTooLarge(_ alias: String, _ column: String, of table: String) -> String {
        "coalesce(octet_length(\(text(alias, column, of: table))) > \(AdoptedPage.limit), false)"
    }

    private func hasScript(_ alias: String, _ table: String) -> String {
        "coalesce(btrim(\(text(alias, "js_content", of: table))) <> '', false)"
    }
}

extension PredecessorSite {
    fileprivate init(_ row: PredecessorRow, _ more: Row) throws {
        self.row = row
        evidence = SiteEvidence()
        evidence.html = try more.decodeIfPresent("html")
        evidence.css = try more.decodeIfPresent("css")
        evidence.hasScript = try more.decode("has_script")
        evidence.isTooLarge = try more.decode("is_too_large")
        evidence.paidAt = PredecessorTime.date(try more.decodeIfPresent("paid_at"))
        evidence.business = try more.decodeIfPresent("website_status", as: String.self).map { status in
            (status, PredecessorTime.date(try more.decodeIfPresent("business_changed_at")))
        }
        business = try more.decodeIfPresent("business_id")
        businessName = try more.decodeIfPresent("business_name")
        foundThrough = try more.decodeIfPresent("found_through")
        customer = try more.decodeIfPresent("customer", as: String.self).map { try PredecessorRow(table: "customers", record: $0) }
    }
}
