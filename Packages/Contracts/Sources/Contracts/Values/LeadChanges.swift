public import Foundation

/// What shall become of one field: on the wire, a missing key keeps it, an explicit `null` clears it, anything else is its new value.
public enum Edit<Value: Codable & Hashable & Sendable>: Hashable, Sendable {
    case keep
    case clear
    case set(Value)

    /// The new value, if there is one.
    public var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }

    public var isKept: Bool { self == .keep }
}

extension Edit: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .clear : .set(try container.decode(Value.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

// Synthesised conformances take these instead of the general ones, so that a missing key and a `null` stay two things.
extension KeyedDecodingContainer {
    func decode<Value>(_ type: Edit<Value>.Type, forKey key: Key) throws -> Edit<Value> {
        if let value = try decodeIfPresent(Value.self, forKey: key) { return .set(value) }
        return try contains(key) && decodeNil(forKey: key) ? .clear : .keep
    }
}

extension KeyedEncodingContainer {
    mutating func encode<Value>(_ edit: Edit<Value>, forKey key: Key) throws {
        switch edit {
        case .keep: break
        case .clear: try encodeNil(forKey: key)
        case .set(let value): try encode(value, forKey: key)
        }
    }
}

/// What people may change of a lead. What isn't here has commands of its own: tags, scores, call attempts, the archive.
public struct LeadChanges: Codable, Hashable, Sendable {
    public var name: Edit<String> = .keep
    public var company: Edit<String> = .keep
    public var category: Edit<String> = .keep
    public var subcategory: Edit<String> = .keep
    public var gmbID: Edit<String> = .keep
    public var address: Edit<String> = .keep
    public var city: Edit<String> = .keep
    public var state: Edit<String> = .keep
    public var postalCode: Edit<String> = .keep
    public var country: Edit<String> = .keep
    public var latitude: Edit<Double> = .keep
    public var longitude: Edit<Double> = .keep
    public var phone: Edit<String> = .keep
    public var email: Edit<String> = .keep
    public var websiteURL: Edit<String> = .keep
    public var rating: Edit<Double> = .keep
    public var reviewCount: Edit<Int> = .keep
    public var photoCount: Edit<Int> = .keep
    public var openingHours: Edit<[DayHours]> = .keep
    public var firstName: Edit<String> = .keep
    public var lastName: Edit<String> = .keep
    public var title: Edit<String> = .keep
    public var source: Edit<LeadSource> = .keep
    public var acquisitionCost: Edit<Money> = .keep
    public var salesStage: Edit<SalesStage> = .keep
    public var assignedTo: Edit<String> = .keep
    public var conversionProbability: Edit<Double> = .keep
    public var lastContactAt: Edit<Date> = .keep
    public var nextFollowUpAt: Edit<Date> = .keep

    enum CodingKeys: String, CodingKey {
        case name
        case company
        case category
        case subcategory
        case gmbID = "gmb_id"
        case address
        case city
        case state
        case postalCode = "postal_code"
        case country
        case latitude
        case longitude
        case phone
        case email
        case websiteURL = "website_url"
        case rating
        case reviewCount = "review_count"
        case photoCount = "photo_count"
        case openingHours = "opening_hours"
        case firstName = "first_name"
        case lastName = "last_name"
        case title
        case source
        case acquisitionCost = "acquisition_cost"
        case salesStage = "sales_stage"
        case assignedTo = "assigned_to"
        case conversionProbability = "conversion_probability"
        case lastContactAt = "last_contact_at"
        case nextFollowUpAt = "next_follow_up_at"
    }

    /// Nothing is changed.
    public init() {}

    /// What `say` says, and nothing else.
    public init(_ say: (inout LeadChanges) -> Void) {
        say(&self)
    }
}
