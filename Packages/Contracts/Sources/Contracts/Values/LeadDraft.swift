/// What is known of a business before it is a lead: as it was found, not yet normalised or checked.
public struct LeadDraft: Codable, Hashable, Sendable {
    public var name: String
    public var category: String?
    public var subcategory: String?
    /// The Google place id.
    public var gmbID: String?
    /// A wish; a taken one gets a suffix.
    public var slug: String?
    public var address: String?
    public var city: String?
    public var state: String?
    public var postalCode: String?
    /// A code or a name.
    public var country: String?
    public var latitude: Double?
    public var longitude: Double?
    /// In any notation.
    public var phone: String?
    public var email: String?
    public var websiteURL: String?
    public var rating: Double?
    public var reviewCount: Int?
    public var photoCount: Int?
    public var openingHours: [DayHours]?
    public var firstName: String?
    public var lastName: String?
    public var title: String?
    public var company: String?
    public var source: LeadSource?
    /// What it cost to get this lead.
    public var acquisitionCost: Money?
    public var tags: [String]?

    enum CodingKeys: String, CodingKey {
        case name, category, subcategory
        case gmbID = "gmb_id"
        case slug, address, city, state
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
        case tags
    }

    public init(
        name: String,
        category: String? = nil,
        subcategory: String? = nil,
        gmbID: String? = nil,
        slug: String? = nil,
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
        source: LeadSource? = nil,
        acquisitionCost: Money? = nil,
        tags: [String]? = nil
    ) {
        self.name = name
        self.category = category
        self.subcategory = subcategory
        self.gmbID = gmbID
        self.slug = slug
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
        self.tags = tags
    }
}
