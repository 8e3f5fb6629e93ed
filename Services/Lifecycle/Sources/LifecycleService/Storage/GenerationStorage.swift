import Contracts
package import Foundation
package import Postgres

/// Where workers are told that there is a job.
let generationChannel = "plumbline_generation"

/// All SQL on `generation_jobs`.
extension Transaction {
    /// Has the site's page made. A job that is under way begins again, with what is known now.
    func enqueueGeneration(of site: SiteID, theme: Theme, tone: Tone, by actor: Actor) async throws {
        try await pipeline([
            """
            INSERT INTO generation_jobs (site_id, theme, tone, requested_by)
            VALUES (\(site), \(theme.rawValue), \(tone.rawValue), \(actor.id))
            ON CONFLICT (site_id) DO UPDATE
            SET due_at = now(), lease = NULL, attempts = 0, last_error = NULL, theme = excluded.theme, tone = excluded.tone,
                requested_by = excluded.requested_by, requested_at = now()
            """,
            "SELECT pg_notify(\(generationChannel), current_schema())",
        ])
    }

    /// Has nothing made any more.
    func cancelGeneration(of site: SiteID) async throws {
        try await execute("DELETE FROM generation_jobs WHERE site_id = \(site)")
    }

    /// Settles the job with the version that was made.
    ///
    /// - Returns: its number; `nil` when the job is no longer ours: then nothing may be kept.
    package func finish(_ job: GenerationJob, with version: NewSiteVersion, at time: Date) async throws -> Int? {
        guard try await settle(job) else { return nil }
        return try await addVersion(version, to: job.site, at: time)
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
            RETURNING site.id, site.slug, site.title, job.theme, job.tone, lead.id AS lead_id, lead.snapshot::text AS snapshot,
                job.attempts, job.last_error, job.requested_by
            """
        )
        guard let row else { return nil }
        return GenerationJob(
            site: try row.decode("id"),
            leadID: try row.decode("lead_id"),
            slug: try row.decode("slug"),
            title: try row.decode("title"),
            theme: try row.word("theme"),
            tone: try row.word("tone"),
            lead: try row.cell("snapshot") == nil ? nil : row.decodeJSON("snapshot"),
            lease: token,
            requestedBy: try row.decode("requested_by"),
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
}

/// A page to be made, by whoever holds the lease.
package struct GenerationJob: Sendable {
    var site: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    var theme: Theme
    var tone: Tone
    /// None when it was erased meanwhile.
    var lead: Lead?
    var lease: UUID
    var requestedBy: String
    /// This one counted.
    var attempts: Int
    var lastError: String?
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
