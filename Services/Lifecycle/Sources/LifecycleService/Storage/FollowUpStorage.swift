import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL on `follow_ups` that raises and cancels them.
extension Transaction {
    /// To the end of this transaction pages are read along indexes, whatever the planner believes: of tables that were small when they were
    /// last analyzed it would read all for every page (200,000 open follow-ups: 3 s instead of 20 ms).
    func readAlongIndexes() async throws {
        try await execute(
            """
            SELECT set_config(name, 'off', true)
            FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_sort', 'jit']) AS name
            """
        )
    }

    /// Raises what is due by one rule, of a page of the leads that have come where it begins; only what was not due yet at `before`, where
    /// that is given.
    ///
    /// - Returns: how many were raised, and where the next page begins; none behind the last.
    func raiseFollowUps(
        _ rule: FollowUpRule,
        at now: Date,
        since before: Date? = nil,
        after cursor: FollowUpCursor?,
        page: Int
    ) async throws -> (raised: Int, next: FollowUpCursor?) {
        let age = Double(rule.afterDays) * 86_400
        let earliest: SQL = if let before { "AND reached_at > \(before - age)" } else { "" }
        let behind: SQL = if let cursor { "AND (reached_at, lead_id) > (\(cursor.time), \(cursor.lead))" } else { "" }
        let range: SQL = "milestone = \(rule.reached.rawValue) AND reached_at <= \(now - age) \(fragment: earliest) \(fragment: behind)"
        let end = try await row(
            """
            SELECT reached_at, lead_id FROM milestones
            WHERE \(fragment: range)
            ORDER BY reached_at, lead_id
            OFFSET \(page - 1) LIMIT 1
            """
        ).map { FollowUpCursor(time: try $0.decode("reached_at"), lead: try $0.decode("lead_id")) }
        let due = try await rows(
            """
            WITH step AS MATERIALIZED (
                SELECT lead_id, reached_at FROM (
                    SELECT lead_id, reached_at FROM milestones
                    WHERE \(fragment: range)
                    ORDER BY reached_at, lead_id
                    LIMIT \(page)
                ) AS reached
                WHERE NOT EXISTS (
                    SELECT FROM follow_ups AS known WHERE known.lead_id = reached.lead_id AND known.rule = \(rule.name)
                    -- Asked for each row: as a join it reads the whole table for a page, where that was believed to be empty.
                    OFFSET 0
                )
            )
            INSERT INTO follow_ups (lead_id, rule, due_at, raised_at)
            SELECT step.lead_id, \(rule.name), step.reached_at + \(rule.afterDays) * interval '24 hours', \(now)
            FROM step
            WHERE (
                SELECT NOT \(fragment: isArchived) AND standing.merged_into IS NULL AND NOT standing.is_erased AND lead.snapshot IS NOT NULL
                    AND NOT \(fragment: hasMovedOn(rule))
                FROM lead_statuses AS standing JOIN leads AS lead ON lead.id = standing.lead_id
                WHERE standing.lead_id = step.lead_id
            )
            ORDER BY step.lead_id
            ON CONFLICT DO NOTHING
            RETURNING lead_id, due_at
            """
        )
        try await publish(
            due.map { row in
                FollowUpDue(leadID: try row.decode("lead_id"), rule: rule.name, title: rule.title, dueAt: try row.decode("due_at"))
            },
            at: now
        )
        return (due.count, end)
    }

    /// Cancels what nobody needs to do any more, of a page of the open ones.
    ///
    /// - Returns: how many were cancelled, and where the next page begins; none behind the last.
    func cancelFollowUps(
        _ rules: [FollowUpRule],
        at now: Date,
        after cursor: FollowUpCursor?,
        page: Int
    ) async throws -> (cancelled: Int, next: FollowUpCursor?) {
        let behind: SQL =
            if let cursor { "AND (due_at, lead_id, rule) > (\(cursor.time), \(cursor.lead), \(cursor.rule))" } else { "" }
        let end = try await row(
            """
            SELECT due_at, lead_id, rule FROM follow_ups
            WHERE state = 'open' \(fragment: behind)
            ORDER BY due_at, lead_id, rule
            OFFSET \(page - 1) LIMIT 1
            """
        ).map { FollowUpCursor(time: try $0.decode("due_at"), lead: try $0.decode("lead_id"), rule: try $0.decode("rule")) }
        let cancelled = try await rows(
            """
            WITH looked_at AS MATERIALIZED (
                SELECT follow_up.lead_id, follow_up.rule, \(fragment: whyNeedless(rules)) AS why
                FROM (
                    SELECT lead_id, rule FROM follow_ups
                    WHERE state = 'open' \(fragment: behind)
                    ORDER BY due_at, lead_id, rule
                    LIMIT \(page)
                ) AS follow_up
            ), needless AS (
                SELECT locked.lead_id, locked.rule, doomed.why
                FROM (SELECT lead_id, rule, why FROM looked_at WHERE why IS NOT NULL ORDER BY lead_id, rule) AS doomed
                -- One after another by their keys: a join would walk along the whole table, which has them in this order.
                CROSS JOIN LATERAL (
                    SELECT lead_id, rule FROM follow_ups
                    WHERE lead_id = doomed.lead_id AND rule = doomed.rule AND state = 'open'
                    FOR UPDATE SKIP LOCKED
                ) AS locked
            )
            UPDATE follow_ups AS follow_up
            SET state = 'cancelled', closed_at = \(now), reason = needless.why
            FROM needless
            WHERE follow_up.lead_id = needless.lead_id AND follow_up.rule = needless.rule AND follow_up.state = 'open'
            RETURNING follow_up.lead_id, follow_up.rule, follow_up.reason
            """
        )
        try await tellCancelled(cancelled, at: now)
        return (cancelled.count, end)
    }

    /// The surviving lead has the merged one's follow-ups, those that are over too: none is raised again for it.
    func moveFollowUps(of merged: LeadID, to lead: LeadID, by rules: [FollowUpRule], at now: Date) async throws {
        let moved = try await rows(
            """
            INSERT INTO follow_ups (lead_id, rule, due_at, raised_at, state, closed_at, closed_by, reason)
            SELECT \(lead), rule, due_at, raised_at, state, closed_at, closed_by, reason
            FROM follow_ups
            WHERE lead_id = \(merged)
            ON CONFLICT DO NOTHING
            RETURNING rule, due_at, state
            """
        )
        let open = try moved.filter { try $0.word("state", as: FollowUpState.self) == .open }
        let due = try open.map { row in
            let rule: String = try row.decode("rule")
            return FollowUpDue(leadID: lead, rule: rule, title: rules.title(of: rule), dueAt: try row.decode("due_at"))
        }
        try await publish(due, at: now)
        try await cancelFollowUps(of: merged, because: .merged, at: now)
    }

    /// Nobody is to call any more, and what was written about it goes.
    func eraseFollowUps(of lead: LeadID, at now: Date) async throws {
        try await execute(
            """
            UPDATE follow_ups SET reason = '(erased)'
            WHERE lead_id = \(lead) AND state IN ('completed', 'dismissed') AND reason IS NOT NULL
            """
        )
        try await cancelFollowUps(of: lead, because: .erased, at: now)
    }

    private func cancelFollowUps(of lead: LeadID, because why: FollowUpCancelled, at now: Date) async throws {
        let cancelled = try await rows(
            """
            UPDATE follow_ups SET state = 'cancelled', closed_at = \(now), reason = \(why.rawValue)
            WHERE lead_id = \(lead) AND state = 'open'
            RETURNING lead_id, rule, reason
            """
        )
        try await tellCancelled(cancelled, at: now)
    }

    private func tellCancelled(_ rows: [Row], at now: Date) async throws {
        let events = try rows.map { row in
            FollowUpClosed(
                leadID: try row.decode("lead_id"),
                rule: try row.decode("rule"),
                state: .cancelled,
                cancelledBecause: try row.decode("reason")
            )
        }
        try await publish(events, at: now)
    }
}

/// Where a sweep is.
///
/// A page ends by LIMIT, never by a row comparison: PostgreSQL stops a scan of an index by such a one on its first column alone, and of leads
/// that came somewhere in the same moment every page would read all (1,000,000 of them: 0.5 to 40 s for each page).
struct FollowUpCursor: Hashable, Sendable {
    var time: Date
    var lead: LeadID
    var rule = ""
}

/// Why nobody needs to do a `follow_up` any more; NULL when somebody does.
///
/// Asked for each row by its own query, so that a page is found along an index, whatever the planner thinks of these conditions.
func whyNeedless(_ rules: [FollowUpRule]) -> SQL {
    let cases = rules.reduce("" as SQL) { cases, rule in
        "\(fragment: cases) WHEN follow_up.rule = \(rule.name) AND \(fragment: hasMovedOn(rule)) THEN 'moved_on'"
    }
    return """
        (
            SELECT CASE
                WHEN standing.merged_into IS NOT NULL THEN 'merged'
                WHEN standing.is_erased OR lead.snapshot IS NULL THEN 'erased'
                WHEN \(fragment: isArchived) THEN 'archived'
                \(fragment: cases) END
            FROM lead_statuses AS standing JOIN leads AS lead ON lead.id = standing.lead_id
            WHERE standing.lead_id = follow_up.lead_id
        )
        """
}

private let isArchived: SQL = "(lead.snapshot ->> 'archived_at' IS NOT NULL)"

/// Whether a lead has come further than where the rule waits.
private func hasMovedOn(_ rule: FollowUpRule) -> SQL {
    """
    (standing.contact_status = ANY (\(rule.unlessNow.map(\.rawValue))::text[]) OR EXISTS (
        SELECT FROM milestones AS further
        WHERE further.lead_id = standing.lead_id AND further.milestone = ANY (\(rule.unlessReached.map(\.rawValue))::text[])
    ))
    """
}
