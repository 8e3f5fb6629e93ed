public import Foundation

/// A lead as a command left it.
public struct LeadChange: Codable, Hashable, Sendable {
    public var lead: Lead
    /// The names of the fields that are different now; empty when nothing was to be done.
    public var changed: [String]
    /// What was taken, but looks wrong.
    public var warnings: [FieldWarning]

    public init(lead: Lead, changed: [String], warnings: [FieldWarning] = []) {
        self.lead = lead
        self.changed = changed
        self.warnings = warnings
    }
}

/// Something about a field that somebody should look at.
public struct FieldWarning: Codable, Hashable, Sendable {
    public var field: String
    public var detail: String

    public init(field: String, detail: String) {
        self.field = field
        self.detail = detail
    }
}

/// A new lead, entered by hand; refused when the business is a lead already. Who may see that one is told by the problem which it is.
public struct CreateLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.create-lead"
    public static let summary = "A new lead, entered by hand; refused when the business is a lead already."
    public typealias Answer = LeadChange

    public var business: LeadDraft
    /// The id of a member of the staff. An agent may name only himself.
    public var assignedTo: String?
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case business
        case assignedTo = "assigned_to"
        case reason
    }

    public init(business: LeadDraft, assignedTo: String? = nil, reason: String? = nil) {
        self.business = business
        self.assignedTo = assignedTo
        self.reason = reason
    }
}

/// Changes fields of a lead: a missing key keeps, an explicit null clears.
public struct UpdateLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.update-lead"
    public static let summary = "Changes fields of a lead: a missing key keeps, an explicit null clears."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    /// The version that was seen: if the lead has changed since, nothing is done, and both values are shown.
    public var expectedVersion: Int?
    public var changes: LeadChanges
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case expectedVersion = "expected_version"
        case changes, reason
    }

    public init(leadID: LeadID, expectedVersion: Int? = nil, changes: LeadChanges, reason: String? = nil) {
        self.leadID = leadID
        self.expectedVersion = expectedVersion
        self.changes = changes
        self.reason = reason
    }
}

/// Puts a lead aside: its stage is lost, its tag archived, and lists leave it out.
public struct ArchiveLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.archive-lead"
    public static let summary = "Puts a lead aside: its stage is lost, its tag archived, and lists leave it out."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case reason
    }

    public init(leadID: LeadID, reason: String? = nil) {
        self.leadID = leadID
        self.reason = reason
    }
}

/// Brings a lead back that was put aside, in the stage it had.
public struct RestoreLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.restore-lead"
    public static let summary = "Brings a lead back that was put aside, in the stage it had."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case reason
    }

    public init(leadID: LeadID, reason: String? = nil) {
        self.leadID = leadID
        self.reason = reason
    }
}

/// Erases all personal data of a lead everywhere (GDPR, article 17); its id and its figures stay. Admins only.
public struct EraseLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.erase-lead"
    public static let summary =
        "Erases all personal data of a lead everywhere (GDPR, article 17); its id and its figures stay. Admins only."

    public var leadID: LeadID
    /// Why: who asked, and when.
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case reason
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leadID: LeadID
        /// When it was erased; the first time, if it was before.
        public var erasedAt: Date

        enum CodingKeys: String, CodingKey {
            case leadID = "lead_id"
            case erasedAt = "erased_at"
        }

        public init(leadID: LeadID, erasedAt: Date) {
            self.leadID = leadID
            self.erasedAt = erasedAt
        }
    }

    public init(leadID: LeadID, reason: String) {
        self.leadID = leadID
        self.reason = reason
    }
}

/// Adds tags to a lead: trimmed, in lower case, each once, 50 at most.
public struct AddTags: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.add-tags"
    public static let summary = "Adds tags to a lead: trimmed, in lower case, each once, 50 at most."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    public var tags: [String]
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case tags
        case reason
    }

    public init(leadID: LeadID, tags: [String], reason: String? = nil) {
        self.leadID = leadID
        self.tags = tags
        self.reason = reason
    }
}

/// Takes tags from a lead.
public struct RemoveTags: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.remove-tags"
    public static let summary = "Takes tags from a lead."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    public var tags: [String]
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case tags
        case reason
    }

    public init(leadID: LeadID, tags: [String], reason: String? = nil) {
        self.leadID = leadID
        self.tags = tags
        self.reason = reason
    }
}

/// Notes a call: counts the attempt, and the contact if somebody was reached.
public struct LogCall: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.log-call"
    public static let summary = "Notes a call: counts the attempt, and the contact if somebody was reached."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    /// Whether somebody of the business answered.
    public var reached: Bool
    /// What was said; kept as a note of the type call.
    public var text: String?
    public var nextFollowUpAt: Date?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case reached
        case text
        case nextFollowUpAt = "next_follow_up_at"
    }

    public init(leadID: LeadID, reached: Bool, text: String? = nil, nextFollowUpAt: Date? = nil) {
        self.leadID = leadID
        self.reached = reached
        self.text = text
        self.nextFollowUpAt = nextFollowUpAt
    }
}

/// Sets a lead's scores by hand, with a reason.
public struct SetScore: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.set-score"
    public static let summary = "Sets a lead's scores by hand, with a reason."
    public typealias Answer = LeadChange

    public var leadID: LeadID
    /// 0 to 100.
    public var qualificationScore: Int?
    /// 0 to 100.
    public var leadScore: Int?
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case qualificationScore = "qualification_score"
        case leadScore = "lead_score"
        case reason
    }

    public init(leadID: LeadID, qualificationScore: Int? = nil, leadScore: Int? = nil, reason: String) {
        self.leadID = leadID
        self.qualificationScore = qualificationScore
        self.leadScore = leadScore
        self.reason = reason
    }
}

/// Makes one lead of two that are one business: the survivor takes what it lacks, and all that hung on the other.
public struct MergeLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.merge-leads"
    public static let summary =
        "Makes one lead of two that are one business: the survivor takes what it lacks, and all that hung on the other."
    public typealias Answer = LeadChange

    /// The lead that stays.
    public var leadID: LeadID
    /// The lead that is no more; who asks for it is given the other.
    public var mergedLeadID: LeadID
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case mergedLeadID = "merged_lead_id"
        case reason
    }

    public init(leadID: LeadID, mergedLeadID: LeadID, reason: String? = nil) {
        self.leadID = leadID
        self.mergedLeadID = mergedLeadID
        self.reason = reason
    }
}
