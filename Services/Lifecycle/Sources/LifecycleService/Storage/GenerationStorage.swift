package import Contracts
package import Foundation
package import Postgres

/// Where workers are told that there is a job.
let generationChannel = "plumbline_generation"

/// All SQL on `generation_jobs`.
extension Transaction {
    /// Has the site's page made. A job that is under way begins again, with what is known now.
    @discardableResult
    func enqueueGeneration(of site: SiteID, theme: Theme, tone: Tone, by actor: Actor) async throws -> GenerationJobID {
        let results = try await pipeline([
            """
            INSERT INTO generation_jobs (id, site_id, theme, tone, requested_by)
            VALUES (\(GenerationJobID.make()), \(site), \(theme.rawValue), \(tone.rawValue), \(actor.id))
            ON CONFLICT (site_id) WHERE state IN ('queued', 'running') DO UPDATE
            SET state = 'queued', due_at = now(), lease = NULL, attempts = 0, last_error = NULL, theme = excluded.theme,
                tone = excluded.tone, requested_by = excluded.requested_by, requested_at = now(), started_at = NULL
            RETURNING id
            """,
            "SELECT pg_notify(\(generationChannel), current_schema())",
        ])
        guard let row = results[0].rows.first else { throw DatabaseError(.decoding, "The job that was enqueued has no id") }
        return try row.decode("id")
    }

    /// Has nothing made any more.
    func cancelGeneration(of site: SiteID) async throws {
        try await execute(
            """
            UPDATE generation_jobs SET state = 'failed', lease = NULL, finished_at = now(), last_error = 'It was called off.'
            WHERE site_id = \(site) AND state IN ('queued', 'running')
            """
        )
    }

    /// Ends the jobs with the versions that were made.
    ///
    /// - Returns: their numbers, of the jobs that are still ours: of others, nothing may be kept.
    package func finish(_ made: [MadeVersion], at time: Date) async throws -> [GenerationJobID: Int] {
        let ours = try await held(made.map(\.job))
        let kept = made.filter { ours.contains($0.job.id) }
        guard !kept.isEmpty else { return [:] }
        let versions = try await addVersions(
            Dictionary(kept.map { ($0.job.site, $0.version) }) { first, _ in first },
            at: time
        )
        let renamed = kept.compactMap { made in made.newTitle.map { (made.job.site, $0) } }
        if !renamed.isEmpty {
            try await execute(
                """
                UPDATE sites SET title = named.title
                FROM unnest(\(renamed.map(\.0))::uuid[], \(renamed.map(\.1))::text[]) AS named (site_id, title)
                WHERE id = named.site_id AND NOT title_is_chosen
                """
            )
        }
        let numbers = Dictionary(kept.compactMap { made in versions[made.job.site].map { (made.job.id, $0) } }) { first, _ in first }
        try await execute(
            """
            UPDATE generation_jobs AS job
            SET state = 'done', lease = NULL, last_error = NULL, finished_at = \(time), version = made.version
            FROM unnest(\(Array(numbers.keys))::uuid[], \(Array(numbers.values))::bigint[]) AS made (id, version)
            WHERE job.id = made.id
            """
        )
        return numbers
    }

    /// Ends the job without a version. Returns false when it is no longer ours.
    func fail(_ job: ClaimedGeneration, because reason: String, at time: Date) async throws -> Bool {
        try await execute(
            """
            UPDATE generation_jobs SET state = 'failed', lease = NULL, finished_at = \(time), last_error = \(reason)
            WHERE id = \(job.id) AND lease = \(job.lease)
            """
        ) == 1
    }

    /// Those of the jobs that are still ours, locked to the end of the transaction.
    private func held(_ jobs: [ClaimedGeneration]) async throws -> Set<GenerationJobID> {
        Set(
            try await rows(
                """
                SELECT id FROM generation_jobs
                WHERE id = ANY (\(jobs.map(\.id))::uuid[]) AND lease = ANY (\(jobs.map(\.lease))::uuid[])
                ORDER BY id
                FOR UPDATE
                """
            ).map { try $0.decode("id") }
        )
    }
}

extension SQLExecutor {
    /// Whether its page is being made, or is about to be.
    func isBeingGenerated(_ site: SiteID) async throws -> Bool {
        try await row("SELECT FROM generation_jobs WHERE site_id = \(site) AND state IN ('queued', 'running')") != nil
    }

    /// Takes the jobs that have been due for longest, `limit` at most, that no other worker takes.
    ///
    /// One whose worker died comes alone, before all others: should it be what killed the worker, it takes no other one along.
    package func claimGenerations(_ limit: Int, for lease: Duration) async throws -> [ClaimedGeneration] {
        let token = UUID()
        let rows = try await rows(
            """
            WITH abandoned AS (
                SELECT id FROM generation_jobs
                WHERE state = 'running' AND due_at <= now()
                ORDER BY due_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            ), queued AS (
                SELECT id FROM generation_jobs
                WHERE state = 'queued' AND due_at <= now() AND NOT EXISTS (SELECT FROM abandoned)
                ORDER BY due_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            ), due AS (
                SELECT id FROM abandoned UNION ALL SELECT id FROM queued
            )
            UPDATE generation_jobs AS job
            SET state = 'running', lease = \(token), due_at = now() + \(lease.seconds) * interval '1 second', attempts = found.attempts + 1,
                started_at = coalesce(found.started_at, now())
            FROM due JOIN generation_jobs AS found USING (id) JOIN sites AS site ON site.id = found.site_id
                JOIN leads AS lead ON lead.id = site.lead_id
            WHERE job.id = due.id
            RETURNING job.id, site.id AS site_id, site.slug, site.title, site.title_is_chosen, job.theme, job.tone, lead.id AS lead_id,
                lead.snapshot::text AS snapshot, job.attempts, job.last_error, job.requested_by
            """
        )
        return try rows.map { try ClaimedGeneration($0, lease: token) }
    }

    /// Keeps the jobs for as long again. Those that are no longer ours stay as they are.
    func renew(_ jobs: [ClaimedGeneration], for lease: Duration) async throws {
        try await execute(
            """
            UPDATE generation_jobs SET due_at = now() + \(lease.seconds) * interval '1 second'
            WHERE id = ANY (\(jobs.map(\.id))::uuid[]) AND lease = ANY (\(jobs.map(\.lease))::uuid[])
            """
        )
    }

    /// Lets the job be taken again after `delay`, unless it is no longer ours.
    func postpone(_ job: ClaimedGeneration, for delay: Duration, because error: String) async throws {
        try await execute(
            """
            UPDATE generation_jobs
            SET state = 'queued', lease = NULL, due_at = now() + \(delay.seconds) * interval '1 second', last_error = \(error)
            WHERE id = \(job.id) AND lease = \(job.lease)
            """
        )
    }

    /// The job of that id, or the last one of the lead.
    func generationJob(_ id: GenerationJobID?, of lead: LeadID?) async throws -> GenerationJob? {
        let which: SQL = if let id { "job.id = \(id)" } else { "site.lead_id = \(lead)" }
        return try await row(
            """
            SELECT job.id, job.site_id, site.lead_id, job.state, job.attempts, job.last_error, job.theme, job.tone, job.requested_by,
                job.requested_at, job.started_at, job.finished_at, job.version, made.made_by, made.writer::text AS writer
            FROM generation_jobs AS job JOIN sites AS site ON site.id = job.site_id
                LEFT JOIN site_versions AS made ON made.site_id = job.site_id AND made.version = job.version
            WHERE \(fragment: which)
            ORDER BY site.superseded_at IS NOT NULL, job.requested_at DESC
            LIMIT 1
            """
        ).map(GenerationJob.init)
    }
}

/// A job to be done, by whoever holds the lease.
package struct ClaimedGeneration: Sendable {
    package var id: GenerationJobID
    var site: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    /// Whether somebody chose the title; else it is the lead's name.
    var titleIsChosen: Bool
    var theme: Theme
    var tone: Tone
    /// None when it was erased meanwhile.
    var lead: Lead?
    var lease: UUID
    var requestedBy: String
    /// This one counted.
    package var attempts: Int
    var lastError: String?

    init(_ row: Row, lease: UUID) throws {
        id = try row.decode("id")
        site = try row.decode("site_id")
        leadID = try row.decode("lead_id")
        slug = try row.decode("slug")
        title = try row.decode("title")
        titleIsChosen = try row.decode("title_is_chosen")
        theme = try row.word("theme")
        tone = try row.word("tone")
        lead = try row.cell("snapshot") == nil ? nil : row.decodeJSON("snapshot")
        self.lease = lease
        requestedBy = try row.decode("requested_by")
        attempts = try row.decode("attempts")
        lastError = try row.decodeIfPresent("last_error")
    }
}

/// What a job made.
package struct MadeVersion: Sendable {
    package var job: ClaimedGeneration
    package var version: NewSiteVersion

    package init(_ job: ClaimedGeneration, _ version: NewSiteVersion) {
        self.job = job
        self.version = version
    }

    /// What the site is called from now on, where that isn't what it was called and nobody chose it.
    fileprivate var newTitle: String? {
        guard !job.titleIsChosen, let name = version.content?.name, name != job.title else { return nil }
        return name
    }
}

extension GenerationJob {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.decode("id"),
            siteID: try row.decode("site_id"),
            leadID: try row.decode("lead_id"),
            state: try row.word("state"),
            attempts: try row.decode("attempts"),
            lastError: try row.decodeIfPresent("last_error"),
            theme: try row.decode("theme"),
            tone: try row.word("tone"),
            requestedBy: try row.decode("requested_by"),
            requestedAt: try row.decode("requested_at"),
            startedAt: try row.decodeIfPresent("started_at"),
            finishedAt: try row.decodeIfPresent("finished_at"),
            version: try row.decodeIfPresent("version"),
            madeBy: try row.wordIfPresent("made_by"),
            writer: try row.cell("writer") == nil ? nil : row.decodeJSON("writer")
        )
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
