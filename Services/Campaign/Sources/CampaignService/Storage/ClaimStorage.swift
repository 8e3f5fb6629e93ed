import Contracts
import Foundation
import Postgres

/// How many messages may start in a second on one channel.
struct SendRate: Hashable, Sendable {
    var perSecond: Double
    /// What an idle second saves up, so that a burst is no longer than that.
    var burst: Double { max(1, perSecond) }
}

/// What a worker got when it asked for work.
struct Claim: Sendable {
    var messages: [ClaimedMessage]
    /// Left out when their turn came.
    var skipped: Int
    /// How long until the rate allows the next, when it is the rate that held some back.
    var wait: Duration?
}

extension Transaction {
    /// Claims up to `limit` messages whose turn has come, as far as the rate allows; those that must not be sent any more are skipped.
    ///
    /// Suppressions and statuses are looked at here again: between the campaign's start and now somebody may have said no.
    /// - Parameters:
    ///   - channel: each channel has its own queue and its own rate.
    ///   - limit: as many as the worker can hand over at once, so that none waits in its hands.
    ///   - lease: how long the claim holds.
    ///   - rate: of the channel, for all workers together.
    /// - Returns: what is claimed, each with a fencing token of its own.
    /// - Throws: `DatabaseError`.
    func claim(_ channel: Channel, limit: Int, lease: Duration, rate: SendRate) async throws -> Claim {
        let tokens = try await refill(channel, rate)
        let allowed = min(limit, Int(tokens))
        guard allowed > 0 else {
            return Claim(messages: [], skipped: 0, wait: .seconds((1 - tokens) / rate.perSecond))
        }
        let rows = try await rows(
            """
            WITH picked AS (
                SELECT m.id, m.campaign_id, m.lead_id, m.address
                FROM messages AS m
                WHERE m.channel = \(channel.rawValue) AND m.state = 'queued' AND m.next_attempt_at <= statement_timestamp()
                ORDER BY m.next_attempt_at, m.id
                LIMIT \(allowed)
                FOR UPDATE SKIP LOCKED
            ), current AS (
                SELECT p.id, p.campaign_id, p.lead_id, p.address AS known_address, a.lead_created_at,
                    coalesce(\(fragment: AudienceQuery.address(channel)), p.address) AS address,
                    \(fragment: AudienceQuery.exclusion(channel)) AS exclusion
                FROM picked AS p
                JOIN audience AS a ON a.lead_id = p.lead_id
            ), judged AS (
                SELECT c.id, c.lead_id, c.address, CASE
                    WHEN c.exclusion IS NOT NULL OR c.address = c.known_address THEN c.exclusion
                    -- Corrected since the start, to one that the campaign writes to already.
                    WHEN EXISTS (
                        SELECT FROM messages AS o
                        WHERE o.campaign_id = c.campaign_id AND o.channel = \(channel.rawValue) AND o.address = c.address AND o.address <> ''
                    ) OR row_number() OVER (
                        PARTITION BY c.campaign_id, c.address, c.exclusion IS NULL
                        ORDER BY c.lead_created_at, c.lead_id
                    ) > 1 THEN 'same_address'
                END AS exclusion
                FROM current AS c
            )
            UPDATE messages AS m
            SET state = CASE WHEN j.exclusion IS NULL THEN 'sending' ELSE 'skipped' END,
                reason = j.exclusion,
                address = CASE WHEN j.exclusion IS NULL THEN j.address ELSE m.address END,
                lease_token = CASE WHEN j.exclusion IS NULL THEN gen_random_uuid() END,
                lease_expires_at = CASE WHEN j.exclusion IS NULL
                    THEN clock_timestamp() + make_interval(secs => \(lease / .seconds(1))) END
            FROM judged AS j
            JOIN audience AS a ON a.lead_id = j.lead_id, campaigns AS c
            WHERE m.id = j.id AND c.id = m.campaign_id
            RETURNING m.id, m.channel, m.campaign_id, m.address, m.links, m.lease_token, m.state AS message_state, c.template,
                \(fragment: Recipient.columns)
            """
        )
        let messages = try rows.filter { try $0.value("message_state") == MessageState.sending }.map(ClaimedMessage.init)
        try await execute("UPDATE rate_buckets SET tokens = tokens - \(Double(messages.count)) WHERE channel = \(channel.rawValue)")
        return Claim(messages: messages, skipped: rows.count - messages.count, wait: nil)
    }

    /// Adds what has dripped into the bucket since, and locks it: workers ask one after another.
    private func refill(_ channel: Channel, _ rate: SendRate) async throws -> Double {
        let bucket = try await row(
            """
            UPDATE rate_buckets
            SET tokens = least(
                    \(rate.burst),
                    tokens + \(rate.perSecond) * greatest(0, extract(epoch FROM clock_timestamp() - refilled_at)::float8)
                ),
                refilled_at = clock_timestamp()
            WHERE channel = \(channel.rawValue)
            RETURNING tokens
            """
        )
        return try bucket?.decode("tokens") ?? 0
    }

    /// Takes messages back from workers that are gone: those not handed over are queued again, the others are unknown.
    ///
    /// - Returns: how many of each.
    func expireLeases() async throws -> (requeued: Int, unknown: Int) {
        let requeued = try await execute(
            """
            UPDATE messages
            SET state = 'queued', lease_token = NULL, lease_expires_at = NULL, next_attempt_at = clock_timestamp()
            WHERE state = 'sending' AND lease_expires_at < statement_timestamp() AND handed_over_at IS NULL
            """
        )
        let unknown = try await execute(
            """
            UPDATE messages
            SET state = 'unknown', lease_expires_at = NULL, unknown_since = clock_timestamp(), reason = 'lease expired',
                next_attempt_at = clock_timestamp()
            WHERE state = 'sending' AND lease_expires_at < statement_timestamp() AND handed_over_at IS NOT NULL
            """
        )
        return (requeued, unknown)
    }
}

extension SQLExecutor {
    /// Writes down that a message goes to the provider now, if the claim still holds and nobody has said no in the meantime.
    ///
    /// From here on a crash makes it unknown; until here, it is simply queued again. It is sent at this moment, as far as we will ever
    /// know: what its reader does comes after it, be our own commit of the provider's answer ever so late.
    /// - Returns: whether it may be sent.
    func beginHandover(
        _ message: ClaimedMessage,
        links: [String],
        contentHash: Data?,
        lease: Duration
    ) async throws -> Bool {
        let begun = try await execute(
            """
            UPDATE messages AS m
            SET handed_over_at = statement_timestamp(), out_since = coalesce(m.out_since, statement_timestamp()), links = \(links), content_hash = \(contentHash),
                lease_expires_at = clock_timestamp() + make_interval(secs => \(lease / .seconds(1)))
            FROM audience AS a
            WHERE m.id = \(message.id.rawValue) AND m.lease_token = \(message.token) AND m.state = 'sending'
                AND a.lead_id = m.lead_id AND \(fragment: AudienceQuery.exclusion(message.channel)) IS NULL
            """
        )
        return begun > 0
    }

    /// Puts a message that was not handed over back into the queue, to be judged anew, if it is still this worker's.
    func giveBack(_ message: ClaimedMessage) async throws {
        try await execute(
            """
            UPDATE messages
            SET state = 'queued', lease_token = NULL, lease_expires_at = NULL
            WHERE id = \(message.id.rawValue) AND lease_token = \(message.token) AND state = 'sending' AND handed_over_at IS NULL
            """
        )
    }

    /// How long until the next message's turn, never negative; nil when none is queued.
    func timeToNextMessage(_ channel: Channel) async throws -> Duration? {
        let row = try await row(
            """
            SELECT extract(epoch FROM min(next_attempt_at) - clock_timestamp())::float8 AS seconds
            FROM messages
            WHERE channel = \(channel.rawValue) AND state = 'queued'
            """
        )
        let seconds: Double? = try row?.decodeIfPresent("seconds")
        return seconds.map { .seconds(max(0, $0)) }
    }
}

extension ClaimedMessage {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            lead: try row.id("lead_id"),
            channel: try row.value("channel"),
            campaign: try row.id("campaign_id"),
            address: try row.decode("address"),
            template: try row.decodeIfPresent("template", as: JSONB<MessageTemplate>.self)?.value,
            recipient: try Recipient(row: row),
            links: try row.decode("links"),
            token: try row.decode("lease_token")
        )
    }
}
