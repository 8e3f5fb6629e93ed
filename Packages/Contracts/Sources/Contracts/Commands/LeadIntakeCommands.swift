/// Gets the lead that matches by `id`, then `gmb_id`, then `slug`, or creates it: exactly one, however many ask at the same time.
public struct ResolveLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.resolve-lead"
    public static let summary = "Gets the lead that matches, or creates it: exactly one, however many ask at the same time."

    public var id: LeadID?
    /// The Google place id.
    public var gmbID: String?
    public var slug: String?
    /// What to create it from; without it nothing is created.
    public var business: LeadDraft?

    enum CodingKeys: String, CodingKey {
        case id
        case gmbID = "gmb_id"
        case slug, business
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var lead: Lead
        public var created: Bool
        /// None when it was created.
        public var matchedBy: MatchedBy?

        enum CodingKeys: String, CodingKey {
            case lead, created
            case matchedBy = "matched_by"
        }

        public init(lead: Lead, created: Bool, matchedBy: MatchedBy? = nil) {
            self.lead = lead
            self.created = created
            self.matchedBy = matchedBy
        }
    }

    public init(id: LeadID? = nil, gmbID: String? = nil, slug: String? = nil, business: LeadDraft? = nil) {
        self.id = id
        self.gmbID = gmbID
        self.slug = slug
        self.business = business
    }
}

/// By what an existing lead was recognised.
public enum MatchedBy: String, CaseIterable, Codable, Sendable {
    case id
    case gmbID = "gmb_id"
    case slug
    /// The same name, place and contact, of business data that came with none of the keys.
    case business
}

/// One lead, with what explains its qualification score.
public struct GetLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.get-lead"
    public static let summary = "One lead, with what explains its qualification score."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var lead: Lead
        public var qualification: [ScoreFactor]

        public init(lead: Lead, qualification: [ScoreFactor]) {
            self.lead = lead
            self.qualification = qualification
        }
    }

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}

/// Leads, newest first, a page at a time.
public struct ListLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-leads"
    public static let summary = "Leads, newest first, a page at a time."

    public var minQualificationScore: Int?
    public var hasWebsite: Bool?
    /// 1 to 1,000.
    public var limit: Int
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case minQualificationScore = "min_qualification_score"
        case hasWebsite = "has_website"
        case limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leads: [Lead]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case leads
            case nextCursor = "next_cursor"
        }

        public init(leads: [Lead], nextCursor: String? = nil) {
            self.leads = leads
            self.nextCursor = nextCursor
        }
    }

    public init(minQualificationScore: Int? = nil, hasWebsite: Bool? = nil, limit: Int = 100, cursor: String? = nil) {
        self.minQualificationScore = minQualificationScore
        self.hasWebsite = hasWebsite
        self.limit = limit
        self.cursor = cursor
    }
}

/// How many leads there are, and how many are worth a site.
public struct LeadStatistics: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.lead-statistics"
    public static let summary = "How many leads there are, and how many are worth a site."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var total: Int
        /// With the qualification score, or above, that the settings ask for.
        public var qualified: Int
        public var averageQualificationScore: Double
        public var bySource: [String: Int]

        enum CodingKeys: String, CodingKey {
            case total, qualified
            case averageQualificationScore = "average_qualification_score"
            case bySource = "by_source"
        }

        public init(total: Int, qualified: Int, averageQualificationScore: Double, bySource: [String: Int]) {
            self.total = total
            self.qualified = qualified
            self.averageQualificationScore = averageQualificationScore
            self.bySource = bySource
        }
    }

    public init() {}
}

/// A new key for the intake endpoints.
public struct CreateAPIKey: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.create-api-key"
    public static let summary = "A new key for the intake endpoints."

    /// For people, to know it again.
    public var name: String
    public var scopes: [String]

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var id: APIKeyID
        /// The secret: shown once, stored as a hash.
        public var key: String
        public var scopes: [String]

        public init(id: APIKeyID, key: String, scopes: [String]) {
            self.id = id
            self.key = key
            self.scopes = scopes
        }
    }

    public init(name: String, scopes: [String]) {
        self.name = name
        self.scopes = scopes
    }
}
