public import Foundation

/// What has become of a follow-up: it waits for somebody, or is over.
public enum FollowUpState: String, CaseIterable, Codable, Sendable {
    case open, completed, dismissed, cancelled
}

/// A lead that has waited long enough for somebody to call: of each lead and rule there is one, ever.
public struct FollowUp: Codable, Hashable, Sendable {
    public var leadID: LeadID
    /// None when the lead was erased.
    public var leadName: String?
    public var assignedTo: String?
    /// The name of the rule that says so.
    public var rule: String
    /// The same for people.
    public var title: String
    public var dueAt: Date
    public var raisedAt: Date
    public var state: FollowUpState
    public var closedAt: Date?
    public var closedBy: String?
    /// What the person wrote; of a cancelled one `moved_on`, `archived`, `merged` or `erased`.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case leadName = "lead_name"
        case assignedTo = "assigned_to"
        case rule, title
        case dueAt = "due_at"
        case raisedAt = "raised_at"
        case state
        case closedAt = "closed_at"
        case closedBy = "closed_by"
        case reason
    }

    public init(
        leadID: LeadID,
        leadName: String? = nil,
        assignedTo: String? = nil,
        rule: String,
        title: String,
        dueAt: Date,
        raisedAt: Date,
        state: FollowUpState,
        closedAt: Date? = nil,
        closedBy: String? = nil,
        reason: String? = nil
    ) {
        self.leadID = leadID
        self.leadName = leadName
        self.assignedTo = assignedTo
        self.rule = rule
        self.title = title
        self.dueAt = dueAt
        self.raisedAt = raisedAt
        self.state = state
        self.closedAt = closedAt
        self.closedBy = closedBy
        self.reason = reason
    }
}

/// The follow-ups, what has been due for longest first. Agents see those of their own leads and of nobody's.
public struct ListFollowUps: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.list-follow-ups"
    public static let summary = "The follow-ups that wait for somebody, or those that are over; what has been due for longest first."

    /// `open` if nothing is said.
    public var state: FollowUpState?
    public var rule: String?
    public var leadID: LeadID?
    /// Of the leads of this member of the staff.
    public var assignedTo: String?
    /// 1 to 1,000; 100 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case state, rule
        case leadID = "lead_id"
        case assignedTo = "assigned_to"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var followUps: [FollowUp]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case followUps = "follow_ups"
            case nextCursor = "next_cursor"
        }

        public init(followUps: [FollowUp], nextCursor: String? = nil) {
            self.followUps = followUps
            self.nextCursor = nextCursor
        }
    }

    public init(
        state: FollowUpState? = nil,
        rule: String? = nil,
        leadID: LeadID? = nil,
        assignedTo: String? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.state = state
        self.rule = rule
        self.leadID = leadID
        self.assignedTo = assignedTo
        self.limit = limit
        self.cursor = cursor
    }
}

/// Somebody has done what a follow-up asks for.
public struct CompleteFollowUp: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.complete-follow-up"
    public static let summary = "Says that a follow-up is done; 409 when it is over already."

    public var leadID: LeadID
    public var rule: String
    /// 1,000 characters at most.
    public var note: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case rule, note
    }

    public typealias Answer = FollowUp

    public init(leadID: LeadID, rule: String, note: String? = nil) {
        self.leadID = leadID
        self.rule = rule
        self.note = note
    }
}

/// A follow-up is not worth doing, and why.
public struct DismissFollowUp: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.dismiss-follow-up"
    public static let summary = "Says that a follow-up is not worth doing, and why; 409 when it is over already."

    public var leadID: LeadID
    public var rule: String
    /// 1 to 1,000 characters.
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case rule, reason
    }

    public typealias Answer = FollowUp

    public init(leadID: LeadID, rule: String, reason: String) {
        self.leadID = leadID
        self.rule = rule
        self.reason = reason
    }
}
