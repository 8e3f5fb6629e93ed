import Contracts
package import Foundation
package import Postgres

/// Where workers are told that there is a job.
let generationChannel = "plumbline_generation"

/// All SQL on `generation_jobs` and `site_pages`.
extension Transaction {
    /// Has the site's page made. A job that is under way begins again, with what is known now.
    func enqueueGeneration(of site: SiteID, theme: Theme, by actor: Actor) async throws {
        try await pipeline([
            "UPDATE sites SET theme = \(theme.rawValue) WHERE id = \(site)",
            """
            INSERT INTO generation_jobs (site_id, requested_by) VALUES (\(site), \(actor.id))
            ON CONFLICT (site_id) DO UPDATE
            SET due_at = now(), lease = NULL, attempts = 0, last_error = NULL, requested_by = excluded.requested_by, requested_at = now()
            """,
            "SELECT pg_notify(\(generationChannel), current_schema())",
        ])
    }

    /// Has nothing made any more.
    func cancelGeneration(of site: SiteID) async throws {
        try await execute("DELETE FROM generation_jobs WHERE site_id = \(site)")
    }

    /// Settles the job with the page that was made.
    ///
    /// - Returns: the page's version; `nil` when the job is no longer ours: then nothing may be kept.
    package func finish(_ job: GenerationJob, with page: SitePage, language: SiteContent.Language, at time: Date) async throws -> Int? {
        guard try await settle(job) else { return nil }
        let version: Int? = try await row(
            """
            UPDATE sites SET version = version + 1, generated_at = \(time)
            WHERE id = \(job.site)
            RETURNING version
            """
        )?.decode("version")
        guard let version else { return nil }
        try await execute(
            """
            INSERT INTO site_pages (site_id, version, language, html, style_hash, digest, generated_at)
            VALUES (
                \(job.site), \(version), \(language.rawValue), \(page.html), \(page.styleHash), \(page.digest), \(time)
            )
            ON CONFLICT (site_id) DO UPDATE
            SET version = excluded.version, language = excluded.language, html = excluded.html, style_hash = excluded.style_hash,
                digest = excluded.digest, generated_at = excluded.generated_at
            """
        )
        return version
    }

    /// Takes the job off the list. Returns false when it is no longer ours.
    func settle(_ job: GenerationJob) async throws -> Bool {
        try await execute("DELETE FROM generation_jobs WHERE site_id = \(job.site) AND lease = \(job.lease)") == 1
    }
}

extension SQLExecutor {
    /// Takes the job that has been due for longest, if one is due, and no other worker takes it.
    package func claimGeneration(for lease: Duration) async throws -> GenerationJob? {
        let token = UUID()
        let row = try await row(
            """
            WITH due AS (
                SELECT site_id FROM generation_jobs
                WHERE due_at <= now()
                ORDER BY due_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            UPDATE generation_jobs AS job
            SET lease = \(token), due_at = now() + \(lease.seconds) * interval '1 second', attempts = attempts + 1
            FROM due JOIN sites AS site ON site.id = due.site_id JOIN leads AS lead ON lead.id = site.lead_id
            WHERE job.site_id = due.site_id
            RETURNING site.id, site.slug, site.title, site.theme, lead.id AS lead_id, lead.snapshot::text AS snapshot,
                job.attempts, job.last_error, job.requested_by
            """
        )
        guard let row else { return nil }
        return GenerationJob(
            site: try row.decode("id"),
            leadID: try row.decode("lead_id"),
            slug: try row.decode("slug"),
            title: try row.decode("title"),
            theme: try row.decode("theme"),
            lead: try row.cell("snapshot") == nil ? nil : row.decodeJSON("snapshot"),
            lease: token,
            attempts: try row.decode("attempts"),
            lastError: try row.decodeIfPresent("last_error")
        )
    }

    /// Lets the job be taken again after `delay`, unless it is no longer ours.
    func postpone(_ job: GenerationJob, for delay: Duration, because error: String) async throws {
        try await execute(
            """
            UPDATE generation_jobs
            SET lease = NULL, due_at = now() + \(delay.seconds) * interval '1 second', last_error = \(error)
            WHERE site_id = \(job.site) AND lease = \(job.lease)
            """
        )
    }

    /// What `/sites/{slug}` shows; none when there is no such site.
    ///
    /// The page itself isn't read when the caller has it already, by its digest.
    func shownSite(_ slug: String, without digest: String?) async throws -> ShownSite? {
        try await row(
            """
            SELECT site.id, site.lead_id, site.slug, site.title, site.state, page.language, page.style_hash, page.digest, page.generated_at,
                CASE WHEN page.digest IS DISTINCT FROM \(digest) THEN page.html END AS html
            FROM sites AS site LEFT JOIN site_pages AS page ON page.site_id = site.id
            WHERE site.slug = \(slug)
            """
        ).map(ShownSite.init)
    }
}

/// A page to be made, by whoever holds the lease.
package struct GenerationJob: Sendable {
    var site: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    var theme: String
    /// None when it was erased meanwhile.
    var lead: Lead?
    var lease: UUID
    /// This one counted.
    var attempts: Int
    var lastError: String?
}

/// A site as its visitors find it.
struct ShownSite: Sendable {
    var id: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    var state: SiteState
    /// None until the first is made.
    var page: Page?

    struct Page: Sendable {
        var language: SiteContent.Language
        var styleHash: String
        var digest: String
        var generatedAt: Date
        /// None when the caller has it already.
        var html: String?
    }

    init(_ row: Row) throws {
        id = try row.decode("id")
        leadID = try row.decode("lead_id")
        slug = try row.decode("slug")
        title = try row.decode("title")
        state = try row.word("state")
        page = try row.decodeIfPresent("digest", as: String.self).map { digest in
            Page(
                language: try row.word("language"),
                styleHash: try row.decode("style_hash"),
                digest: digest,
                generatedAt: try row.decode("generated_at"),
                html: try row.decodeIfPresent("html")
            )
        }
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
