import Contracts
import Foundation
import Postgres

/// The SQL of inbox and retries.
struct Inbox: Sendable {
    let consumer: String

    /// Claims the events for this transaction.
    ///
    /// In one order, whoever claims: when another transaction has just claimed one, this waits for its end.
    ///
    /// - Returns: the ids that were not applied before.
    func claim(_ events: [EventID], in transaction: Transaction) async throws -> Set<UUID> {
        let rows = try await transaction.rows(
            """
            INSERT INTO inbox (consumer, event_id)
            SELECT \(consumer), event_id FROM unnest(\(events.map(\.rawValue))::uuid[]) AS given (event_id)
            ORDER BY event_id
            ON CONFLICT DO NOTHING RETURNING event_id
            """
        )
        return Set(try rows.map { try $0.decode("event_id", as: UUID.self) })
    }

    func release(_ event: EventID, in transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM inbox WHERE consumer = \(consumer) AND event_id = \(event.rawValue)")
    }

    /// Counts one more failure, and plans the next attempt: after `delay`, or as `schedule` says.
    ///
    /// - Returns: how many failures there are now, and the wait; nil when the schedule is used up.
    func countFailure(
        of event: EventID,
        _ error: String,
        after delay: Duration?,
        schedule: [Duration],
        in transaction: Transaction
    ) async throws -> (attempts: Int, wait: Duration?) {
        let waits = schedule.map { (delay ?? $0) / .seconds(1) }
        let row = try await transaction.row(
            """
            INSERT INTO retries (consumer, event_id, last_error, next_attempt_at)
            VALUES (\(consumer), \(event.rawValue), \(error.withoutNUL), now() + \(waits.first ?? 0) * interval '1 second')
            ON CONFLICT (consumer, event_id) DO UPDATE
            SET attempts = retries.attempts + 1, last_error = excluded.last_error, last_failed_at = now(),
                next_attempt_at = now() + coalesce((\(waits)::float8[])[retries.attempts + 1], 0) * interval '1 second'
            RETURNING attempts
            """
        )
        let attempts = try row?.decode("attempts", as: Int.self) ?? 1
        return (attempts, attempts <= waits.count ? .seconds(waits[attempts - 1]) : nil)
    }

    /// Which of the events have failed before, and how long it is until their next attempt.
    func waits(of events: [EventID], in database: some SQLExecutor) async throws -> [UUID: Duration] {
        let rows = try await database.rows(
            """
            SELECT event_id, extract(epoch FROM next_attempt_at - clock_timestamp())::float8 AS wait FROM retries
            WHERE consumer = \(consumer) AND event_id = ANY (\(events.map(\.rawValue))::uuid[])
            """
        )
        var waits: [UUID: Duration] = [:]
        for row in rows { waits[try row.decode("event_id")] = .seconds(try row.decode("wait", as: Double.self)) }
        return waits
    }

    func forgetFailures(of events: [EventID], in transaction: Transaction) async throws {
        try await transaction.execute(
            "DELETE FROM retries WHERE consumer = \(consumer) AND event_id = ANY (\(events.map(\.rawValue))::uuid[])"
        )
    }

    /// Up to where `stream` was settled when it was last noted; nil when it never was, or was for an earlier stream of that name.
    func floor(of stream: String, created: String, in database: some SQLExecutor) async throws -> Int64? {
        let row = try await database.row(
            """
            SELECT sequence FROM consumer_floors
            WHERE consumer = \(consumer) AND stream = \(stream) AND stream_created = \(created)
            """
        )
        return try row?.decode("sequence")
    }

    func note(floor: Int64, of stream: String, created: String, in database: some SQLExecutor) async throws {
        try await database.execute(
            """
            INSERT INTO consumer_floors (consumer, stream, stream_created, sequence)
            VALUES (\(consumer), \(stream), \(created), \(floor))
            ON CONFLICT (consumer, stream) DO UPDATE
            SET stream_created = excluded.stream_created, sequence = excluded.sequence, noted_at = now()
            """
        )
    }
}
