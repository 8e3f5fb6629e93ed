package import Contracts
import Foundation

/// A lead as a message's template sees it.
package struct Recipient: Codable, Hashable, Sendable {
    package var leadID: LeadID
    package var name: String
    package var firstName: String?
    package var category: String?
    package var city: String?
    package var state: String?
    package var country: String?
    package var rating: Double?
    package var reviewCount: Int?
    package var siteSlug: String?
    package var siteURL: String?
    /// A picture of the site.
    package var screenshotURL: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case name
        case firstName = "first_name"
        case category, city, state, country, rating
        case reviewCount = "review_count"
        case siteSlug = "site_slug"
        case siteURL = "site_url"
        case screenshotURL = "screenshot_url"
    }

    package init(
        leadID: LeadID,
        name: String,
        firstName: String? = nil,
        category: String? = nil,
        city: String? = nil,
        state: String? = nil,
        country: String? = nil,
        rating: Double? = nil,
        reviewCount: Int? = nil,
        siteSlug: String? = nil,
        siteURL: String? = nil,
        screenshotURL: String? = nil
    ) {
        self.leadID = leadID
        self.name = name
        self.firstName = firstName
        self.category = category
        self.city = city
        self.state = state
        self.country = country
        self.rating = rating
        self.reviewCount = reviewCount
        self.siteSlug = siteSlug
        self.siteURL = siteURL
        self.screenshotURL = screenshotURL
    }

    package var language: Language { Language(country: country) }
}

/// The languages that the built-in templates speak.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case spanish = "es"

    /// ISO 3166-1 alpha-2 of the countries where Spanish is what one writes to a business in.
    private static let spanishSpeaking: Set<String> = [
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE",
    ]

    package init(country: String?) {
        self = country.map { Self.spanishSpeaking.contains($0.uppercased()) } == true ? .spanish : .english
    }
}
