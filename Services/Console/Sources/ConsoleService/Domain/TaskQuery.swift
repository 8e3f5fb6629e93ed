package import Contracts
package import Foundation

/// Whose leads' tasks are wanted; of those that somebody may see.
package enum TaskOwner: String, CaseIterable, Sendable {
    case all, mine, unassigned
}

/// A page of tasks: what is wanted, by whom, and from where on.
package struct TaskQuery: Hashable, Sendable {
    package var viewer: Actor
    package var state: FollowUpState
    package var whose: TaskOwner
    package var rule: String?
    package var cursor: TaskKey?
    package var limit: Int

    package init(
        viewer: Actor,
        state: FollowUpState = .open,
        whose: TaskOwner = .all,
        rule: String? = nil,
        cursor: TaskKey? = nil,
        limit: Int = 50
    ) {
        (self.viewer, self.state, self.whose) = (viewer, state, whose)
        (self.rule, self.cursor, self.limit) = (rule, cursor, limit)
    }

    /// Reads the query of an address.
    ///
    /// - Throws: a `Problem` that names every parameter that is wrong. An empty one is none, as browsers send forms.
    package init(_ parameters: [(name: String, value: String)], viewer: Actor) throws {
        self.init(viewer: viewer)
        var errors: [Problem.FieldError] = []
        func wrong(_ name: String, _ must: String) { errors.append(.init(pointer: "/\(name)", detail: "must be \(must)")) }
        for (name, value) in parameters where !value.isEmpty {
            switch name {
            case "state":
                if let state = FollowUpState(rawValue: value) { self.state = state } else { wrong(name, Self.any(FollowUpState.self)) }
            case "whose":
                if let whose = TaskOwner(rawValue: value) { self.whose = whose } else { wrong(name, Self.any(TaskOwner.self)) }
            case "rule":
                rule = value
            case "limit":
                if let limit = Int(value), (1...200).contains(limit) { self.limit = limit } else { wrong(name, "1 to 200") }
            case "cursor":
                cursor = TaskKey(value)
                if cursor == nil { wrong(name, "a page's next_cursor") }
            default: break
            }
        }
        if !errors.isEmpty { throw Problem.invalid(errors) }
    }

    private static func any<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> String {
        Word.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

/// The order of tasks, and where a page ends: what has been due for longest is first.
package struct TaskKey: Hashable, Sendable {
    package var dueAt: Date
    package var lead: LeadID
    package var rule: String

    package init(dueAt: Date, lead: LeadID, rule: String) {
        (self.dueAt, self.lead, self.rule) = (dueAt, lead, rule)
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let dueAt = RFC3339.date(from: String(parts[0])), let lead = LeadID(String(parts[1])) else { return nil }
        self.init(dueAt: dueAt, lead: lead, rule: String(parts[2]))
    }

    package var text: String { "\(RFC3339.string(from: dueAt))/\(lead)/\(rule)" }
}

/// A follow-up with what one needs to know of its lead to do it; as `GET /api/v1/crm/tasks` gives it.
package struct LeadTask: Codable, Hashable, Sendable {
    package var leadID: LeadID
    package var rule: String
    package var title: String
    package var dueAt: Date
    package var state: FollowUpState
    package var closedAt: Date?
    package var closedBy: String?
    package var cancelledBecause: String?
    package var lead: TaskLead

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case rule, title
        case dueAt = "due_at"
        case state
        case closedAt = "closed_at"
        case closedBy = "closed_by"
        case cancelledBecause = "cancelled_because"
        case lead
    }

    package var key: TaskKey { TaskKey(dueAt: dueAt, lead: leadID, rule: rule) }

    /// A rule's name in words, for what was raised before events had a title.
    package static func title(ofRule rule: String) -> String {
        let words = rule.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

/// What a task says of its lead.
package struct TaskLead: Codable, Hashable, Sendable {
    package var name: String
    package var phone: String?
    package var email: String?
    package var city: String?
    package var assignedTo: String?
    package var leadScore: Int?
    package var contactStatus: String
    package var websiteStatus: String
    package var isArchived: Bool

    enum CodingKeys: String, CodingKey {
        case name, phone, email, city
        case assignedTo = "assigned_to"
        case leadScore = "lead_score"
        case contactStatus = "contact_status"
        case websiteStatus = "website_status"
        case isArchived = "is_archived"
    }
}

/// A page of tasks; as `GET /api/v1/crm/tasks` answers.
package struct TaskPage: Codable, Hashable, Sendable {
    package var tasks: [LeadTask]
    /// None on the last page.
    package var nextCursor: String?
    /// How many there are with all pages: exact to 10,000, and that where there are more.
    package var total: Int
    package var isTotalEstimated: Bool

    enum CodingKeys: String, CodingKey {
        case tasks
        case nextCursor = "next_cursor"
        case total
        case isTotalEstimated = "is_total_estimated"
    }

    package init(tasks: [LeadTask], nextCursor: String?, total: Int, isTotalEstimated: Bool) {
        (self.tasks, self.nextCursor, self.total, self.isTotalEstimated) = (tasks, nextCursor, total, isTotalEstimated)
    }
}
