public import Foundation

/// A business we may sell to, as its owner (lead-intake) published it: a full snapshot.
public struct Lead: Codable, Hashable, Sendable {
    public var id: LeadID
    /// Counts the changes; a newer snapshot has a higher one.
    public var version: Int
    /// Unique, fit for a URL.
    public var slug: String
    public var name: String
    public var category: String?
    public var subcategory: String?
    /// The Google place id.
    public var gmbID: String?
    public var address: String?
    public var city: String?
    public var state: String?
    public var postalCode: String?
    /// ISO 3166-1 alpha-2, upper case.
    public var country: String?
    public var latitude: Double?
    public var longitude: Double?
    /// E.164.
    public var phone: String?
    /// Lower case, checked for its syntax.
    public var email: String?
    public var websiteURL: String?
    /// 0 to 5.
    public var rating: Double?
    public var reviewCount: Int?
    public var photoCount: Int?
    public var openingHours: [DayHours]?
    public var firstName: String?
    public var lastName: String?
    /// Of the person to talk to.
    public var title: String?
    /// The company that the business belongs to or trades as, where it isn't its name.
    public var company: String?
    public var source: LeadSource
    /// What it cost to get this lead.
    public var acquisitionCost: Money?
    public var salesStage: SalesStage
    /// The id of a member of the staff.
    public var assignedTo: String?
    /// 0 to 100: is this business worth a site?
    public var qualificationScore: Int
    /// 0 to 100: who should be called first?
    public var leadScore: Int?
    /// 0.0 to 1.0: how likely is it to buy?
    public var conversionProbability: Double?
    public var lastContactAt: Date?
    public var nextFollowUpAt: Date?
    /// How often it was called. None in snapshots from before it was counted.
    public var callAttempts: Int?
    /// Lower case, each once, 50 at most.
    public var tags: [String]
    public var createdAt: Date
    public var updatedAt: Date
    public var archivedAt: Date?

    enum CodingKeys: String, CodingKey {
        case id, version, slug, name, category, subcategory
        case gmbID = "gmb_id"
        case address, city, state
        case postalCode = "postal_code"
        case country, latitude, longitude, phone, email
        case websiteURL = "website_url"
        case rating
        case reviewCount = "review_count"
        case photoCount = "photo_count"
        case openingHours = "opening_hours"
        case firstName = "first_name"
        case lastName = "last_name"
        case title, company, source
        case acquisitionCost = "acquisition_cost"
        case salesStage = "sales_stage"
        case assignedTo = "assigned_to"
        case qualificationScore = "qualification_score"
        case leadScore = "lead_score"
        case conversionProbability = "conversion_probability"
        case lastContactAt = "last_contact_at"
        case nextFollowUpAt = "next_follow_up_at"
        case callAttempts = "call_attempts"
        case tags
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case archivedAt = "archived_at"
    }

    public init(
        id: LeadID,
        version: Int = 1,
        slug: String,
        name: String,
        category: String? = nil,
        subcategory: String? = nil,
        gmbID: String? = nil,
        address: String? = nil,
        city: String? = nil,
        state: String? = nil,
        postalCode: String? = nil,
        country: String? = nil,
        latitude: Double? = nil,
        longitude: Double? = nil,
        phone: String? = nil,
        email: String? = nil,
        websiteURL: String? = nil,
        rating: Double? = nil,
        reviewCount: Int? = nil,
        photoCount: Int? = nil,
        openingHours: [DayHours]? = nil,
        firstName: String? = nil,
        lastName: String? = nil,
        title: String? = nil,
        company: String? = nil,
        source: LeadSource,
        acquisitionCost: Money? = nil,
        salesStage: SalesStage = .new,
        assignedTo: String? = nil,
        qualificationScore: Int,
        leadScore: Int? = nil,
        conversionProbability: Double? = nil,
        lastContactAt: Date? = nil,
        nextFollowUpAt: Date? = nil,
        callAttempts: Int? = nil,
        tags: [String] = [],
        createdAt: Date,
        updatedAt: Date,
        archivedAt: Date? = nil
    ) {
        self.id = id
        self.version = version
        self.slug = slug
        self.name = name
        self.category = category
        self.subcategory = subcategory
        self.gmbID = gmbID
        self.address = address
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
        self.latitude = latitude
        self.longitude = longitude
        self.phone = phone
        self.email = email
        self.websiteURL = websiteURL
        self.rating = rating
        self.reviewCount = reviewCount
        self.photoCount = photoCount
        self.openingHours = openingHours
        self.firstName = firstName
        self.lastName = lastName
        self.title = title
        self.company = company
        self.source = source
        self.acquisitionCost = acquisitionCost
        self.salesStage = salesStage
        self.assignedTo = assignedTo
        self.qualificationScore = qualificationScore
        self.leadScore = leadScore
        self.conversionProbability = conversionProbability
        self.lastContactAt = lastContactAt
        self.nextFollowUpAt = nextFollowUpAt
        self.callAttempts = callAttempts
        self.tags = tags
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.archivedAt = archivedAt
    }
}

/// One line of the opening hours, as people read it: `Monday`, `8 AM to 5 PM`.
public struct DayHours: Codable, Hashable, Sendable {
    public var day: String
    public var hours: String

    public init(day: String, hours: String) {
        self.day = day
        self.hours = hours
    }
}

/// One reason for a score: the breakdown adds up to it, before it is held in 0 to 100.
public struct ScoreFactor: Codable, Hashable, Sendable {
    /// A stable name, such as `has_email`.
    public var factor: String
    public var points: Int
    /// For people.
    public var reason: String

    public init(factor: String, points: Int, reason: String) {
        self.factor = factor
        self.points = points
        self.reason = reason
    }
}
