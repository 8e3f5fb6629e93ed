public import Foundation

/// A lead's two statuses and its site.
public struct GetStatus: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-status"
    public static let summary = "A lead's two statuses and its site."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    public typealias Answer = LeadStatus

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// A lead's two statuses and its site, as they stand.
public struct LeadStatus: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var contactStatus: ContactStatus
    public var websiteStatus: WebsiteStatus
    /// Counts the changes of both.
    public var version: Int
    public var changedAt: Date
    /// The current one.
    public var site: Site?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case contactStatus = "contact_status"
        case websiteStatus = "website_status"
        case version
        case changedAt = "changed_at"
        case site
    }

    public init(
        leadID: LeadID,
        contactStatus: ContactStatus,
        websiteStatus: WebsiteStatus,
        version: Int,
        changedAt: Date,
        site: Site? = nil
    ) {
        self.leadID = leadID
        self.contactStatus = contactStatus
        self.websiteStatus = websiteStatus
        self.version = version
        self.changedAt = changedAt
        self.site = site
    }
}

/// Every decision on a lead's statuses, applied or ignored, oldest first.
public struct GetHistory: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-history"
    public static let summary = "Every decision on a lead's statuses, applied or ignored, oldest first."

    public var leadID: LeadID
    public var field: StatusField?
    /// 1 to 1,000.
    public var limit: Int
    /// The page before's `next_cursor`.
    public var cursor: String?
    /// Only what goes back to this: a CloudEvents type as `plumbline.message.clicked.v1`, `manual`, `repaired`, or a command's subject.
    public var cause: String?
    /// Only what moved a status, or only what was ignored.
    public var outcome: StatusOutcome?
    /// The other way round: what was decided last comes first.
    public var newestFirst: Bool?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, limit, cursor, cause, outcome
        case newestFirst = "newest_first"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var entries: [StatusHistoryEntry]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case entries
            case nextCursor = "next_cursor"
        }

        public init(entries: [StatusHistoryEntry], nextCursor: String? = nil) {
            self.entries = entries
            self.nextCursor = nextCursor
        }
    }

    public init(
        leadID: LeadID,
        field: StatusField? = nil,
        limit: Int = 100,
        cursor: String? = nil,
        cause: String? = nil,
        outcome: StatusOutcome? = nil,
        newestFirst: Bool? = nil
    ) {
        self.leadID = leadID
        self.field = field
        self.limit = limit
        self.cursor = cursor
        self.cause = cause
        self.outcome = outcome
        self.newestFirst = newestFirst
    }
}

/// One decision: what moved, or why nothing did.
public struct StatusHistoryEntry: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var field: StatusField
    public var from: String
    /// None when it was ignored.
    public var to: String?
    public var ignoredBecause: String?
    /// Whether a machine opened, clicked or visited, not a person: kept, but it moves nothing. None of what only people do, or nobody.
    public var byMachine: Bool?
    public var cause: StatusCause
    public var occurredAt: Date
    public var recordedAt: Date

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, from, to
        case ignoredBecause = "ignored_because"
        case byMachine = "by_machine"
        case cause
        case occurredAt = "occurred_at"
        case recordedAt = "recorded_at"
    }

    public init(
        leadID: LeadID,
        field: StatusField,
        from: String,
        to: String? = nil,
        ignoredBecause: String? = nil,
        byMachine: Bool? = nil,
        cause: StatusCause,
        occurredAt: Date,
        recordedAt: Date
    ) {
        self.leadID = leadID
        self.field = field
        self.from = from
        self.to = to
        self.ignoredBecause = ignoredBecause
        self.byMachine = byMachine
        self.cause = cause
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
    }
}

/// Sets one of the two statuses by hand: a manager or admin, with a reason.
public struct OverrideStatus: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.override-status"
    public static let summary = "Sets one of the two statuses by hand: a manager or admin, with a reason."

    public var leadID: LeadID
    public var field: StatusField
    /// One of that field's statuses.
    public var to: String
    public var reason: String
    /// Refused with 409 when the statuses have changed since; the refusal says what they are now.
    public var expectedVersion: Int?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, to, reason
        case expectedVersion = "expected_version"
    }

    public typealias Answer = LeadStatus

    public init(leadID: LeadID, field: StatusField, to: String, reason: String, expectedVersion: Int? = nil) {
        self.leadID = leadID
        self.field = field
        self.to = to
        self.reason = reason
        self.expectedVersion = expectedVersion
    }
}

/// Makes a site for a lead. Given business data alone, the lead is resolved with lead-intake first: there is no site without a lead.
public struct CreateSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.create-site"
    public static let summary = "Makes a site for a lead; from business data alone the lead is resolved first."

    public var leadID: LeadID?
    public var business: LeadDraft?
    public var title: String?
    public var theme: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case business, title, theme
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var site: Site
        public var leadID: LeadID
        /// False when the lead had one already.
        public var created: Bool
        public var leadCreated: Bool

        enum CodingKeys: String, CodingKey {
            case site
            case leadID = "lead_id"
            case created
            case leadCreated = "lead_created"
        }

        public init(site: Site, leadID: LeadID, created: Bool, leadCreated: Bool) {
            self.site = site
            self.leadID = leadID
            self.created = created
            self.leadCreated = leadCreated
        }
    }

    public init(leadID: LeadID? = nil, business: LeadDraft? = nil, title: String? = nil, theme: String? = nil) {
        self.leadID = leadID
        self.business = business
        self.title = title
        self.theme = theme
    }
}

/// Makes the pages of a lead's site; done in the background, told by `crm.site.generated`.
public struct GenerateSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.generate-site"
    public static let summary = "Makes the pages of a lead's site; done in the background, told by `crm.site.generated`."

    public var leadID: LeadID
    /// The site's own where it isn't said.
    public var theme: String?
    public var tone: Tone?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case theme, tone
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var site: Site
        public var websiteStatus: WebsiteStatus
        /// What makes the pages: see ``GetGenerationJob``.
        public var jobID: GenerationJobID?

        enum CodingKeys: String, CodingKey {
            case site
            case websiteStatus = "website_status"
            case jobID = "job_id"
        }

        public init(site: Site, websiteStatus: WebsiteStatus, jobID: GenerationJobID? = nil) {
            self.site = site
            self.websiteStatus = websiteStatus
            self.jobID = jobID
        }
    }

    public init(leadID: LeadID, theme: String? = nil, tone: Tone? = nil) {
        self.leadID = leadID
        self.theme = theme
        self.tone = tone
    }
}

/// How many leads have ever come how far, counted from the history: a lead that replied counts as opened only if it was seen to open.
public struct GetFunnel: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-funnel"
    public static let summary = "How many leads have ever come how far."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// With statuses of any kind.
        public var leads: Int
        public var generated: Int
        public var contacted: Int
        public var opened: Int
        public var clicked: Int
        public var replied: Int
        public var interested: Int
        public var purchased: Int
        public var sold: Int
        public var unsubscribed: Int
        public var bounced: Int
        public var archived: Int
        public var activeSites: Int

        enum CodingKeys: String, CodingKey {
            case leads, generated, contacted, opened, clicked, replied, interested, purchased, sold, unsubscribed, bounced, archived
            case activeSites = "active_sites"
        }

        public init(
            leads: Int,
            generated: Int,
            contacted: Int,
            opened: Int,
            clicked: Int,
            replied: Int,
            interested: Int,
            purchased: Int,
            sold: Int,
            unsubscribed: Int,
            bounced: Int,
            archived: Int,
            activeSites: Int
        ) {
            self.leads = leads
            self.generated = generated
            self.contacted = contacted
            self.opened = opened
            self.clicked = clicked
            self.replied = replied
            self.interested = interested
            self.purchased = purchased
            self.sold = sold
            self.unsubscribed = unsubscribed
            self.bounced = bounced
            self.archived = archived
            self.activeSites = activeSites
        }
    }

    public init() {}
}
