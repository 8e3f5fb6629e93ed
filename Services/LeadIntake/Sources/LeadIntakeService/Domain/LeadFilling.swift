package import Foundation
package import Contracts

extension CheckedLead {
    /// What this listing knows and `lead` doesn't yet. What is known is never overwritten: the newer listing need not be the better one,
    /// and people may have mended it.
    ///
    /// - Returns: the lead with its gaps filled, its scores not made anew yet, and the names of the fields; `nil` when there is nothing to fill.
    package func filling(_ lead: Lead, at time: Date) -> (lead: Lead, changed: [String])? {
        var filled = lead
        var changed: [String] = []
        func fill<Value>(_ field: WritableKeyPath<Lead, Value?>, _ value: Value?, _ name: String) {
            guard filled[keyPath: field] == nil, let value else { return }
            filled[keyPath: field] = value
            changed.append(name)
        }
        fill(\.category, draft.category, "category")
        fill(\.subcategory, draft.subcategory, "subcategory")
        fill(\.address, draft.address, "address")
        fill(\.city, draft.city, "city")
        fill(\.state, draft.state, "state")
        fill(\.postalCode, draft.postalCode, "postal_code")
        fill(\.country, draft.country, "country")
        fill(\.latitude, draft.latitude, "latitude")
        fill(\.longitude, draft.longitude, "longitude")
        fill(\.phone, draft.phone, "phone")
        fill(\.email, draft.email, "email")
        fill(\.websiteURL, draft.websiteURL, "website_url")
        fill(\.rating, draft.rating, "rating")
        fill(\.reviewCount, draft.reviewCount, "review_count")
        fill(\.photoCount, draft.photoCount, "photo_count")
        fill(\.openingHours, draft.openingHours, "opening_hours")
        // A person's name is filled as a whole: half of one and half of another is nobody.
        if lead.firstName == nil, lead.lastName == nil {
            fill(\.firstName, draft.firstName, "first_name")
            fill(\.lastName, draft.lastName, "last_name")
            fill(\.title, draft.title, "title")
        }
        fill(\.company, draft.company, "company")
        fill(\.acquisitionCost, draft.acquisitionCost, "acquisition_cost")
        guard !changed.isEmpty else { return nil }
        filled.updatedAt = time
        return (filled, changed)
    }
}
