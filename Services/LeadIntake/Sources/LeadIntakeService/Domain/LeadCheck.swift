package import Contracts

/// Makes a draft, as it was found, into data that may be stored: every value normalised, or refused by name.
package struct LeadCheck: Sendable {
    package let strictness: Strictness
    /// Whose telephone numbers are read where a business does not say its country.
    package let defaultCountry: String
    /// The source of a lead that does not say its own.
    package let defaultSource: LeadSource
    /// What scores the leads that are made of what it accepts.
    package let models: ScoringModels

    package init(
        _ strictness: Strictness,
        defaultCountry: String,
        defaultSource: LeadSource,
        models: ScoringModels = .standard
    ) {
        self.strictness = strictness
        self.defaultCountry = defaultCountry
        self.defaultSource = defaultSource
        self.models = models
    }

    package enum Outcome: Sendable {
        case accepted(CheckedLead, warnings: [Finding])
        case rejected([Finding])
    }

    package func callAsFunction(_ draft: LeadDraft, profiles: [String] = []) -> Outcome {
        var fields = Fields(draft: draft, profiles: profiles, check: self)
        let checked = fields.checked()
        guard fields.errors.isEmpty, let checked else { return .rejected(fields.errors) }
        return .accepted(checked, warnings: fields.warnings)
    }

    /// Reads the fields one after another and collects everything that is wrong, not only the first.
    private struct Fields {
        let draft: LeadDraft
        let profiles: [String]
        let check: LeadCheck
        var errors: [Finding] = []
        var warnings: [Finding] = []

        mutating func checked() -> CheckedLead? {
            guard let name = text(draft.name, "name", limit: 200) else {
                errors.append(Finding("name", "is required: every lead has the name of its business"))
                return nil
            }
            var out = LeadDraft(name: name)
            var pages = profiles
            out.category = text(draft.category, "category", limit: 120)
            out.subcategory = text(draft.subcategory, "subcategory", limit: 120)
            out.slug = Slug.given(draft.slug)
            out.gmbID = placeID()
            out.address = text(draft.address, "address")
            out.city = text(draft.city, "city", limit: 120)
            out.state = text(draft.state, "state", limit: 120)
            out.postalCode = text(draft.postalCode, "postal_code", limit: 20)
            out.country = country()
            if out.country == "US", let state = out.state { out.state = USState.code(of: state) ?? state }
            out.email = email()
            let phone = phone(country: out.country)
            out.phone = phone?.e164
            // Nothing is said of the country but by a number that is possible there.
            out.country = out.country ?? phone?.country
            (out.latitude, out.longitude) = coordinates()
            out.rating = inRange(draft.rating, 0...5, "rating")
            out.reviewCount = inRange(draft.reviewCount, 0...100_000_000, "review_count")
            out.photoCount = inRange(draft.photoCount, 0...100_000_000, "photo_count")
            out.openingHours = hours()
            out.firstName = text(draft.firstName, "first_name", limit: 120)
            out.lastName = text(draft.lastName, "last_name", limit: 120)
            out.title = text(draft.title, "title", limit: 120)
            out.company = text(draft.company, "company", limit: 200)
            out.source = draft.source ?? check.defaultSource
            if inRange(draft.acquisitionCost?.minorUnits, 0...1_000_000_000_000, "acquisition_cost") != nil {
                out.acquisitionCost = draft.acquisitionCost
            }
            out.tags = tags()
            if let site = webAddress() {
                if site.isProfile { pages.append(site.url) } else { out.websiteURL = site.url }
            }
            if !pages.isEmpty { pages = Array(Set(pages.compactMap { WebAddress($0)?.url }).sorted().prefix(10)) }
            return CheckedLead(draft: out, profiles: pages, models: check.models)
        }

        /// A value that can't be right: refused, with what somebody who can mend it should do, or left out with a warning.
        private mutating func object(_ field: String, _ detail: String, _ remedy: String = "correct it, or leave it out") {
            switch check.strictness {
            case .entry: errors.append(Finding(field, "\(detail): \(remedy)"))
            case .import: warnings.append(Finding(field, detail + "; it was left out"))
            }
        }

        /// A text that is longer than any should be is cut, and not without a word.
        private mutating func text(_ text: String?, _ field: String, limit: Int = 500) -> String? {
            guard let text, let cleaned = text.cleaned(limit: limit) else { return nil }
            if cleaned.utf8.count >= limit - 1, text.cleaned(limit: limit + 1) != cleaned {
                warnings.append(Finding(field, "has more than \(limit) characters; the rest was left out"))
            }
            return cleaned
        }

        private mutating func placeID() -> String? {
            guard let text = draft.gmbID?.cleaned() else { return nil }
            guard let id = PlaceID(text) else {
                object("gmb_id", "is not a Google place id")
                return nil
            }
            return id.text
        }

        private mutating func country() -> String? {
            if let text = draft.country?.cleaned() {
                if let code = Country.code(of: text) { return code }
                object("country", "is neither an ISO 3166 code nor the name of a country", "write a code such as GT")
            }
            return nil
        }

        private mutating func phone(country: String?) -> PhoneNumber? {
            guard let text = draft.phone?.cleaned(limit: 200) else { return nil }
            if let number = PhoneNumber(text, country: country ?? check.defaultCountry) { return number }
            object(
                "phone",
                "'\(text.prefix(40))' is not a possible phone number of \(country ?? check.defaultCountry)",
                "write it with its country code, as +50255501234"
            )
            return nil
        }

        private mutating func email() -> String? {
            guard let text = draft.email?.cleaned(limit: 1_000) else { return nil }
            if let address = EmailAddress(text) {
                if DisposableDomains.contains(address.domain) {
                    warnings.append(Finding("email", "is at \(address.domain), whose mailboxes are thrown away after a short while"))
                }
                return address.text
            }
            object("email", "'\(text.prefix(80))' is not an e-mail address", "write one address, as ana@lafonda.example")
            return nil
        }

        private mutating func webAddress() -> WebAddress? {
            guard let text = draft.websiteURL?.cleaned(limit: 4_000) else { return nil }
            if let address = WebAddress(text) { return address }
            object("website_url", "'\(text.prefix(80))' is not a web address", "write it as https://lafonda.example")
            return nil
        }

        private mutating func coordinates() -> (Double?, Double?) {
            guard let latitude = draft.latitude, let longitude = draft.longitude else {
                if draft.latitude != nil || draft.longitude != nil {
                    object("latitude", "and longitude belong together", "give both, or neither")
                }
                return (nil, nil)
            }
            guard (-90...90).contains(latitude), (-180...180).contains(longitude) else {
                object("latitude", "and longitude are not a place on earth")
                return (nil, nil)
            }
            return (latitude, longitude)
        }

        private mutating func inRange<Number: Comparable>(_ value: Number?, _ range: ClosedRange<Number>, _ field: String) -> Number? {
            guard let value else { return nil }
            if range.contains(value) { return value }
            object(field, "must be between \(range.lowerBound) and \(range.upperBound)")
            return nil
        }

        private func hours() -> [DayHours]? {
            let lines = (draft.openingHours ?? []).prefix(14).compactMap { line -> DayHours? in
                guard let day = line.day.cleaned(limit: 40), let hours = line.hours.cleaned(limit: 120) else { return nil }
                return DayHours(day: day, hours: hours)
            }
            return lines.isEmpty ? nil : lines
        }

        private mutating func tags() -> [String]? {
            var seen = Tags.normalised(draft.tags ?? [])
            if seen.count > Tags.limit {
                object("tags", "must be \(Tags.limit) at most")
                seen = Array(seen.prefix(Tags.limit))
            }
            return seen.isEmpty ? nil : seen
        }
    }
}
