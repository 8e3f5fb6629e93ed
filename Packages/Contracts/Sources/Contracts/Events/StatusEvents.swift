public import Foundation

/// A lead's contact status moved. Told once, in order per lead.
public struct ContactStatusChanged: LeadEvent {
    public static let subject: Subject = "crm.status.contact"
    public static let summary = "A lead's contact status moved. Told once, in order per lead."

    public var leadID: LeadID
    public var from: ContactStatus
    public var to: ContactStatus
    public var cause: StatusCause
    /// When what caused it happened.
    public var at: Date

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case from, to, cause, at
    }

    public static let lastTokens: [String]? = ContactStatus.allCases.map(\.rawValue)
    public var subject: Subject { Self.subject.appending(to.rawValue) }

    public init(leadID: LeadID, from: ContactStatus, to: ContactStatus, cause: StatusCause, at: Date) {
        self.leadID = leadID
        self.from = from
        self.to = to
        self.cause = cause
        self.at = at
    }

    public func write(as key: StaticString, to json: inout WireText) {
        json.object(key) { json in
            json.member("at", at)
            cause.write(as: "cause", to: &json)
            json.member("from", from.rawValue)
            json.member("lead_id", leadID)
            json.member("to", to.rawValue)
        }
    }
}

/// A lead's website status moved. Told once, in order per lead.
public struct WebsiteStatusChanged: LeadEvent {
    public static let subject: Subject = "crm.status.website"
    public static let summary = "A lead's website status moved. Told once, in order per lead."

    public var leadID: LeadID
    public var from: WebsiteStatus
    public var to: WebsiteStatus
    public var cause: StatusCause
    /// When what caused it happened.
    public var at: Date

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case from, to, cause, at
    }

    public static let lastTokens: [String]? = WebsiteStatus.allCases.map(\.rawValue)
    public var subject: Subject { Self.subject.appending(to.rawValue) }

    public init(leadID: LeadID, from: WebsiteStatus, to: WebsiteStatus, cause: StatusCause, at: Date) {
        self.leadID = leadID
        self.from = from
        self.to = to
        self.cause = cause
        self.at = at
    }

    public func write(as key: StaticString, to json: inout WireText) {
        json.object(key) { json in
            json.member("at", at)
            cause.write(as: "cause", to: &json)
            json.member("from", from.rawValue)
            json.member("lead_id", leadID)
            json.member("to", to.rawValue)
        }
    }
}

/// A lead has waited long enough for somebody to call.
public struct FollowUpDue: LeadEvent {
    public static let subject: Subject = "crm.follow_up.due"
    public static let summary = "A lead has waited long enough for somebody to call."

    public var leadID: LeadID
    /// The name of the rule that says so.
    public var rule: String
    /// The same for people.
    public var title: String?
    public var dueAt: Date

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case rule, title
        case dueAt = "due_at"
    }

    public init(leadID: LeadID, rule: String, title: String? = nil, dueAt: Date) {
        self.leadID = leadID
        self.rule = rule
        self.title = title
        self.dueAt = dueAt
    }
}

/// A follow-up is over: somebody did it or dismissed it, or the lead needs it no more. What they wrote is not told.
public struct FollowUpClosed: LeadEvent {
    public static let subject: Subject = "crm.follow_up.closed"
    public static let summary = "A follow-up is over: somebody did it or dismissed it, or the lead needs it no more."

    public var leadID: LeadID
    /// The name of the rule that had raised it.
    public var rule: String
    /// `completed`, `dismissed` or `cancelled`.
    public var state: FollowUpState
    /// Why it was cancelled: `moved_on`, `archived`, `merged` or `erased`.
    public var cancelledBecause: String?
    /// Who did it, when it was a person.
    public var actor: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case rule, state
        case cancelledBecause = "cancelled_because"
        case actor
    }

    public init(leadID: LeadID, rule: String, state: FollowUpState, cancelledBecause: String? = nil, actor: String? = nil) {
        self.leadID = leadID
        self.rule = rule
        self.state = state
        self.cancelledBecause = cancelledBecause
        self.actor = actor
    }
}
