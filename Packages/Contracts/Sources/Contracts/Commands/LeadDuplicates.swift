/// Leads that may be one business, a page at a time: those who have one thing in common, or the like of one lead. People decide; nothing is
/// merged by this.
public struct FindDuplicates: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.find-duplicates"
    public static let summary = "Leads that may be one business, a page at a time."

    public var by: DuplicateSign
    /// Only the duplicates of this one.
    public var leadID: LeadID?
    /// How many groups: 1 to 200; 50 if nothing is said.
    public var limit: Int?
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

    public init(by: DuplicateSign, of leadID: LeadID? = nil, limit: Int? = nil, cursor: String? = nil) {
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
