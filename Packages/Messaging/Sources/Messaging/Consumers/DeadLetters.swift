import Contracts
import Foundation
import Postgres

/// A delivery that is given up.
struct LostCause: Sendable {
    var eventID: String
    var stream: String
    var sequence: Int64
    var subject: String
    var type: String?
    var payload: Data
    var reason: String
    var attempts: Int
}

/// The SQL of dead letters.
struct DeadLetters: Sendable {
    let consumer: String

    /// An event that is parked again keeps its row: there is one for each event. None is kept of a lead whose data was erased meanwhile.
    func park(_ cause: LostCause, in transaction: Transaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO dead_letters (consumer, event_id, stream, sequence, subject, type, payload, reason, attempts)
            SELECT \(consumer), \(cause.eventID), \(cause.stream), \(cause.sequence), \(cause.subject), \(cause.type?.withoutNUL),
                \(cause.payload), \(cause.reason.withoutNUL), \(cause.attempts)
            WHERE NOT EXISTS (
                SELECT FROM erasures WHERE position(convert_to(lead_id::text, 'UTF8') IN \(cause.payload)::bytea) > 0
            )
            ON CONFLICT (consumer, event_id) DO UPDATE
            SET reason = excluded.reason, attempts = excluded.attempts, state = 'parked', parked_at = now(), replayed_at = NULL
            """
        )
    }

    /// Newest first.
    func list(limit: Int, in database: some SQLExecutor) async throws -> [DeadLetter] {
        let rows = try await database.rows(
            """
            SELECT id, event_id, consumer, type, reason, attempts, payload, parked_at, replayed_at
            FROM dead_letters WHERE consumer = \(consumer)
            ORDER BY parked_at DESC, id DESC LIMIT \(limit)
            """
        )
        return try rows.map { row in
            DeadLetter(
                id: try row.decode("id"),
                eventID: try row.decode("event_id"),
                consumer: try row.decode("consumer"),
                type: try row.decodeIfPresent("type"),
                reason: try row.decode("reason"),
                attempts: try row.decode("attempts"),
                payload: String(decoding: try row.decode("payload", as: Data.self), as: UTF8.self),
                parkedAt: try row.decode("parked_at"),
                replayedAt: try row.decodeIfPresent("replayed_at")
            )
        }
    }

    /// The parked ones, oldest first; all of them when `ids` is nil.
    func parked(_ ids: [Int]?, in database: some SQLExecutor) async throws -> [Int] {
        let rows = try await database.rows(
            """
            SELECT id FROM dead_letters
            WHERE consumer = \(consumer) AND state = 'parked' AND (\(ids == nil) OR id = ANY (\(ids ?? [])::bigint[]))
            ORDER BY parked_at, id
            """
        )
        return try rows.map { try $0.decode("id") }
    }

    /// Takes one for a replay; `nil` when somebody else has it, or it is replayed already.
    func take(_ id: Int, in transaction: Transaction) async throws -> (subject: String, stream: String, payload: Data)? {
        let row = try await transaction.row(
            """
            SELECT subject, stream, payload FROM dead_letters
            WHERE id = \(id) AND consumer = \(consumer) AND state = 'parked'
            FOR UPDATE SKIP LOCKED
            """
        )
        return try row.map { (try $0.decode("subject"), try $0.decode("stream"), try $0.decode("payload")) }
    }

    func markReplayed(_ id: Int, in transaction: Transaction) async throws {
        try await transaction.execute("UPDATE dead_letters SET state = 'replayed', replayed_at = now() WHERE id = \(id)")
    }

    func noteFailure(_ id: Int, reason: String, in database: some SQLExecutor) async throws {
        try await database.execute("UPDATE dead_letters SET reason = \(reason.withoutNUL), attempts = attempts + 1 WHERE id = \(id)")
    }
}
