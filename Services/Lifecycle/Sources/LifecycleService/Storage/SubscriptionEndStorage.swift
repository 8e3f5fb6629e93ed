import Contracts
import Foundation
import Postgres

/// All SQL on `subscription_ends`.
extension Transaction {
    func scheduleEnd(of lead: LeadID, site: SiteID?, at end: Date, saidAt: Date, cause: StatusCause) async throws {
        try await execute(
            """
            INSERT INTO subscription_ends (cause_event_id, cause_type, lead_id, site_id, said_at, ends_at, due_at)
            VALUES (\(cause.eventID ?? .make()), \(cause.type), \(lead), \(site), \(saidAt), \(end), \(end))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Has the site's end decided on later than was known, also where it was decided on before.
    func moveEnd(of lead: LeadID, site: SiteID, to end: Date, saidAt: Date, cause: StatusCause) async throws {
        let moved = try await execute(
            """
            UPDATE subscription_ends SET ends_at = \(end), due_at = \(end), attempts = 0
            WHERE lead_id = \(lead) AND (site_id = \(site) OR site_id IS NULL) AND ends_at < \(end)
            """
        )
        if moved == 0 { try await scheduleEnd(of: lead, site: site, at: end, saidAt: saidAt, cause: cause) }
    }

    /// The end that has been due for longest, if there is one that no other instance looks at: locked, and still on the list.
    func lockEnd(due time: Date) async throws -> EventID? {
        try await row(
            """
            SELECT cause_event_id FROM subscription_ends
            WHERE due_at <= \(time)
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
            """
        )?.decode("cause_event_id")
    }

    /// Takes an end off the list.
    func takeEnd(_ cause: EventID) async throws -> SubscriptionEnd? {
        try await row(
            """
            DELETE FROM subscription_ends WHERE cause_event_id = \(cause)
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

    /// Until when a site that is to end is paid for by now: `nil` where no cancelled subscription says so.
    ///
    /// - Precondition: the lead's standing is locked.
    func paidEnd(of site: SiteID?, _ lead: LeadID) async throws -> Date? {
        let which: SQL = if let site { "id = \(site)" } else { "lead_id = \(lead) AND superseded_at IS NULL" }
        return try await row("SELECT ends_at FROM sites WHERE \(fragment: which) AND subscription_status = 'cancelled'")?
            .decodeIfPresent("ends_at")
    }

    /// Whether a site that was to end has a subscription that isn't cancelled, or no longer is.
    func isPaidOn(_ site: SiteID?) async throws -> Bool {
        try await row("SELECT FROM sites WHERE id = \(site) AND subscription_status <> 'cancelled'") != nil
    }
}

extension SQLExecutor {
    /// When there is the next end to be decided on.
    func nextEnd() async throws -> Date? {
        try await row("SELECT min(due_at) AS due_at FROM subscription_ends")?.decodeIfPresent("due_at")
    }

    /// Has the end decided on later, the later the more often it was tried: a minute, two, four, to an hour.
    func putOffEnd(_ cause: EventID, from time: Date) async throws {
        try await execute(
            """
            UPDATE subscription_ends
            SET attempts = attempts + 1, due_at = \(time) + least(60, 2 ^ least(attempts, 6)) * interval '1 minute'
            WHERE cause_event_id = \(cause)
            """
        )
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
