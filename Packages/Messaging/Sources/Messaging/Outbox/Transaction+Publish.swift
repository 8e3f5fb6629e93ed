public import Contracts
public import Foundation
public import Postgres

extension Transaction {
    /// Puts `event` into this service's outbox: it is published once this transaction commits, and never if it doesn't.
    ///
    /// `time` is when it happened. Returns the event's id, which others will know it by.
    @discardableResult
    public func publish(_ event: some Event, at time: Date = Date()) async throws -> EventID {
        try await publish([(event, time)])[0]
    }

    /// Puts all of `events` into the outbox in one statement, to be published in their order.
    @discardableResult
    public func publish(_ events: [any Event], at time: Date = Date()) async throws -> [EventID] {
        try await publish(events.map { ($0, time) })
    }

    /// Puts all of `events` into the outbox in one statement, to be published in their order; each with the time when it happened.
    @discardableResult
    public func publish(_ events: [(event: any Event, time: Date)]) async throws -> [EventID] {
        try await publish(events.map { (event: $0.event, time: $0.time, trace: nil) })
    }

    /// The same, each event with the trace that it belongs to, for those who apply many at once; the task's where it is nil.
    @discardableResult
    public func publish(_ events: [(event: any Event, time: Date, trace: TraceContext?)]) async throws -> [EventID] {
        let letters = try OutgoingEvent.all(events)
        try await pipeline([], and: letters)
        return letters.map(\.id)
    }

    /// Runs `statements` in order and puts all of `events` into the outbox behind them, in one round trip.
    ///
    /// Returns the results of `statements`.
    @discardableResult
    public func pipeline(
        _ statements: [SQL],
        publishing events: [(event: any Event, time: Date, trace: TraceContext?)]
    ) async throws -> [QueryResult] {
        try await pipeline(statements, and: OutgoingEvent.all(events))
    }

    /// The same, all events in the task's trace.
    @discardableResult
    public func pipeline(_ statements: [SQL], publishing events: [(event: any Event, time: Date)]) async throws -> [QueryResult] {
        try await pipeline(statements, publishing: events.map { (event: $0.event, time: $0.time, trace: nil) })
    }

    @discardableResult
    private func pipeline(_ statements: [SQL], and letters: [OutgoingEvent]) async throws -> [QueryResult] {
        guard !letters.isEmpty else { return try await pipeline(statements) }
        var results = try await pipeline(statements + [Outbox.insert(letters)])
        if let outbox: String = try results.removeLast().rows.first?.decode("outbox") {
            afterCommit { OutboxSignal.send(outbox) }
        }
        return results
    }
}

/// An event, ready for the outbox.
public struct OutgoingEvent: Sendable {
    /// nats-server takes 1 MiB with headers.
    static let maximumSize = 1_000_000

    public var id: EventID
    public var stream: String
    public var subject: String
    public var trace: TraceContext
    /// The envelope, in JSON.
    public var payload: Data

    /// Those that name no trace belong to the task's, or, outside of any, together to a new one.
    static func all(_ events: [(event: any Event, time: Date, trace: TraceContext?)]) throws -> [Self] {
        let trace = (TraceContext.current ?? .make()).child()
        return try events.map { event, time, own in try Self(event, time: time, trace: own?.child() ?? trace) }
    }

    /// - Throws: ``NATSError`` when no stream keeps such events, or it is larger than NATS takes.
    public init(_ event: some Event, time: Date, trace: TraceContext) throws {
        guard let stream = Catalogue.stream(of: type(of: event)) else {
            throw NATSError(.invalidReply, "\(type(of: event)) is not in the catalogue, so no stream would keep it")
        }
        let envelope = Envelope(event, source: stream.publisher, time: time, trace: trace)
        id = envelope.id
        self.stream = stream.name
        subject = event.subject.description
        self.trace = trace
        payload = try envelope.json()
        guard payload.count <= Self.maximumSize else {
            throw NATSError(.tooLarge, "an event of \(payload.count) bytes can't be published")
        }
    }
}

/// The outbox's SQL.
public enum Outbox {
    /// Tells an outbox from all others of a server.
    public static let name: SQL = "current_database() || '.' || current_schema()"

    /// Answers with the outbox's name.
    static func insert(_ events: [OutgoingEvent]) -> SQL {
        """
        WITH stored AS (
            INSERT INTO outbox (event_id, stream, subject, traceparent, payload)
            SELECT event_id, stream, subject, traceparent, payload
            FROM unnest(
                \(events.map(\.id.rawValue))::uuid[], \(events.map(\.stream))::text[], \(events.map(\.subject))::text[],
                \(events.map(\.trace.description))::text[], \(events.map(\.payload))::bytea[]
            ) WITH ORDINALITY AS given (event_id, stream, subject, traceparent, payload, number)
            ORDER BY number
            RETURNING position
        )
        SELECT \(fragment: name) AS outbox FROM stored LIMIT 1
        """
    }

    /// In order of position, never from where the last read ended: a transaction may commit a lower position later.
    ///
    /// `sent`: the positions of those that are under way. As a subquery it is looked up in a hash table, whatever the plan.
    static func select(limit: Int, without blockedStreams: [String] = [], beside sent: [Int64] = []) -> SQL {
        """
        SELECT position, event_id, stream, subject, traceparent, payload FROM outbox
        WHERE stream <> ALL (\(blockedStreams)::text[]) AND position NOT IN (SELECT unnest(\(sent)::bigint[]))
        ORDER BY position LIMIT \(limit)
        """
    }

    static let lastPosition: SQL = "SELECT coalesce(max(position), 0) AS position FROM outbox"

    static func delete(_ positions: [Int64]) -> SQL { "DELETE FROM outbox WHERE position = ANY (\(positions)::bigint[])" }

    static let forgottenAtOnce = 10_000
    static let forgetOld: [SQL] = [
        """
        DELETE FROM inbox WHERE ctid IN (
            SELECT ctid FROM inbox WHERE received_at < now() - interval '30 days' LIMIT \(forgottenAtOnce)
        )
        """,
        """
        DELETE FROM idempotency_keys WHERE ctid IN (
            SELECT ctid FROM idempotency_keys WHERE used_at < now() - interval '30 days' LIMIT \(forgottenAtOnce)
        )
        """,
        // Only what healed while the broker had forgotten that it was a repeat is still there.
        "DELETE FROM retries WHERE last_failed_at < now() - interval '30 days'",
    ]

    static let keepAlive: [SQL] = [
        "SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3",
        // Taken for empty, the outbox would be read from end to end each time: past all that is published and not vacuumed yet.
        "SET enable_seqscan = off",
    ]
    static let tryLock: SQL =
        "SELECT pg_try_advisory_lock(hashtextextended('plumbline.outbox.' || current_schema(), 0)) AS locked"
    static let unlock: SQL = "SELECT pg_advisory_unlock(hashtextextended('plumbline.outbox.' || current_schema(), 0))"
}

/// One row of the outbox.
package struct OutboxRow: Sendable {
    package var position: Int64
    package var eventID: String
    package var stream: String
    package var subject: String
    package var traceparent: String?
    package var payload: Data

    init(_ row: Row) throws {
        position = try row.decode("position")
        eventID = try row.decode("event_id", as: EventID.self).description
        stream = try row.decode("stream")
        subject = try row.decode("subject")
        traceparent = try row.decodeIfPresent("traceparent")
        payload = try row.decode("payload")
    }
}
