package import Contracts

extension Lead {
    /// This lead with what it lacks taken from another that is the same business; what it has stays. Its scores are not made anew yet.
    package func merged(with other: Lead) -> Lead {
        var lead = self
        func fill<Value>(_ field: WritableKeyPath<Lead, Value?>) {
            if lead[keyPath: field] == nil { lead[keyPath: field] = other[keyPath: field] }
        }
        fill(\.category)
        fill(\.subcategory)
        fill(\.gmbID)
        fill(\.address)
        fill(\.city)
        fill(\.state)
        fill(\.postalCode)
        fill(\.country)
        fill(\.phone)
        fill(\.email)
        fill(\.websiteURL)
        fill(\.rating)
        fill(\.reviewCount)
        fill(\.photoCount)
        fill(\.openingHours)
        fill(\.company)
        fill(\.acquisitionCost)
        fill(\.assignedTo)
        fill(\.conversionProbability)
        // Half of one place or person and half of another is nowhere and nobody.
        if latitude == nil || longitude == nil { (lead.latitude, lead.longitude) = (other.latitude, other.longitude) }
        if firstName == nil, lastName == nil {
            (lead.firstName, lead.lastName, lead.title) = (other.firstName, other.lastName, other.title)
        }
        lead.tags = Array(Tags.normalised(tags + other.tags.filter { $0 != Tags.archived }).prefix(Tags.limit))
        lead.callAttempts = (callAttempts ?? 0) + (other.callAttempts ?? 0)
        lead.lastContactAt = [lastContactAt, other.lastContactAt].compactMap(\.self).max()
        lead.nextFollowUpAt = [nextFollowUpAt, other.nextFollowUpAt].compactMap(\.self).min()
        return lead
    }

    /// What `other` knew and this lead doesn't: for a note, so that a second telephone number isn't lost.
    package func leftBehind(by other: Lead) -> String {
        let fields: Set = ["name", "address", "city", "phone", "email", "website_url", "gmb_id", "first_name", "last_name", "company"]
        return LeadField.changes(from: self, to: other).filter { fields.contains($0.field) }
            .compactMap { change in change.to.map { "\(change.field): \($0)" } }
            .joined(separator: "\n")
    }
}
