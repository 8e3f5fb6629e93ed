import Contracts
import Foundation
import Postgres

/// An unknown SMS that the provider can be asked about.
struct UnknownText: Sendable {
    var id: MessageID
    var address: String
    var outSince: Date
    var contentHash: Data
    /// Whether it has been unknown for so long that the policy decides.
    var isOverdue: Bool
}

extension SQLExecutor {
    /// The unknown SMS whose turn it is to be asked for, and pushes their next turn ahead, so that two workers don't ask alike.
    func unknownTexts(limit: Int, askAgainAfter pause: Duration, overdueAfter patience: Duration) async throws -> [UnknownText] {
        try await rows(
            """
            UPDATE messages
            SET next_attempt_at = clock_timestamp() + make_interval(secs => \(pause / .seconds(1)))
            WHERE id IN (
                SELECT id
                FROM messages
                WHERE channel = 'sms' AND state = 'unknown' AND held_at IS NULL AND content_hash IS NOT NULL
                    AND address <> '' AND next_attempt_at <= statement_timestamp()
                ORDER BY next_attempt_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id, address, out_since, content_hash,
                unknown_since <= statement_timestamp() - make_interval(secs => \(patience / .seconds(1))) AS is_overdue
            """
        ).map { row in
            UnknownText(
                id: try row.id("id"),
                address: try row.decode("address"),
                outSince: try row.decode("out_since"),
                contentHash: try row.decode("content_hash"),
                isOverdue: try row.decode("is_overdue")
            )
        }
    }
}

extension Transaction {
    /// The unknown messages that a person has opened, followed a link of, or unsubscribed by; locked. A STOP may answer an older one.
    func unknownButSeen(limit: Int) async throws -> [MessageRow] {
        try await lockedUnknown(
            """
            (opened_at IS NOT NULL OR clicked_at IS NOT NULL OR (channel = 'email' AND unsubscribed_at IS NOT NULL))
            """,
            limit: limit
        )
    }

    /// The unknown messages of a channel that nothing has settled for so long that the policy decides; locked.
    func overdueUnknown(_ channel: Channel, after patience: Duration, limit: Int) async throws -> [MessageRow] {
        try await lockedUnknown(
            """
            channel = \(channel.rawValue)
                AND unknown_since <= statement_timestamp() - make_interval(secs => \(patience / .seconds(1)))
            """,
            limit: limit
        )
    }

    private func lockedUnknown(_ condition: SQL, limit: Int) async throws -> [MessageRow] {
        let found: [MessageID] = try await rows(
            """
            SELECT id
            FROM messages
            WHERE state = 'unknown' AND held_at IS NULL AND \(fragment: condition)
            ORDER BY unknown_since
            LIMIT \(limit)
            FOR UPDATE SKIP LOCKED
            """
        ).map { try $0.id("id") }
        var messages: [MessageRow] = []
        for id in found {
            if let message = try await messageForUpdate(id) { messages.append(message) }
        }
        return messages
    }

    /// Leaves an unknown message to a person.
    func hold(_ message: MessageID) async throws {
        try await execute("UPDATE messages SET held_at = clock_timestamp() WHERE id = \(message.rawValue) AND state = 'unknown'")
    }

    /// Whether the provider's id is another message's already.
    func isTaken(_ channel: Channel, providerID: String, by other: MessageID) async throws -> Bool {
        try await row(
            """
            SELECT 1 AS one
            FROM messages
            WHERE channel = \(channel.rawValue) AND provider_id = \(providerID) AND id <> \(other.rawValue)
            """
        ) != nil
    }
}
