import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL that keeps the leads up to date: one statement for a whole batch of events.
///
/// Every write is an upsert that looks whether it is the newer one: events of two streams meet here, late and out of order. So of a batch
/// only what is newest of each lead has to be written.
extension Transaction {
    /// Takes leads' snapshots over, save where a newer one is here, or the lead was merged or erased.
    func keep(_ snapshots: [Lead]) async throws {
        let leads = newest(snapshots, of: \.id) { $0.version < $1.version }
        guard !leads.isEmpty else { return }
        try await execute(
            """
            INSERT INTO leads AS l (lead_id, version, name, phone, email, city, assigned_to, lead_score, archived_at)
            SELECT * FROM unnest(
                \(leads.map(\.id.rawValue)), \(leads.map(\.version)), \(leads.map(\.name)), \(leads.map(\.phone)), \(leads.map(\.email)),
                \(leads.map(\.city)), \(leads.map(\.assignedTo)), \(leads.map(\.leadScore))::int[], \(leads.map(\.archivedAt))
            )
            ON CONFLICT (lead_id) DO UPDATE SET
                version = excluded.version,
                name = excluded.name,
                phone = excluded.phone,
                email = excluded.email,
                city = excluded.city,
                assigned_to = excluded.assigned_to,
                lead_score = excluded.lead_score,
                archived_at = excluded.archived_at
            WHERE l.version < excluded.version AND l.erased_at IS NULL AND l.merged_into IS NULL
            """
        )
    }

    func keepContactStatuses(_ changes: [StatusChange]) async throws {
        let changes = newest(changes, of: \.lead) { $0.event < $1.event }
        guard !changes.isEmpty else { return }
        try await execute(
            """
            INSERT INTO leads AS l (lead_id, contact_status, contact_status_event)
            SELECT * FROM unnest(\(changes.map(\.lead.rawValue)), \(changes.map(\.status)), \(changes.map(\.event.rawValue)))
            ON CONFLICT (lead_id) DO UPDATE SET
                contact_status = excluded.contact_status,
                contact_status_event = excluded.contact_status_event
            WHERE l.contact_status_event IS NULL OR l.contact_status_event < excluded.contact_status_event
            """
        )
    }

    func keepWebsiteStatuses(_ changes: [StatusChange]) async throws {
        let changes = newest(changes, of: \.lead) { $0.event < $1.event }
        guard !changes.isEmpty else { return }
        try await execute(
            """
            INSERT INTO leads AS l (lead_id, website_status, website_status_event)
            SELECT * FROM unnest(\(changes.map(\.lead.rawValue)), \(changes.map(\.status)), \(changes.map(\.event.rawValue)))
            ON CONFLICT (lead_id) DO UPDATE SET
                website_status = excluded.website_status,
                website_status_event = excluded.website_status_event
            WHERE l.website_status_event IS NULL OR l.website_status_event < excluded.website_status_event
            """
        )
    }

    /// Of leads that were found to be others nothing is shown any more, so nothing is kept of who they were.
    ///
    /// Their follow-ups are lifecycle's to move: it tells that the surviving leads' are due, and that these are over.
    func merge(_ merges: [LeadID: LeadID]) async throws {
        let merges = merges.filter { $0.key != $0.value }.sorted { $0.key < $1.key }
        guard !merges.isEmpty else { return }
        try await execute(
            """
            INSERT INTO leads AS l (lead_id, merged_into)
            SELECT * FROM unnest(\(merges.map(\.key.rawValue)), \(merges.map(\.value.rawValue)))
            ON CONFLICT (lead_id) DO UPDATE SET
                merged_into = excluded.merged_into, name = NULL, phone = NULL, email = NULL, city = NULL, assigned_to = NULL,
                lead_score = NULL
            """
        )
    }

    /// Blanks what we hold of people, for good. What staff did stays: it says nothing of them.
    func erase(_ leads: [LeadID: Date]) async throws {
        let leads = leads.sorted { $0.key < $1.key }
        guard !leads.isEmpty else { return }
        try await execute(
            """
            INSERT INTO leads AS l (lead_id, erased_at)
            SELECT * FROM unnest(\(leads.map(\.key.rawValue)), \(leads.map(\.value)))
            ON CONFLICT (lead_id) DO UPDATE SET
                name = NULL, phone = NULL, email = NULL, city = NULL, assigned_to = NULL, lead_score = NULL,
                erased_at = coalesce(l.erased_at, excluded.erased_at)
            """
        )
        for lead in leads { try await forget(lead.key) }
    }

    /// In one statement no row can be written twice; and rows are locked in the same order by all, so that batches can't deadlock.
    private func newest<Value>(_ values: [Value], of lead: (Value) -> LeadID, _ isOlder: (Value, Value) -> Bool) -> [Value] {
        Dictionary(values.map { (lead($0), $0) }) { isOlder($1, $0) ? $0 : $1 }.sorted { $0.key < $1.key }.map(\.value)
    }
}
