import Contracts
import Foundation
import Postgres

/// One webhook call, as it was stored.
struct Delivery: Sendable {
    enum Kind: String, Sendable {
        case status, inbound
    }

    var id: UUID
    var kind: Kind
    var query: String
    var body: Data
    var receivedAt: Date
    var attempts: Int
}

extension SQLExecutor {
    /// Stores a delivery that was found authentic; a repeat of one that is here changes nothing.
    ///
    /// - Returns: its id, or nil for a repeat.
    func insertDelivery(_ kind: Delivery.Kind, key: String, query: String, body: Data, parkedBecause reason: String?) async throws -> UUID?
    {
        try await row(
            """
            INSERT INTO webhook_deliveries (provider, kind, delivery_key, query, body, state, note)
            VALUES (
                'twilio', \(kind.rawValue), \(key), \(query), \(body), \(reason == nil ? "waiting" : "parked"), \(reason)
            )
            ON CONFLICT (provider, delivery_key) DO NOTHING
            RETURNING id
            """
        )?.decode("id")
    }
}

extension Transaction {
    /// A delivery that waits to be processed, locked; nil when another worker has it or it is done.
    func waitingDelivery(_ id: UUID? = nil) async throws -> Delivery? {
        let which: SQL = id.map { "id = \($0)" } ?? "next_attempt_at <= statement_timestamp()"
        return try await row(
            """
            SELECT id, kind, query, body, received_at, attempts
            FROM webhook_deliveries
            WHERE state = 'waiting' AND \(fragment: which)
            ORDER BY next_attempt_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
            """
        ).map { row in
            Delivery(
                id: try row.decode("id"),
                kind: try row.value("kind"),
                query: try row.decode("query"),
                body: try row.decode("body"),
                receivedAt: try row.decode("received_at"),
                attempts: try row.decode("attempts")
            )
        }
    }

    /// What is told of a lead that was erased is not kept.
    func finishDelivery(_ id: UUID, note: String, lead: LeadID?, isParked: Bool = false) async throws {
        let isErased: SQL = "EXISTS (SELECT FROM audience AS a WHERE a.lead_id = \(lead?.rawValue) AND a.erased_at IS NOT NULL)"
        try await execute(
            """
            UPDATE webhook_deliveries
            SET state = \(isParked ? "parked" : "done"), note = \(note), lead_id = \(lead?.rawValue), attempts = attempts + 1,
                body = CASE WHEN \(fragment: isErased) THEN '' ELSE body END, query = CASE WHEN \(fragment: isErased) THEN '' ELSE query END
            WHERE id = \(id)
            """
        )
    }

    func postponeDelivery(_ id: UUID, by delay: Duration, note: String) async throws {
        try await execute(
            """
            UPDATE webhook_deliveries
            SET attempts = attempts + 1, note = \(note),
                next_attempt_at = clock_timestamp() + make_interval(secs => \(delay / .seconds(1)))
            WHERE id = \(id)
            """
        )
    }

    func insertReply(
        _ body: String,
        from lead: LeadID,
        to message: MessageID?,
        channel: Channel,
        providerID: String,
        at time: Date
    ) async throws {
        try await execute(
            """
            INSERT INTO replies (lead_id, message_id, channel, body, provider_id, received_at)
            VALUES (
                \(lead.rawValue), \(message?.rawValue), \(channel.rawValue), \(body), \(providerID), \(time)
            )
            ON CONFLICT (channel, provider_id) DO NOTHING
            """
        )
    }
}
