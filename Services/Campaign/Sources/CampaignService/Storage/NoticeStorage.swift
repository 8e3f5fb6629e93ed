import Contracts
import Foundation
import Postgres

/// All SQL on `notices`.
extension Transaction {
    /// Once for each period that isn't paid, however often the provider tries and fails in it.
    func queueNotice(_ event: SubscriptionPastDue, at time: Date) async throws {
        try await execute(
            """
            INSERT INTO notices (id, subscription_id, period, lead_id, occurred_at)
            VALUES (
                uuid_v7(), \(event.subscriptionID.rawValue),
                -- By the month only where billing of an older version says neither.
                coalesce(\(event.paidUntil), \(event.unpaidSince), date_trunc('month', \(time), 'UTC')),
                \(event.leadID.rawValue), \(time)
            )
            ON CONFLICT (subscription_id, period) DO NOTHING
            """
        )
    }

    /// What is not sent yet, and needless by now.
    func dropNotices(of subscription: SubscriptionID, until time: Date, because reason: String) async throws {
        try await execute(
            """
            UPDATE notices SET state = 'dropped', reason = \(reason)
            WHERE subscription_id = \(subscription.rawValue) AND state = 'queued' AND occurred_at <= \(time)
            """
        )
    }

    /// What nobody was told before it was paused or cancelled, of a subscription that goes on: a payment that fails now, in the same period,
    /// is news.
    func forgetUntoldNotices(of subscription: SubscriptionID, until time: Date) async throws {
        try await execute(
            """
            DELETE FROM notices
            WHERE subscription_id = \(subscription.rawValue) AND occurred_at <= \(time)
                AND (state = 'queued' OR state = 'dropped' AND reason IN ('paused', 'cancelled'))
            """
        )
    }
}

extension SQLExecutor {
    /// Takes the notice that has been due for longest, if there is one that nobody else takes.
    func claimNotice(for lease: Duration) async throws -> ClaimedNotice? {
        let token = UUID()
        return try await row(
            """
            UPDATE notices
            SET state = 'sending', lease = \(token), attempts = attempts + 1,
                due_at = clock_timestamp() + make_interval(secs => \(lease / .seconds(1)))
            WHERE id = (
                SELECT id FROM notices
                WHERE state = 'queued' AND due_at <= clock_timestamp()
                ORDER BY due_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id, lead_id, occurred_at, attempts
            """
        ).map { row in
            ClaimedNotice(
                id: try row.decode("id"),
                lead: try row.id("lead_id"),
                occurredAt: try row.decode("occurred_at"),
                attempts: try row.decode("attempts"),
                lease: token
            )
        }
    }

    /// Takes notices back from senders that are gone: those that were handed over may have been sent, and are not sent again.
    func expireNotices() async throws {
        try await execute(
            """
            UPDATE notices
            SET state = CASE WHEN handed_over_at IS NULL THEN 'queued' ELSE 'unknown' END, lease = NULL, due_at = clock_timestamp()
            WHERE state = 'sending' AND due_at < clock_timestamp()
            """
        )
    }

    /// Whom the lead's notices go to; why to nobody, where they don't.
    func noticeRecipient(of lead: LeadID) async throws -> (recipient: Recipient, address: String?, exclusion: String?)? {
        try await row(
            """
            SELECT \(fragment: Recipient.columns), a.email, \(fragment: AudienceQuery.customerExclusion(.email)) AS exclusion
            FROM audience AS told JOIN audience AS a ON a.lead_id = coalesce(told.merged_into, told.lead_id)
            WHERE told.lead_id = \(lead.rawValue)
            """
        ).map { (try Recipient(row: $0), try $0.decodeIfPresent("email"), try $0.decodeIfPresent("exclusion")) }
    }

    /// Writes down that it goes to the server now. From here on a crash makes it unknown. Returns false when it is no longer ours.
    func beginHandover(_ notice: ClaimedNotice) async throws -> Bool {
        try await execute(
            "UPDATE notices SET handed_over_at = clock_timestamp() WHERE id = \(notice.id) AND lease = \(notice.lease)"
        ) == 1
    }

    func settle(_ notice: ClaimedNotice, as state: NoticeState, because reason: String? = nil) async throws {
        try await execute(
            """
            UPDATE notices SET state = \(state.rawValue), lease = NULL, reason = \(reason)
            WHERE id = \(notice.id) AND lease = \(notice.lease)
            """
        )
    }

    /// Lets it be taken again after `delay`.
    func postpone(_ notice: ClaimedNotice, for delay: Duration, because reason: String) async throws {
        try await execute(
            """
            UPDATE notices
            SET state = 'queued', lease = NULL, handed_over_at = NULL, reason = \(reason),
                due_at = clock_timestamp() + make_interval(secs => \(delay / .seconds(1)))
            WHERE id = \(notice.id) AND lease = \(notice.lease)
            """
        )
    }
}

/// A notice to be sent, by whoever holds the lease.
struct ClaimedNotice: Sendable {
    var id: UUID
    var lead: LeadID
    var occurredAt: Date
    /// This one counted.
    var attempts: Int
    var lease: UUID
}

/// Where a notice ends.
enum NoticeState: String, Sendable {
    case sent, dropped
    /// It may have been sent: it is not sent again.
    case unknown
}
