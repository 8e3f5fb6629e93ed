import Contracts
import Foundation
import Postgres

/// All SQL on `subscription_ends`.
extension Transaction {
    func scheduleEnd(of lead: LeadID, site: SiteID?, at end: Date, saidAt: Date, cause: StatusCause) async throws {
        try await execute(
            """
            INSERT INTO subscription_ends (cause_event_id, cause_type, lead_id, site_id, said_at, ends_at)
            VALUES (\(cause.eventID ?? .make()), \(cause.type), \(lead), \(site), \(saidAt), \(end))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Takes an end that has come off the list, if there is one that no other instance takes.
    func takeEnd(due time: Date) async throws -> SubscriptionEnd? {
        try await row(
            """
            DELETE FROM subscription_ends WHERE cause_event_id = (
                SELECT cause_event_id FROM subscription_ends
                WHERE ends_at <= \(time)
                ORDER BY ends_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING cause_event_id, cause_type, lead_id, site_id, said_at, ends_at
            """
        ).map { row in
            SubscriptionEnd(
                cause: StatusCause(eventID: try row.decode("cause_event_id"), type: try row.decode("cause_type")),
                leadID: try row.decode("lead_id"),
                site: try row.decodeIfPresent("site_id"),
                saidAt: try row.decode("said_at"),
                endsAt: try row.decode("ends_at")
            )
        }
    }
}

extension SQLExecutor {
    /// When the next subscription comes to its end.
    func nextEnd() async throws -> Date? {
        try await row("SELECT min(ends_at) AS ends_at FROM subscription_ends")?.decodeIfPresent("ends_at")
    }
}

/// The end of what is paid for, of a subscription that was cancelled before.
struct SubscriptionEnd: Sendable {
    var cause: StatusCause
    var leadID: LeadID
    var site: SiteID?
    var saidAt: Date
    var endsAt: Date
}
