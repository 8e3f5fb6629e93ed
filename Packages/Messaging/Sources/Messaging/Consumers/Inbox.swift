import Contracts
import Foundation
import Postgres

/// The SQL of inbox and retries.
struct Inbox: Sendable {
    let consumer: String

    /// Claims the events for this transaction.
    ///
    /// - Returns: the ids that were not applied before. When another transaction has just claimed one, this waits for its end.
    func claim(_ events: [EventID], in transaction: Transaction) async throws -> Set<UUID> {
        let rows = try await transaction.rows(
            """
            INSERT INTO inbox (consumer, event_id)
            SELECT \(consumer), event_id FROM unnest(\(events.map(\.rawValue))::uuid[]) AS given (event_id)
            ON CONFLICT DO NOTHING RETURNING event_id
            """
        )
        return Set(try rows.map { try $0.decode("event_id", as: UUID.self) })
    }

    func release(_ event: EventID, in transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM inbox WHERE consumer = \(consumer) AND event_id = \(event.rawValue)")
    }

    /// Counts one more failure.
    ///
    /// - Returns: how many there are now.
    func countFailure(of event: EventID, _ error: String, in transaction: Transaction) async throws -> Int {
        let row = try await transaction.row(
            """
            INSERT INTO retries (consumer, event_id, last_error) VALUES (\(consumer), \(event.rawValue), \(error))
            ON CONFLICT (consumer, event_id) DO UPDATE
            SET attempts = retries.attempts + 1, last_error = excluded.last_error, last_failed_at = now()
            RETURNING attempts
            """
        )
        return try row?.decode("attempts", as: Int.self) ?? 1
    }

    func forgetFailures(of events: [EventID], in transaction: Transaction) async throws {
        try await transaction.execute(
            "DELETE FROM retries WHERE consumer = \(consumer) AND event_id = ANY (\(events.map(\.rawValue))::uuid[])"
        )
    }
}
