import Contracts
import Foundation
import Postgres

/// Staged rows of one import that become leads at once, in a transaction that holds the import's row: nobody else works on it meanwhile.
struct StagedChunk: Sendable {
    var importID: ImportID
    /// The places in the file.
    var rows: ClosedRange<Int>
    /// Nothing is staged behind it.
    var isLast: Bool

    var condition: SQL {
        "staged.import_id = \(importID) AND staged.number BETWEEN \(rows.lowerBound) AND \(rows.upperBound)"
    }
}

/// All SQL that makes leads of staged rows: one statement for a whole chunk each, however large it is.
extension Transaction {
    /// The next rows of the import that has waited for longest, locked to the end of the transaction; `nil` when there is nothing to do.
    ///
    /// The lock is all there is to a claim: it ends with the transaction, also when that ends with the process. `size` says how many rows of
    /// an import at most.
    func claimChunk(of size: (ImportID) -> Int, at time: Date) async throws -> StagedChunk? {
        let row = try await row(
            """
            SELECT id, rows_staged, rows_resolved FROM imports
            WHERE state = 'running' AND (retry_at IS NULL OR retry_at <= \(time))
            ORDER BY updated_at
            LIMIT 1
            FOR NO KEY UPDATE SKIP LOCKED
            """
        )
        guard let row else { return nil }
        let (staged, resolved): (Int, Int) = (try row.decode("rows_staged"), try row.decode("rows_resolved"))
        let id: ImportID = try row.decode("id")
        let end = min(resolved + size(id), staged)
        return StagedChunk(importID: id, rows: resolved + 1...max(resolved + 1, end), isLast: end == staged)
    }

    /// The tables are far larger than a chunk, and staged rows are too short-lived to be counted: left alone, the planner would read all
    /// leads for each chunk. Held to the indexes, it has one way to go.
    func planForChunks() async throws {
        try await pipeline([
            "SET LOCAL enable_seqscan = off", "SET LOCAL enable_hashjoin = off", "SET LOCAL enable_mergejoin = off", "SET LOCAL jit = off",
            "SET LOCAL work_mem = '32MB'",
        ])
    }

    /// Inserts those that are new by every key, in the order of the keys: two that bring the same businesses wait for each other one way.
    /// With `suffix` the slugs end with it, counted on from row to row, where the wished ones are taken. Returns how many are leads now.
    func insertLeads(of chunk: StagedChunk, slugsEndWith suffix: Int64?, at time: Date) async throws -> Int {
        let slug: SQL =
            if let suffix { "slug || '-' || (\(suffix) + row_number() OVER (ORDER BY number) - 1)" } else { "slug" }
        return try await execute(
            """
            INSERT INTO leads (
                id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours,
                first_name, last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency,
                sales_stage, assigned_to, qualification_score, lead_score, tags, created_at, updated_at
            )
            SELECT
                lead_id, \(fragment: slug), gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours,
                first_name, last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency,
                sales_stage, assigned_to, qualification_score, lead_score, tags, \(time), \(time)
            FROM import_rows AS staged
            WHERE \(fragment: chunk.condition) AND \(fragment: Self.isOpen)
            ORDER BY coalesce(gmb_id, business_key), number
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// How many rows have no lead yet: neither their own nor one that their keys recognise.
    func openRows(of chunk: StagedChunk) async throws -> Int {
        try await row("SELECT count(*) AS open FROM import_rows AS staged WHERE \(fragment: chunk.condition) AND \(fragment: Self.isOpen)")?
            .decode("open") ?? 0
    }

    private static let isOpen: SQL = """
        NOT EXISTS (SELECT FROM leads WHERE leads.id = staged.lead_id)
        AND NOT EXISTS (SELECT FROM leads WHERE leads.gmb_id = staged.gmb_id)
        AND NOT EXISTS (SELECT FROM leads WHERE leads.business_key = staged.business_key)
        """

    /// The events of the leads that the chunk made, as ``Messaging`` takes them.
    static func createdEvents(of chunk: StagedChunk, stream: String, subject: String, at time: Date) -> SQL {
        """
        SELECT staged.event_id, \(stream)::text, \(subject)::text, imports.traceparent,
            staged_event(staged.event, staged.slug, leads.slug, \(RFC3339.string(from: time)))
        FROM import_rows AS staged
        JOIN imports ON imports.id = staged.import_id
        JOIN leads ON leads.id = staged.lead_id
        WHERE \(fragment: chunk.condition)
        ORDER BY staged.number
        """
    }

    /// Writes into the audit trail which leads the chunk made.
    func auditCreated(of chunk: StagedChunk, by cause: ChangeCause, at time: Date) async throws {
        try await execute(
            """
            INSERT INTO lead_audit (lead_id, version, field, value_before, value_after, actor, reason, changed_at)
            SELECT leads.id, 1, 'created_at', NULL, \(RFC3339.string(from: time)), \(cause.actor), \(cause.reason), \(time)
            FROM import_rows AS staged
            JOIN leads ON leads.id = staged.lead_id
            WHERE \(fragment: chunk.condition)
            ORDER BY staged.number
            """
        )
    }

    /// Keeps the records of the chunk with their leads; those that are kept already stay as they are.
    func keepRecords(of chunk: StagedChunk, at time: Date) async throws {
        try await execute(
            """
            INSERT INTO lead_records (lead_id, digest, import_id, line, record, received_at)
            SELECT found.lead_id, sha256(convert_to(staged.record, 'UTF8')), staged.import_id, staged.line, staged.record, \(time)
            FROM import_rows AS staged
            CROSS JOIN LATERAL (\(fragment: Self.found)) AS found
            WHERE \(fragment: chunk.condition) AND staged.record IS NOT NULL
                -- Of an erased lead nothing is kept any more.
                AND NOT EXISTS (SELECT FROM leads WHERE leads.id = found.lead_id AND erased_at IS NOT NULL)
            ORDER BY 1, 2
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// The lead of a staged row: its own, or the one that its keys recognise; of a lead that was merged, the one that stays.
    private static let found: SQL = """
        SELECT coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.id = staged.lead_id
        UNION ALL
        SELECT coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.gmb_id = staged.gmb_id
        UNION ALL
        SELECT coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.business_key = staged.business_key
        LIMIT 1
        """

    /// Businesses that were leads already and know something that those lack, in the order of the file.
    ///
    /// Asks by and large as ``CheckedLead/filling(_:at:)`` decides, so that of a file that comes again no row leaves the database.
    func fillings(of chunk: StagedChunk, models: ScoringModels) async throws -> [(lead: LeadID, business: CheckedLead)] {
        try await rows(
            """
            SELECT leads.id AS found_id, staged.*,
                CASE WHEN staged.acquisition_cost_minor IS NOT NULL THEN jsonb_build_object(
                    'minor_units', staged.acquisition_cost_minor, 'currency', staged.acquisition_cost_currency
                ) END AS acquisition_cost
            FROM import_rows AS staged
            CROSS JOIN LATERAL (\(fragment: Self.found)) AS found
            JOIN leads ON leads.id = found.lead_id
            WHERE \(fragment: chunk.condition) AND leads.id <> staged.lead_id AND leads.erased_at IS NULL AND leads.merged_into IS NULL
                AND (\(fragment: Self.hasGap))
            ORDER BY staged.number
            """
        ).map { row in
            let business = CheckedLead(draft: try row.decode(LeadDraft.self), profiles: try row.decode("profiles"), models: models)
            return (try row.decode("found_id"), business)
        }
    }

    private static let hasGap: SQL = .joined(
        [
            "category", "subcategory", "address", "city", "state", "postal_code", "country", "latitude", "longitude", "phone", "email",
            "website_url", "rating", "review_count", "photo_count", "opening_hours", "company", "acquisition_cost_minor",
        ].map { "(leads.\(identifier: $0) IS NULL AND staged.\(identifier: $0) IS NOT NULL)" } + [
            """
            (leads.first_name IS NULL AND leads.last_name IS NULL AND (
                coalesce(staged.first_name, staged.last_name) IS NOT NULL OR (leads.title IS NULL AND staged.title IS NOT NULL)
            ))
            """
        ],
        separator: " OR "
    )

    /// Counts the chunk, and forgets its staged rows.
    func settle(_ chunk: StagedChunk, created: Int, updated: Int, at time: Date) async throws {
        let count = try await execute("DELETE FROM import_rows AS staged WHERE \(fragment: chunk.condition)")
        try await self.count(chunk, as: ImportCounts(created: created, matched: count - created, updated: updated), at: time)
    }

    /// Sets the rows of the chunk aside: they are rejected, each with the reason.
    func reject(_ chunk: StagedChunk, because reason: String, at time: Date) async throws {
        let count = try await execute(
            """
            WITH rejected AS (
                DELETE FROM import_rows AS staged WHERE \(fragment: chunk.condition) RETURNING import_id, line
            )
            INSERT INTO import_remarks (import_id, kind, line, reason)
            SELECT import_id, \(RemarkKind.rejected.rawValue), line, \(reason) FROM rejected
            """
        )
        try await self.count(chunk, as: ImportCounts(rejected: count), at: time)
    }

    /// Adds to what the import counts. Its rows were counted as read when they were staged.
    private func count(_ chunk: StagedChunk, as counts: ImportCounts, at time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET
                rows_resolved = rows_resolved + \(counts.created + counts.matched + counts.rejected),
                rows_created = rows_created + \(counts.created), rows_matched = rows_matched + \(counts.matched),
                rows_rejected = rows_rejected + \(counts.rejected), leads_updated = leads_updated + \(counts.updated),
                failures = 0, retry_at = NULL, failure = NULL, updated_at = \(time),
                state = CASE WHEN \(chunk.isLast) THEN 'finished' ELSE 'running' END,
                finished_at = CASE WHEN \(chunk.isLast) THEN \(time) END
            WHERE id = \(chunk.importID)
            """
        )
    }
}

/// What becomes of imports that nobody can go on with.
extension SQLExecutor {
    /// Counts a chunk that could not be settled: the import is tried again after `pause`, or given up without one.
    func countFailure(of id: ImportID, because failure: String, isLast: Bool, retryAt: Date, at time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET
                failures = failures + 1, failure = \(failure), retry_at = \(retryAt), updated_at = \(time),
                state = CASE WHEN \(isLast) THEN 'failed' ELSE state END
            WHERE id = \(id) AND state = 'running'
            """
        )
    }

    func failures(of id: ImportID) async throws -> Int {
        try await row("SELECT failures FROM imports WHERE id = \(id)")?.decode("failures") ?? 0
    }

    /// Uploads that nothing has been heard of since `time` have broken off, and the rows of those that did are of no use to anybody.
    func giveUpUploads(silentSince time: Date) async throws {
        try await execute(
            """
            UPDATE imports SET state = 'failed', failure = 'The file broke off, and did not come again.'
            WHERE state = 'receiving' AND staged_at IS NULL AND updated_at < \(time)
            """
        )
        try await execute(
            """
            WITH given_up AS (
                UPDATE imports SET rows_staged = 0
                WHERE state = 'failed' AND staged_at IS NULL AND rows_staged > 0
                RETURNING id
            )
            DELETE FROM import_rows USING given_up WHERE import_rows.import_id = given_up.id
            """
        )
    }
}
