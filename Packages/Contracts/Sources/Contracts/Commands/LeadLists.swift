public import Foundation

/// Which leads are meant: those for which everything that is said here is so. What is not said does not matter; an empty list says nothing.
///
/// One value for lists, exports and commands on many leads, so that what was seen in a list is what is changed.
public struct LeadFilter: Codable, Hashable, Sendable {
    /// Words of the business's name, the company, the person, the e-mail address, the city, or digits of the telephone number; all of them, each from its
    /// beginning on. A word that no lead has is taken for a mistyped one.
    public var search: String?
    public var stages: [SalesStage]?
    public var sources: [LeadSource]?
    /// Ids of members of the staff; with ``isUnassigned`` also the leads that nobody has.
    public var assignedTo: [String]?
    /// The leads that nobody has; with `false`, those that somebody has.
    public var isUnassigned: Bool?
    /// From this moment on; the end of a range is not in it.
    public var createdFrom: Date?
    public var createdBefore: Date?
    public var updatedFrom: Date?
    public var updatedBefore: Date?
    public var lastContactFrom: Date?
    public var lastContactBefore: Date?
    public var nextFollowUpFrom: Date?
    public var nextFollowUpBefore: Date?
    /// Both ends of the ranges of numbers are in them.
    public var minQualificationScore: Int?
    public var maxQualificationScore: Int?
    public var minLeadScore: Int?
    public var maxLeadScore: Int?
    public var minRating: Double?
    public var maxRating: Double?
    /// Any of them, in any case, with or without marks.
    public var categories: [String]?
    public var cities: [String]?
    public var states: [String]?
    public var hasEmail: Bool?
    public var hasPhone: Bool?
    public var hasWebsite: Bool?
    /// A lead score above 70.
    public var isHot: Bool?
    public var tagsAny: [String]?
    public var tagsAll: [String]?
    /// The archived leads instead of the others.
    public var isArchived: Bool?

    enum CodingKeys: String, CodingKey {
        case search, stages, sources
        case assignedTo = "assigned_to"
        case isUnassigned = "is_unassigned"
        case createdFrom = "created_from"
        case createdBefore = "created_before"
        case updatedFrom = "updated_from"
        case updatedBefore = "updated_before"
        case lastContactFrom = "last_contact_from"
        case lastContactBefore = "last_contact_before"
        case nextFollowUpFrom = "next_follow_up_from"
        case nextFollowUpBefore = "next_follow_up_before"
        case minQualificationScore = "min_qualification_score"
        case maxQualificationScore = "max_qualification_score"
        case minLeadScore = "min_lead_score"
        case maxLeadScore = "max_lead_score"
        case minRating = "min_rating"
        case maxRating = "max_rating"
        case categories, cities, states
        case hasEmail = "has_email"
        case hasPhone = "has_phone"
        case hasWebsite = "has_website"
        case isHot = "is_hot"
        case tagsAny = "tags_any"
        case tagsAll = "tags_all"
        case isArchived = "is_archived"
    }

    /// Every lead that is not archived.
    public init() {}

    /// What `say` says of an empty filter.
    public init(_ say: (inout LeadFilter) -> Void) {
        say(&self)
    }
}

/// The order of a list. Leads without a value are last, whichever way.
public struct LeadSort: Codable, Hashable, Sendable {
    public var by: Column
    public var descending: Bool

    public enum Column: String, CaseIterable, Codable, Sendable {
        case created = "created_at"
        case updated = "updated_at"
        case name, category, city, state, source
        case salesStage = "sales_stage"
        case assignedTo = "assigned_to"
        case rating
        case qualificationScore = "qualification_score"
        case leadScore = "lead_score"
        case lastContact = "last_contact_at"
        case nextFollowUp = "next_follow_up_at"
    }

    /// Newest first.
    public static let newest = LeadSort(by: .created, descending: true)

    public init(by: Column, descending: Bool = false) {
        self.by = by
        self.descending = descending
    }
}

/// Leads that match a filter, in an order, a page at a time. An agent sees the own and the unassigned ones.
public struct ListLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-leads"
    public static let summary = "Leads that match a filter, in an order, a page at a time."

    public var filter: LeadFilter?
    /// Newest first, if nothing is said.
    public var sort: LeadSort?
    /// 1 to 1,000. A page has fewer where so many would not fit into one message.
    public var limit: Int
    /// The page before's `next_cursor`; good only with the same filter and order.
    public var cursor: String?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leads: [Lead]
        /// None on the last page.
        public var nextCursor: String?
        /// How many match, counted with the first page: exact up to 10,000, unless it would take longer to count than to read the page; else an
        /// estimate.
        public var total: Int
        public var isTotalEstimated: Bool

        enum CodingKeys: String, CodingKey {
            case leads
            case nextCursor = "next_cursor"
            case total
            case isTotalEstimated = "is_total_estimated"
        }

        public init(leads: [Lead], nextCursor: String? = nil, total: Int, isTotalEstimated: Bool = false) {
            self.leads = leads
            self.nextCursor = nextCursor
            self.total = total
            self.isTotalEstimated = isTotalEstimated
        }
    }

    public init(_ filter: LeadFilter? = nil, sort: LeadSort? = nil, limit: Int = 100, cursor: String? = nil) {
        self.filter = filter
        self.sort = sort
        self.limit = limit
        self.cursor = cursor
    }

    /// Those with `score` or above, newest first.
    public init(minQualificationScore score: Int, hasWebsite: Bool? = nil, limit: Int = 100, cursor: String? = nil) {
        let filter = LeadFilter {
            $0.minQualificationScore = score
            $0.hasWebsite = hasWebsite
        }
        self.init(filter, limit: limit, cursor: cursor)
    }
}

/// How many leads there are, how good they are, and what became of them. An agent is told of the own and the unassigned ones.
public struct LeadStatistics: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.lead-statistics"
    public static let summary = "How many leads there are, how good they are, and what became of them."

    /// Of which leads: made in a range of time, of one agent, or whatever else a list can be of.
    public var filter: LeadFilter?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var total: Int
        /// With the qualification score, or above, that the settings ask for.
        public var qualified: Int
        /// With a lead score above 70.
        public var hot: Int
        public var won: Int
        /// Those won among all of them, 0 to 1; 0 when there is none.
        public var conversionRate: Double
        public var averageQualificationScore: Double
        /// Of those that have a lead score; none when none has.
        public var averageLeadScore: Double?
        public var byStage: [String: Int]
        public var bySource: [String: Int]
        /// By the id of a member of the staff.
        public var byAgent: [String: AgentFigures]
        public var unassigned: Int

        enum CodingKeys: String, CodingKey {
            case total, qualified, hot, won
            case conversionRate = "conversion_rate"
            case averageQualificationScore = "average_qualification_score"
            case averageLeadScore = "average_lead_score"
            case byStage = "by_stage"
            case bySource = "by_source"
            case byAgent = "by_agent"
            case unassigned
        }

        /// Of no leads.
        public init() {
            (total, qualified, hot, won, unassigned) = (0, 0, 0, 0, 0)
            (conversionRate, averageQualificationScore) = (0, 0)
            (byStage, bySource, byAgent) = ([:], [:], [:])
        }
    }

    /// What one member of the staff has.
    public struct AgentFigures: Codable, Hashable, Sendable {
        public var total: Int
        public var hot: Int
        public var won: Int

        public init(total: Int, hot: Int, won: Int) {
            self.total = total
            self.hot = hot
            self.won = won
        }
    }

    public init(_ filter: LeadFilter? = nil) {
        self.filter = filter
    }
}

/// Leads that may be one business, a page at a time: those who have one thing in common, or the like of one lead. People decide; nothing is
/// merged by this.
public struct FindDuplicates: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.find-duplicates"
    public static let summary = "Leads that may be one business, a page at a time."

    public var by: DuplicateSign
    /// Only the duplicates of this one.
    public var leadID: LeadID?
    /// How many groups: 1 to 200.
    public var limit: Int
    /// The page before's `next_cursor`; good only with the same `by`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case by
        case leadID = "lead_id"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// Fewer than asked for, or none, where there are few: so many leads are looked at, and no more, for one page.
        public var groups: [DuplicateGroup]
        /// None on the last page only.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case groups
            case nextCursor = "next_cursor"
        }

        public init(groups: [DuplicateGroup], nextCursor: String? = nil) {
            self.groups = groups
            self.nextCursor = nextCursor
        }
    }

    public init(by: DuplicateSign, of leadID: LeadID? = nil, limit: Int = 50, cursor: String? = nil) {
        self.by = by
        self.leadID = leadID
        self.limit = limit
        self.cursor = cursor
    }
}

/// What two leads have in common.
public enum DuplicateSign: String, CaseIterable, Codable, Sendable {
    case phone, email
    case websiteHost = "website_host"
    /// A similar name in the same city.
    case name
}

/// Leads that have something in common.
public struct DuplicateGroup: Codable, Hashable, Sendable {
    /// What they have in common; of similar names the city.
    public var value: String
    /// How many they are.
    public var count: Int
    /// The oldest of them, ten at most.
    public var leads: [DuplicateLead]

    public init(value: String, count: Int, leads: [DuplicateLead]) {
        self.value = value
        self.count = count
        self.leads = leads
    }
}

/// As much of a lead as shows whether it is the same business.
public struct DuplicateLead: Codable, Hashable, Sendable {
    public var id: LeadID
    public var name: String
    public var address: String?
    public var city: String?
    public var phone: String?
    public var email: String?
    public var websiteURL: String?

    enum CodingKeys: String, CodingKey {
        case id, name, address, city, phone, email
        case websiteURL = "website_url"
    }

    public init(
        id: LeadID,
        name: String,
        address: String? = nil,
        city: String? = nil,
        phone: String? = nil,
        email: String? = nil,
        websiteURL: String? = nil
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.city = city
        self.phone = phone
        self.email = email
        self.websiteURL = websiteURL
    }
}
