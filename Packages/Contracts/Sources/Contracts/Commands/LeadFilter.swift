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
