package import Contracts

/// Is this business worth a site? The qualification score, as a table that a person can read.
package enum Qualification {
    /// `points` for every business of which it `holds`.
    package struct Rule: Sendable {
        package let factor: String
        package let points: Int
        package let reason: String
        let holds: @Sendable (Facts) -> Bool

        init(_ factor: String, _ points: Int, _ reason: String, _ holds: @escaping @Sendable (Facts) -> Bool) {
            self.factor = factor
            self.points = points
            self.reason = reason
            self.holds = holds
        }
    }

    // The columns are there to be read down.
    // swift-format-ignore
    package static let rules: [Rule] = [
        //   factor            points  reason
        Rule("has_email",       30,    "has an e-mail address")         { $0.email != nil },
        Rule("has_phone",       10,    "has a phone number")            { $0.phone != nil },
        Rule("good_rating",     20,    "is rated 4.0 or better")        { ($0.rating ?? 0) >= 4.0 },
        Rule("ten_reviews",     15,    "has 10 reviews or more")        { ($0.reviewCount ?? 0) >= 10 },
        Rule("fifty_reviews",   15,    "has 50 reviews or more")        { ($0.reviewCount ?? 0) >= 50 },
        Rule("has_photos",      10,    "has photos")                    { ($0.photoCount ?? 0) > 0 },
        Rule("has_website",    -15,    "has a web site already")        { $0.websiteURL != nil },
    ]

    /// What the score looks at: normalised, so that an impossible e-mail address brings no points.
    package struct Facts: Sendable {
        var email: String?
        var phone: String?
        var rating: Double?
        var reviewCount: Int?
        var photoCount: Int?
        var websiteURL: String?
    }

    /// What speaks for and against a business.
    package static func factors(of facts: Facts) -> [ScoreFactor] {
        rules.filter { $0.holds(facts) }.map { ScoreFactor(factor: $0.factor, points: $0.points, reason: $0.reason) }
    }

    package static func score(_ factors: [ScoreFactor]) -> Int {
        min(100, max(0, factors.reduce(0) { $0 + $1.points }))
    }

    /// The score of a lead that changed: made anew, unless the one it had was set by hand and so stands.
    package static func score(of lead: Lead, before: Lead) -> Int {
        let made = score(factors(of: Facts(before)))
        return made == before.qualificationScore ? score(factors(of: Facts(lead))) : before.qualificationScore
    }
}

extension Qualification.Facts {
    package init(_ draft: LeadDraft) {
        self.init(
            email: draft.email,
            phone: draft.phone,
            rating: draft.rating,
            reviewCount: draft.reviewCount,
            photoCount: draft.photoCount,
            websiteURL: draft.websiteURL
        )
    }

    package init(_ lead: Lead) {
        self.init(
            email: lead.email,
            phone: lead.phone,
            rating: lead.rating,
            reviewCount: lead.reviewCount,
            photoCount: lead.photoCount,
            websiteURL: lead.websiteURL
        )
    }
}
