import Contracts
import Foundation
import Postgres

/// Which follow-ups are wanted, and from where on.
struct FollowUpQuery: Sendable {
    var state: FollowUpState
    var rule: String?
    var lead: LeadID?
    var assignedTo: String?
    /// Who sees only their own leads, and nobody's.
    var agent: String?
    var cursor: FollowUpKey?
    var limit: Int
}

/// The order of follow-ups, and where a page ends.
struct FollowUpKey: Hashable, Sendable {
    var dueAt: Date
    var lead: LeadID
    var rule: String

    init(_ followUp: FollowUp) {
        (dueAt, lead, rule) = (followUp.dueAt, followUp.leadID, followUp.rule)
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let dueAt = RFC3339.date(from: String(parts[0])), let lead = LeadID(String(parts[1])) else { return nil }
        (self.dueAt, self.lead, rule) = (dueAt, lead, String(parts[2]))
    }

    var text: String { "\(RFC3339.string(from: dueAt))/\(lead)/\(rule)" }
}

extension Transaction {
    /// What is open is listed only while it holds: what a sweep will cancel is nobody's task any more.
    func followUps(_ query: FollowUpQuery, by rules: [FollowUpRule]) async throws -> [FollowUp] {
        var conditions: [SQL] = ["follow_up.state = \(query.state.rawValue)"]
        if query.state == .open { conditions.append("\(fragment: whyNeedless(rules)) IS NULL") }
        if let rule = query.rule { conditions.append("follow_up.rule = \(rule)") }
        if let lead = query.lead { conditions.append("follow_up.lead_id = \(lead)") }
        if let owner = query.assignedTo { conditions.append("\(fragment: assignedTo) = \(owner)") }
        if let agent = query.agent { conditions.append("coalesce(\(fragment: assignedTo), \(agent)) = \(agent)") }
        if let key = query.cursor {
            conditions.append("(follow_up.due_at, follow_up.lead_id, follow_up.rule) > (\(key.dueAt), \(key.lead), \(key.rule))")
        }
        try await readAlongIndexes()
        let all = conditions.dropFirst().reduce(conditions[0]) { "\(fragment: $0) AND \(fragment: $1)" }
        return try await rows(
            """
            WITH page AS MATERIALIZED (
                SELECT follow_up.* FROM follow_ups AS follow_up
                WHERE \(fragment: all)
                ORDER BY follow_up.due_at, follow_up.lead_id, follow_up.rule
                LIMIT \(query.limit)
            )
            SELECT \(fragment: followUpColumns)
            FROM page AS follow_up JOIN leads AS lead ON lead.id = follow_up.lead_id
            ORDER BY follow_up.due_at, follow_up.lead_id, follow_up.rule
            """
        ).map { try FollowUp($0, rules) }
    }
}

extension SQLExecutor {
    func followUp(of lead: LeadID, _ rule: String, by rules: [FollowUpRule]) async throws -> FollowUp? {
        try await row(
            """
            SELECT \(fragment: followUpColumns)
            FROM follow_ups AS follow_up JOIN leads AS lead ON lead.id = follow_up.lead_id
            WHERE follow_up.lead_id = \(lead) AND follow_up.rule = \(rule)
            """
        ).map { try FollowUp($0, rules) }
    }
}

extension Transaction {
    /// Returns false when it was over already, or there is none.
    func close(
        _ rule: String,
        of lead: LeadID,
        as state: FollowUpState,
        by actor: Actor,
        reason: String?,
        at now: Date
    ) async throws -> Bool {
        try await execute(
            """
            UPDATE follow_ups SET state = \(state.rawValue), closed_at = \(now), closed_by = \(actor.id), reason = \(reason)
            WHERE lead_id = \(lead) AND rule = \(rule) AND state = 'open'
            """
        ) == 1
    }
}

private let followUpColumns: SQL =
    """
    follow_up.lead_id, follow_up.rule, follow_up.due_at, follow_up.raised_at, follow_up.state, follow_up.closed_at, follow_up.closed_by,
    follow_up.reason, lead.snapshot ->> 'name' AS lead_name, lead.snapshot ->> 'assigned_to' AS assigned_to
    """

private let assignedTo: SQL = "(SELECT snapshot ->> 'assigned_to' FROM leads WHERE id = follow_up.lead_id)"

extension FollowUp {
    fileprivate init(_ row: Row, _ rules: [FollowUpRule]) throws {
        let rule: String = try row.decode("rule")
        self.init(
            leadID: try row.decode("lead_id"),
            leadName: try row.decodeIfPresent("lead_name"),
            assignedTo: try row.decodeIfPresent("assigned_to"),
            rule: rule,
            title: rules.title(of: rule),
            dueAt: try row.decode("due_at"),
            raisedAt: try row.decode("raised_at"),
            state: try row.word("state"),
            closedAt: try row.decodeIfPresent("closed_at"),
            closedBy: try row.decodeIfPresent("closed_by"),
            reason: try row.decodeIfPresent("reason")
        )
    }
}
