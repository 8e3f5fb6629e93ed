package import Contracts

/// Applies what people want to change to a lead: only what they name is checked, so that an old fault elsewhere doesn't stop them.
package enum LeadEditing {
    package enum Outcome: Sendable {
        case edited(Lead, warnings: [Finding])
        case rejected([Finding])
    }

    /// The lead with the changes, every value in the form that ``Contracts/Lead`` promises; its scores are not made anew yet.
    package static func apply(_ changes: LeadChanges, to lead: Lead, defaultCountry: String) -> Outcome {
        var errors = missing(in: changes)
        let draft = draft(of: changes, for: lead)
        let check = LeadCheck(.entry, defaultCountry: defaultCountry, defaultSource: lead.source)
        if let probability = changes.conversionProbability.value, !(0...1).contains(probability) {
            errors.append(Finding("conversion_probability", "must be between 0.0 and 1.0"))
        }
        guard case .accepted(let checked, let warnings) = check(draft) else {
            if case .rejected(let findings) = check(draft) { errors += findings }
            return .rejected(errors)
        }
        if changes.websiteURL.value != nil, checked.draft.websiteURL == nil, !checked.profiles.isEmpty {
            errors.append(Finding("website_url", "is a page on somebody else's site: give a web site of the business's own, or null"))
        }
        guard errors.isEmpty else { return .rejected(errors) }
        var edited = lead
        edited.take(changes, checked: checked.draft)
        return .edited(edited, warnings: warnings)
    }

    /// What every lead has can't be taken from it.
    private static func missing(in changes: LeadChanges) -> [Finding] {
        var findings: [Finding] = []
        if changes.name == .clear { findings.append(Finding("name", "is required: every lead has the name of its business")) }
        if changes.source == .clear { findings.append(Finding("source", "is required: it may be other")) }
        if changes.salesStage == .clear { findings.append(Finding("sales_stage", "is required: it may be new")) }
        return findings
    }

    private static func draft(of changes: LeadChanges, for lead: Lead) -> LeadDraft {
        var draft = LeadDraft(name: changes.name.value ?? lead.name)
        // Telephone numbers and states are read by the country.
        draft.country = changes.country.isKept ? lead.country : changes.country.value
        if !changes.latitude.isKept || !changes.longitude.isKept {
            draft.latitude = changes.latitude.isKept ? lead.latitude : changes.latitude.value
            draft.longitude = changes.longitude.isKept ? lead.longitude : changes.longitude.value
        }
        draft.company = changes.company.value
        draft.category = changes.category.value
        draft.subcategory = changes.subcategory.value
        draft.gmbID = changes.gmbID.value
        draft.address = changes.address.value
        draft.city = changes.city.value
        draft.state = changes.state.value
        draft.postalCode = changes.postalCode.value
        draft.phone = changes.phone.value
        draft.email = changes.email.value
        draft.websiteURL = changes.websiteURL.value
        draft.rating = changes.rating.value
        draft.reviewCount = changes.reviewCount.value
        draft.photoCount = changes.photoCount.value
        draft.openingHours = changes.openingHours.value
        draft.firstName = changes.firstName.value
        draft.lastName = changes.lastName.value
        draft.title = changes.title.value
        draft.acquisitionCost = changes.acquisitionCost.value
        return draft
    }
}

extension Lead {
    /// Takes over what was changed, as it was checked.
    fileprivate mutating func take(_ changes: LeadChanges, checked: LeadDraft) {
        func take<Value>(_ edit: Edit<Value>, _ field: WritableKeyPath<Lead, Value?>, _ value: Value?) {
            if !edit.isKept { self[keyPath: field] = value }
        }
        if !changes.name.isKept { name = checked.name }
        take(changes.company, \.company, checked.company)
        take(changes.category, \.category, checked.category)
        take(changes.subcategory, \.subcategory, checked.subcategory)
        take(changes.gmbID, \.gmbID, checked.gmbID)
        take(changes.address, \.address, checked.address)
        take(changes.city, \.city, checked.city)
        take(changes.state, \.state, checked.state)
        take(changes.postalCode, \.postalCode, checked.postalCode)
        take(changes.country, \.country, checked.country)
        take(changes.phone, \.phone, checked.phone)
        take(changes.email, \.email, checked.email)
        take(changes.websiteURL, \.websiteURL, checked.websiteURL)
        take(changes.rating, \.rating, checked.rating)
        take(changes.reviewCount, \.reviewCount, checked.reviewCount)
        take(changes.photoCount, \.photoCount, checked.photoCount)
        take(changes.openingHours, \.openingHours, checked.openingHours)
        take(changes.firstName, \.firstName, checked.firstName)
        take(changes.lastName, \.lastName, checked.lastName)
        take(changes.title, \.title, checked.title)
        take(changes.acquisitionCost, \.acquisitionCost, checked.acquisitionCost)
        if changes.phone.value != nil, country == nil { country = checked.country }
        if !changes.latitude.isKept || !changes.longitude.isKept { (latitude, longitude) = (checked.latitude, checked.longitude) }
        source = changes.source.value ?? source
        salesStage = changes.salesStage.value ?? salesStage
        take(changes.assignedTo, \.assignedTo, changes.assignedTo.value?.cleaned(limit: 120))
        take(changes.conversionProbability, \.conversionProbability, changes.conversionProbability.value)
        take(changes.lastContactAt, \.lastContactAt, changes.lastContactAt.value)
        take(changes.nextFollowUpAt, \.nextFollowUpAt, changes.nextFollowUpAt.value)
    }
}
