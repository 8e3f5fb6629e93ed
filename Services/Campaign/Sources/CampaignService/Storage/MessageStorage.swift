import Contracts
import Foundation
import Postgres

/// A message that a worker holds, with all that is needed to write and send it.
struct ClaimedMessage: Sendable {
    var id: MessageID
    var lead: LeadID
    var channel: Channel
    var campaign: CampaignID
    var address: String
    /// The campaign's own template; nil for the built-in one.
    var template: MessageTemplate?
    var recipient: Recipient
    var links: [String]
    /// Proves that the claim is this one, and not a later one of another worker.
    var token: UUID
}

/// A message as decisions about it need it, locked to the end of the transaction.
struct MessageRow: Sendable {
    var id: MessageID
    var lead: LeadID
    var campaign: CampaignID
    var channel: Channel
    var address: String
    var state: MessageState
    var token: UUID?
    var providerID: String?
    var links: [String]
    var refusals: Int
    var failedConnections: Int
    var handedOverAt: Date?
    /// Since when it may be in somebody's hands: the first handover that was not proven to have failed.
    var outSince: Date?
    var sentAt: Date?
    var unsubscribedAt: Date?
    var repliedAt: Date?

    init(row: Row) throws {
        id = try row.id("id")
        lead = try row.id("lead_id")
        campaign = try row.id("campaign_id")
        channel = try row.value("channel")
        address = try row.decode("address")
        state = try row.value("state")
        token = try row.decodeIfPresent("lease_token")
        providerID = try row.decodeIfPresent("provider_id")
        links = try row.decode("links")
        refusals = try row.decode("refusals")
        failedConnections = try row.decode("failed_connections")
        handedOverAt = try row.decodeIfPresent("handed_over_at")
        outSince = try row.decodeIfPresent("out_since")
        sentAt = try row.decodeIfPresent("sent_at")
        unsubscribedAt = try row.decodeIfPresent("unsubscribed_at")
        repliedAt = try row.decodeIfPresent("replied_at")
    }

    static let columns: SQL = """
        id, lead_id, campaign_id, channel, address, state, lease_token, provider_id, links, refusals, failed_connections,
        handed_over_at, out_since, sent_at, unsubscribed_at, replied_at
        """
}

// MARK: - Finding

extension Transaction {
    func messageForUpdate(_ id: MessageID) async throws -> MessageRow? {
        try await row("SELECT \(fragment: MessageRow.columns) FROM messages WHERE id = \(id.rawValue) FOR UPDATE")
            .map(MessageRow.init)
    }

    func messageForUpdate(_ channel: Channel, providerID: String) async throws -> MessageRow? {
        try await row(
            """
            SELECT \(fragment: MessageRow.columns)
            FROM messages
            WHERE channel = \(channel.rawValue) AND provider_id = \(providerID)
            FOR UPDATE
            """
        ).map(MessageRow.init)
    }

    /// The message that went to an address last: what an answer from there is taken to answer.
    func latestMessageForUpdate(_ channel: Channel, to address: String) async throws -> MessageRow? {
        try await row(
            """
            SELECT \(fragment: MessageRow.columns)
            FROM messages
            WHERE channel = \(channel.rawValue) AND address = \(address) AND out_since IS NOT NULL
            ORDER BY out_since DESC
            LIMIT 1
            FOR UPDATE
            """
        ).map(MessageRow.init)
    }

    func lead(withPhone phone: String) async throws -> LeadID? {
        try await row(
            """
            SELECT coalesce(merged_into, lead_id) AS lead_id
            FROM audience
            WHERE phone = \(phone) AND erased_at IS NULL
            ORDER BY merged_into IS NOT NULL, lead_created_at, audience.lead_id
            LIMIT 1
            """
        )?.id("lead_id")
    }
}

extension SQLExecutor {
    /// What the page behind an unsubscribe link is about; nil when there is no such message.
    func subscription(of message: MessageID) async throws -> (isSuppressed: Bool, country: String?)? {
        let found = try await row(
            """
            SELECT a.country, EXISTS (
                SELECT FROM suppressions AS s
                WHERE s.channel = m.channel AND s.address = m.address AND s.lifted_at IS NULL
            ) AS is_suppressed
            FROM messages AS m
            LEFT JOIN audience AS a ON a.lead_id = m.lead_id
            WHERE m.id = \(message.rawValue)
            """
        )
        return try found.map { (try $0.decode("is_suppressed"), try $0.decodeIfPresent("country")) }
    }
}

// MARK: - Moving

extension Transaction {
    /// Gives a message its next turn; unless the handover that ended is proven to have failed, somebody may have it since then.
    func requeue(
        _ message: MessageID,
        after delay: Duration,
        refusals: Int,
        failedConnections: Int,
        isProvenUntaken: Bool
    ) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = 'queued', lease_token = NULL, lease_expires_at = NULL, handed_over_at = NULL,
                out_since = CASE WHEN \(isProvenUntaken) AND out_since = handed_over_at THEN NULL ELSE out_since END,
                unknown_since = NULL, held_at = NULL,
                refusals = \(refusals), failed_connections = \(failedConnections),
                next_attempt_at = clock_timestamp() + make_interval(secs => \(delay / .seconds(1)))
            WHERE id = \(message.rawValue)
            """
        )
    }

    func markSent(_ message: MessageID, providerID: String?, at time: Date) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = 'sent', lease_expires_at = NULL, unknown_since = NULL, held_at = NULL,
                sent_at = \(time), provider_id = coalesce(\(providerID), provider_id)
            WHERE id = \(message.rawValue)
            """
        )
    }

    /// The name that a provider has for a message which was settled before its answer came.
    func noteProviderID(_ providerID: String, of message: MessageID) async throws {
        try await execute("UPDATE messages SET provider_id = \(providerID) WHERE id = \(message.rawValue) AND provider_id IS NULL")
    }

    func markDelivered(_ message: MessageID, providerID: String?, at time: Date) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = 'delivered', lease_expires_at = NULL, unknown_since = NULL, held_at = NULL,
                delivered_at = \(time), provider_id = coalesce(\(providerID), provider_id)
            WHERE id = \(message.rawValue)
            """
        )
    }

    /// Ends a message as `failed`, `bounced` or `skipped`.
    func markEnded(_ message: MessageID, as state: MessageState, providerID: String?, code: String?, reason: String) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = \(state.rawValue), lease_expires_at = NULL, unknown_since = NULL, held_at = NULL,
                code = \(code), reason = \(reason), provider_id = coalesce(\(providerID), provider_id)
            WHERE id = \(message.rawValue)
            """
        )
    }

    func markUnknown(_ message: MessageID, reason: String) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = 'unknown', lease_expires_at = NULL, unknown_since = clock_timestamp(), reason = \(reason),
                next_attempt_at = clock_timestamp() + interval '5 seconds'
            WHERE id = \(message.rawValue)
            """
        )
    }

    func markUnsubscribed(_ message: MessageID, at time: Date?) async throws {
        try await execute("UPDATE messages SET unsubscribed_at = \(time) WHERE id = \(message.rawValue)")
    }

    func markReplied(_ message: MessageID, at time: Date) async throws {
        try await execute(
            "UPDATE messages SET replied_at = coalesce(replied_at, \(time)) WHERE id = \(message.rawValue)"
        )
    }
}
