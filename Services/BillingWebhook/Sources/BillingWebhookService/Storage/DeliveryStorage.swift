import Contracts
import Foundation
import Messaging
import Postgres

/// A provider's delivery as it was stored.
struct Delivery: Sendable {
    var id: Int
    var body: Data
    var receivedAt: Date
    /// When it was looked for.
    var takenAt: Date
    var attempts: Int
    var trace: TraceContext?
}

/// What became of a delivery.
enum Verdict: Hashable, Sendable {
    case done
    /// Understood, and nothing to do.
    case ignored(String)
    /// It speaks of what isn't there yet: any row with one of these keys would do.
    case waiting(for: [RowKey], String)
    /// For a person to see.
    case parked(String)

    /// For metrics.
    var name: String {
        switch self {
        case .done: "done"
        case .ignored: "ignored"
        case .waiting: "waiting"
        case .parked: "parked"
        }
    }
}

/// A row that a delivery may wait for.
struct RowKey: RawRepresentable, Hashable, Sendable {
    var rawValue: String

    init(rawValue: String) { self.rawValue = rawValue }

    static func checkout(_ id: CheckoutID) -> Self { Self(rawValue: "checkout:\(id)") }
    static func providerCheckout(_ id: String) -> Self { Self(rawValue: "checkout:\(id)") }
    static func subscription(_ id: String) -> Self { Self(rawValue: "subscription:\(id)") }
    static func charge(_ id: String) -> Self { Self(rawValue: "charge:\(id)") }
    static func site(_ id: SiteID) -> Self { Self(rawValue: "site:\(id)") }
}

/// Where workers hear of deliveries that may be applied now, since what they waited for is there.
let deliveryChannel = "plumbline_billing_deliveries"

extension SQLExecutor {
    /// Stores what was delivered. Returns false when it was stored before: a repeat.
    ///
    /// It notifies nobody: the worker of this process is woken by its bell, and NOTIFY would make commits wait for one another.
    func store(_ body: Data, deliveryID: String, from provider: String, at time: Date) async throws -> Bool {
        try await execute(
            """
            INSERT INTO webhook_deliveries (provider, delivery_id, body, traceparent, received_at, next_attempt_at)
            VALUES (\(provider), \(deliveryID), \(body), \(TraceContext.current?.description), \(time), \(time))
            ON CONFLICT (provider, delivery_id) DO NOTHING
            """
        ) == 1
    }

    /// When the next delivery is due, or was; none when none waits.
    func nextDeliveryDue() async throws -> Date? {
        try await row("SELECT min(next_attempt_at) AS next FROM webhook_deliveries WHERE state IN ('received', 'waiting')")?
            .decodeIfPresent("next")
    }

    /// After a fault of ours: tried again like one that waits, then shown to a person.
    func postpone(_ delivery: Delivery, because reason: String, at time: Date) async throws {
        let settled = Settlement(.waiting(for: [], reason), attempt: delivery.attempts + 1, at: time)
        try await execute(
            """
            UPDATE webhook_deliveries
            SET state = \(settled.state), reason = \(settled.reason), attempts = attempts + 1,
                next_attempt_at = coalesce(\(settled.nextAttempt), next_attempt_at), settled_at = \(settled.settledAt),
                body = CASE WHEN is_to_be_forgotten AND \(settled.settledAt != nil) THEN NULL ELSE body END
            WHERE id = \(delivery.id) AND state IN ('received', 'waiting')
            """
        )
    }
}

extension Transaction {
    /// The one that has been due for longest, locked; those that another worker is at are passed over.
    func nextDelivery(due time: Date) async throws -> Delivery? {
        let row = try await row(
            """
            SELECT id, coalesce(body, '') AS body, received_at, attempts, traceparent
            FROM webhook_deliveries
            WHERE state IN ('received', 'waiting') AND next_attempt_at <= \(time)
            ORDER BY next_attempt_at, id
            LIMIT 1
            FOR UPDATE SKIP LOCKED
            """
        )
        guard let row else { return nil }
        return Delivery(
            id: try row.decode("id"),
            body: try row.decode("body"),
            receivedAt: try row.decode("received_at"),
            takenAt: time,
            attempts: try row.decode("attempts"),
            trace: try row.decodeIfPresent("traceparent", as: String.self).flatMap { TraceContext($0) }
        )
    }

    /// Writes down and publishes in one round trip what a delivery did, and what became of it. What an erased lead's notices say is not
    /// kept.
    ///
    /// - Returns: whether another delivery may be due. Those that came after this one was looked for don't count: each rings by itself.
    func record(_ applied: Applied, of delivery: Delivery, eventType: String?, at time: Date) async throws -> Bool {
        let settled = Settlement(applied.verdict, attempt: delivery.attempts + 1, at: time)
        let settle: SQL = """
            UPDATE webhook_deliveries
            SET state = \(settled.state), reason = \(settled.reason), event_type = coalesce(\(eventType), event_type),
                lead_id = coalesce(\(applied.leadID), lead_id), attempts = attempts + 1,
                next_attempt_at = coalesce(\(settled.nextAttempt), next_attempt_at),
                waiting_for = \(settled.waitingFor), settled_at = \(settled.settledAt),
                body = CASE WHEN (is_to_be_forgotten AND \(settled.settledAt != nil))
                    OR EXISTS (SELECT FROM leads WHERE lead_id = \(applied.leadID) AND erased_at IS NOT NULL) THEN NULL ELSE body END
            WHERE id = \(delivery.id)
            """
        let next: SQL = """
            SELECT EXISTS (
                SELECT FROM webhook_deliveries
                WHERE state IN ('received', 'waiting') AND next_attempt_at <= \(time) AND id <> \(delivery.id)
                    AND received_at <= \(delivery.takenAt)
            ) AS more
            """
        let results = try await pipeline(applied.writes + [settle, next], publishing: applied.events)
        return try results.last?.rows.first?.decode("more") ?? true
    }

    /// Has those tried again at once that wait for one of `rows`.
    func wakeDeliveries(waitingFor rows: [RowKey], at time: Date) async throws {
        try await execute(.wakeDeliveries(waitingFor: rows, at: time))
    }
}

extension SQL {
    /// Has those tried again at once that wait for one of `rows`, also when a person was already asked to look.
    ///
    /// One that is being tried just now is left alone: waiting for it could be a deadlock, and its schedule finds the row soon after.
    static func wakeDeliveries(waitingFor rows: [RowKey], at time: Date) -> SQL {
        """
        WITH woken AS (
            UPDATE webhook_deliveries
            SET state = 'waiting', next_attempt_at = \(time), settled_at = NULL
            WHERE id IN (
                SELECT id FROM webhook_deliveries
                WHERE waiting_for <> '{}' AND waiting_for && \(rows.map(\.rawValue)) AND state IN ('waiting', 'parked')
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id
        )
        SELECT pg_notify(\(deliveryChannel), '') WHERE EXISTS (SELECT FROM woken)
        """
    }
}

/// A verdict as it stands in the table.
private struct Settlement {
    var state: String
    var reason: String?
    var nextAttempt: Date?
    var waitingFor: [String] = []
    var settledAt: Date?

    init(_ verdict: Verdict, attempt: Int, at time: Date) {
        switch verdict {
        case .done: (state, settledAt) = ("done", time)
        case .ignored(let why): (state, reason, settledAt) = ("ignored", why, time)
        case .parked(let why): (state, reason, settledAt) = ("parked", why, time)
        case .waiting(let rows, let why):
            (reason, waitingFor) = (why, rows.map(\.rawValue))
            if let delay = WaitSchedule.delay(afterAttempt: attempt) {
                (state, nextAttempt) = ("waiting", time + delay / .seconds(1))
            } else {
                (state, settledAt) = ("parked", time)
            }
        }
    }
}
