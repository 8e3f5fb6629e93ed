import Contracts
import Foundation
import Postgres

/// All SQL on `leads`: what lead-intake published last.
extension Transaction {
    /// Keeps the newest snapshot of each lead. What was erased stays erased.
    func keep(_ snapshots: [Lead]) async throws {
        let newest = Dictionary(snapshots.map { ($0.id, $0) }) { $0.version >= $1.version ? $0 : $1 }
        let leads = newest.values.sorted { $0.id < $1.id }
        guard !leads.isEmpty else { return }
        try await pipeline([
            Self.ensureStanding(of: leads.map(\.id)),
            """
            INSERT INTO leads (id, version, snapshot)
            SELECT id, version, snapshot::jsonb
            FROM unnest(
                \(leads.map(\.id))::uuid[], \(leads.map(\.version))::bigint[], \(try leads.map { try ColumnJSON.text($0) })::text[]
            ) AS new (id, version, snapshot)
            ORDER BY id
            ON CONFLICT (id) DO UPDATE SET version = excluded.version, snapshot = excluded.snapshot
            WHERE leads.version < excluded.version AND leads.erased_at IS NULL
            """,
        ])
    }

    /// Forgets all that is personal about the lead: what it is, where it was written to, what people wrote about it.
    func erase(_ lead: LeadID, at time: Date) async throws {
        try await pipeline([
            """
            INSERT INTO leads (id, version, erased_at) VALUES (\(lead), 1, \(time))
            ON CONFLICT (id) DO UPDATE SET snapshot = NULL, erased_at = coalesce(leads.erased_at, excluded.erased_at)
            """,
            // Addresses get names that say no more than which are the same: the decisions that were made on them can be followed again.
            """
            WITH names AS MATERIALIZED (
                SELECT address, 'erased-' || row_number() OVER (ORDER BY min(id)) AS name
                FROM status_history
                WHERE lead_id = \(lead) AND address IS NOT NULL
                GROUP BY address
            ), renamed AS (
                UPDATE status_history AS history
                SET address = names.name
                FROM names
                WHERE history.lead_id = \(lead) AND history.address = names.address
            )
            UPDATE lead_statuses
            SET is_erased = true, contact_marks = contact_marks || jsonb_build_object(
                'email', ((contact_marks -> 'email') - 'address') || coalesce(
                    (SELECT jsonb_build_object('address', name) FROM names WHERE address = contact_marks #>> '{email,address}'), '{}'
                ),
                'sms', ((contact_marks -> 'sms') - 'address') || coalesce(
                    (SELECT jsonb_build_object('address', name) FROM names WHERE address = contact_marks #>> '{sms,address}'), '{}'
                )
            )
            WHERE lead_id = \(lead)
            """,
            """
            UPDATE status_history
            SET reason = CASE WHEN trigger = 'set_by_hand' THEN '(erased)' END
            WHERE lead_id = \(lead) AND reason IS NOT NULL
            """,
        ])
    }
}

extension SQLExecutor {
    /// The lead as it was last published; none when it isn't known here, or is erased.
    func lead(_ lead: LeadID) async throws -> Lead? {
        try await row("SELECT snapshot::text AS snapshot FROM leads WHERE id = \(lead) AND snapshot IS NOT NULL")?.decodeJSON("snapshot")
    }
}
