import Contracts
import Foundation
import Messaging
import Postgres

/// A lead that nobody knows yet, as far as can be told before the database is asked: made ready outside of any transaction, with all that is
/// written when it becomes one.
struct Newcomer: Sendable {
    var new: NewLead
    var event: OutgoingEvent
    /// What was sent of it.
    var record: String?
    var line: Int

    /// What orders newcomers, so that two transactions with the same businesses wait for each other one way.
    var key: String { new.lead.gmbID ?? new.businessKey ?? new.lead.slug }
}

extension Transaction {
    /// Makes leads of those that are new by every key, each with its event, its record and the beginning of its audit trail: in one statement,
    /// since each costs a round trip or some 0.1 ms of PostgreSQL's time, whatever it holds.
    ///
    /// - Returns: the ids of those that are leads now.
    func create(_ newcomers: [Newcomer], by cause: ChangeCause) async throws -> Set<LeadID> {
        guard !newcomers.isEmpty else { return [] }
        let ordered = newcomers.map { (key: $0.key, newcomer: $0) }.sorted { $0.key < $1.key }.map(\.newcomer)
        let leads = ordered.map(\.new.lead)
        let events = ordered.map(\.event)
        let rows = try await rows(
            publishing: """
                WITH created AS (
                    \(fragment: .insert(ordered.map(\.new)))
                ), written AS (
                    SELECT *
                    FROM unnest(
                        \(leads.map(\.id))::uuid[], \(leads.map(\.createdAt))::timestamptz[],
                        \(leads.map { RFC3339.string(from: $0.createdAt) })::text[], \(events.map(\.id.rawValue))::uuid[],
                        \(events.map(\.stream))::text[], \(events.map(\.subject))::text[],
                        \(events.map(\.trace.description))::text[], \(events.map(\.payload))::bytea[],
                        \(ordered.map { $0.record.map(LeadRecord.digest(of:)) })::bytea[], \(ordered.map(\.line))::int8[],
                        \(ordered.map(\.record))::text[]
                    ) WITH ORDINALITY AS given (
                        id, created_at, created_text, event_id, stream, subject, traceparent, payload, digest, line, record, number
                    )
                    JOIN created USING (id)
                ), audited AS (
                    INSERT INTO lead_audit (lead_id, version, field, value_after, actor, reason, changed_at)
                    SELECT id, 1, 'created_at', created_text, \(cause.actor), \(cause.reason), created_at FROM written ORDER BY number
                ), kept AS (
                    INSERT INTO lead_records (lead_id, digest, line, record, received_at)
                    SELECT id, digest, line, record, created_at FROM written WHERE record IS NOT NULL
                ), told AS (
                    INSERT INTO outbox (event_id, stream, subject, traceparent, payload)
                    SELECT event_id, stream, subject, traceparent, payload FROM written ORDER BY number
                )
                SELECT id, \(fragment: Outbox.name) AS outbox FROM created
                """
        )
        return Set(try rows.map { try $0.decode("id", as: LeadID.self) })
    }
}
