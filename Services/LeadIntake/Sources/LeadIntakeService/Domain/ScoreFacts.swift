package import Contracts

/// What the scores look at: values as they are stored, so that an impossible e-mail address brings no points.
package struct ScoreFacts: Hashable, Sendable {
    package var email: String?
    package var phone: String?
    package var websiteURL: String?
    package var company: String?
    package var rating: Double?
    package var reviewCount: Int?
    package var photoCount: Int?
    package var source: LeadSource
    package var tags: [String]
    package var engagement: Set<Engagement>

    package init(_ lead: Lead, engagement: Set<Engagement> = []) {
        email = lead.email
        phone = lead.phone
        websiteURL = lead.websiteURL
        company = lead.company
        rating = lead.rating
        reviewCount = lead.reviewCount
        photoCount = lead.photoCount
        source = lead.source
        tags = lead.tags
        self.engagement = engagement
    }

    /// Of a business that is no lead yet.
    package init(_ draft: LeadDraft) {
        email = draft.email
        phone = draft.phone
        websiteURL = draft.websiteURL
        company = draft.company
        rating = draft.rating
        reviewCount = draft.reviewCount
        photoCount = draft.photoCount
        source = draft.source ?? .other
        tags = draft.tags ?? []
        engagement = []
    }
}

/// What a lead did with our messages: each kind counts once, however often it happens, and never when a machine did it.
package enum Engagement: String, CaseIterable, Codable, Sendable {
    case opened, clicked, replied, interested
    /// Stands for the address that the lead has: a new address has not bounced.
    case bounced
}

/// When a rule holds: a value, so that it can be compared, printed and overridden.
package enum ScoreCondition: Hashable, Sendable, Codable {
    case has(Value)
    case atLeast(Double, Number)
    case source([LeadSource])
    /// An e-mail address that is at no free mail domain.
    case businessEmail
    case tagged(anyOf: [String])
    case engaged(Engagement)

    package enum Value: String, Sendable, Codable {
        case email, phone, website, company
    }

    package enum Number: String, Sendable, Codable {
        case rating
        case reviewCount = "review_count"
        case photoCount = "photo_count"
    }

    package func holds(for facts: ScoreFacts) -> Bool {
        switch self {
        case .has(.email): facts.email != nil
        case .has(.phone): facts.phone != nil
        case .has(.website): facts.websiteURL != nil
        case .has(.company): facts.company != nil
        case .atLeast(let least, .rating): facts.rating.map { $0 >= least } ?? false
        case .atLeast(let least, .reviewCount): facts.reviewCount.map { Double($0) >= least } ?? false
        case .atLeast(let least, .photoCount): facts.photoCount.map { Double($0) >= least } ?? false
        case .source(let sources): sources.contains(facts.source)
        case .businessEmail: facts.email.flatMap { $0.split(separator: "@").last }.map { !FreeMailDomains.contains($0) } ?? false
        case .tagged(let tags): facts.tags.contains { tags.contains($0) }
        case .engaged(let kind): facts.engagement.contains(kind)
        }
    }

    /// What it compares with, in words.
    package var measure: String {
        switch self {
        case .atLeast(let least, .rating): "\(least)"
        case .atLeast(let least, _): "\(Int(least))"
        case .tagged(let tags): tags.formatted(or: " or ")
        default: ""
        }
    }
}

extension [String] {
    /// `a, b or c`.
    fileprivate func formatted(or word: String) -> String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + word + last
    }
}
