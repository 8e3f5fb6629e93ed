package import Contracts
import Foundation
package import Postgres

/// All SQL that reads tasks.
extension Database {
    /// A page of what `query` asks for, with how many there are in all.
    ///
    /// Read along indexes, whatever the planner believes: of tables that have grown since they were last analyzed it would compare each
    /// follow-up with each lead (10,000 of them: more than a minute on a busy machine, instead of a second).
    package func tasks(_ query: TaskQuery) async throws -> TaskPage {
        let wanted = query.condition
        let behind: SQL =
            if let key = query.cursor { "AND (f.due_at, f.lead_id, f.rule) > (\(key.dueAt), \(key.lead), \(key.rule))" } else { "" }
        let statements: [SQL] = [
            """
            SELECT set_config(name, 'off', true)
            FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_sort', 'jit']) AS name
            """,
            """
            SELECT \(fragment: taskColumns)
            FROM follow_ups AS f JOIN leads AS l USING (lead_id)
            WHERE \(fragment: wanted) \(fragment: behind)
            ORDER BY f.due_at, f.lead_id, f.rule
            LIMIT \(query.limit + 1)
            """,
            """
            SELECT count(*) AS total FROM (
                SELECT FROM follow_ups AS f JOIN leads AS l USING (lead_id) WHERE \(fragment: wanted) LIMIT \(countedTasks + 1)
            ) AS counted
            """,
        ]
        let results = try await transaction { try await $0.pipeline(statements) }
        let found = try results[1].rows.map(LeadTask.init)
        let total: Int = try results[2].rows.first?.decode("total") ?? 0
        let tasks = Array(found.prefix(query.limit))
        return TaskPage(
            tasks: tasks,
            nextCursor: tasks.count < found.count ? tasks.last?.key.text : nil,
            total: min(total, countedTasks),
            isTotalEstimated: total > countedTasks
        )
    }
}

extension SQLExecutor {
    /// One task, in whatever state; none where `viewer` may not see its lead.
    package func task(of lead: LeadID, _ rule: String, for viewer: Actor) async throws -> LeadTask? {
        try await row(
            """
            SELECT \(fragment: taskColumns)
            FROM follow_ups AS f JOIN leads AS l USING (lead_id)
            WHERE f.lead_id = \(lead) AND f.rule = \(rule) AND \(fragment: shown) AND \(fragment: visible(to: viewer))
            """
        ).map(LeadTask.init)
    }

    /// The rules that have raised anything, with their titles for people.
    package func taskRules() async throws -> [(name: String, title: String)] {
        // One step along the index for each of them, however many tasks there are.
        try await rows(
            """
            WITH RECURSIVE rules AS (
                (SELECT rule FROM follow_ups ORDER BY rule LIMIT 1)
                UNION ALL
                SELECT (SELECT f.rule FROM follow_ups AS f WHERE f.rule > rules.rule ORDER BY f.rule LIMIT 1)
                FROM rules WHERE rules.rule IS NOT NULL
            )
            SELECT rule, (SELECT f.title FROM follow_ups AS f WHERE f.rule = rules.rule AND f.title IS NOT NULL LIMIT 1) AS title
            FROM rules WHERE rule IS NOT NULL
            """
        ).map { row in
            let rule: String = try row.decode("rule")
            return (rule, try row.decodeIfPresent("title") ?? LeadTask.title(ofRule: rule))
        }
    }
}

/// Beyond that nobody counts.
private let countedTasks = 10_000

private let taskColumns: SQL =
    """
    f.lead_id, f.rule, f.title, f.due_at, f.state, f.closed_at, f.closed_by, f.cancelled_because, l.name, l.phone, l.email, l.city,
    l.assigned_to, l.lead_score, l.contact_status, l.website_status, l.archived_at IS NOT NULL AS is_archived
    """

/// What can be shown: the lead is known, which says whose it is, and is still somebody.
private let shown: SQL = "f.due_at IS NOT NULL AND l.version > 0 AND l.erased_at IS NULL AND l.merged_into IS NULL"

private func visible(to viewer: Actor) -> SQL {
    viewer.role >= .manager ? "true" : "coalesce(l.assigned_to, \(viewer.id)) = \(viewer.id)"
}

extension TaskQuery {
    fileprivate var condition: SQL {
        var conditions: [SQL] = ["f.state = \(state.rawValue)", shown, visible(to: viewer)]
        // Nobody calls a lead that was put aside; that lifecycle cancels it is told later.
        if state == .open { conditions.append("l.archived_at IS NULL") }
        if let rule { conditions.append("f.rule = \(rule)") }
        switch whose {
        case .all: break
        case .mine: conditions.append("l.assigned_to = \(viewer.id)")
        case .unassigned: conditions.append("l.assigned_to IS NULL")
        }
        return .joined(conditions, separator: " AND ")
    }
}

extension LeadTask {
    fileprivate init(_ row: Row) throws {
        let rule: String = try row.decode("rule")
        let state: String = try row.decode("state")
        self.init(
            leadID: try row.decode("lead_id"),
            rule: rule,
            title: try row.decodeIfPresent("title") ?? LeadTask.title(ofRule: rule),
            dueAt: try row.decode("due_at"),
            // Held to its words by the table.
            state: FollowUpState(rawValue: state) ?? .cancelled,
            closedAt: try row.decodeIfPresent("closed_at"),
            closedBy: try row.decodeIfPresent("closed_by"),
            cancelledBecause: try row.decodeIfPresent("cancelled_because"),
            lead: TaskLead(
                name: try row.decodeIfPresent("name") ?? "",
                phone: try row.decodeIfPresent("phone"),
                email: try row.decodeIfPresent("email"),
                city: try row.decodeIfPresent("city"),
                assignedTo: try row.decodeIfPresent("assigned_to"),
                leadScore: try row.decodeIfPresent("lead_score"),
                contactStatus: try row.decode("contact_status"),
                websiteStatus: try row.decode("website_status"),
                isArchived: try row.decode("is_archived")
            )
        )
    }
}
