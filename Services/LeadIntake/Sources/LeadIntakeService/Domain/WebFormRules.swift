package import Contracts

/// What a form may be like.
package enum WebFormRules {
    /// The form with the changes, every value in one form.
    ///
    /// - Returns: what is wrong, if anything is; all of it.
    package static func apply(_ changes: WebFormChanges, to form: WebForm) -> (form: WebForm, faults: [Finding]) {
        var (next, faults) = (form, [Finding]())
        next.take(changes)
        if !changes.name.isKept || form.name.isEmpty {
            next.name = changes.name.value?.cleaned(limit: 200) ?? ""
            if next.name.isEmpty { faults.append(Finding("name", "is required: it tells the form from others")) }
        }
        if !changes.allowedOrigins.isKept || form.allowedOrigins.isEmpty {
            (next.allowedOrigins, faults) = origins(changes.allowedOrigins.value ?? [], faults)
        }
        for (field, edit) in [("success_url", changes.successURL), ("failure_url", changes.failureURL)] {
            if let url = edit.value, WebRedirect.checked(url) == nil {
                faults.append(Finding(field, "must be an absolute address, as https://lafonda.example/thanks, in plain letters"))
            }
        }
        next.tags = Tags.normalised(next.tags)
        if next.tags.count > Tags.limit { faults.append(Finding("tags", "must be \(Tags.limit) at most")) }
        if let country = changes.country.value {
            next.country = Country.code(of: country)
            if next.country.flatMap(NumberingPlan.of) == nil {
                faults.append(Finding("country", "must be the code of a country whose numbering plan is known, such as GT"))
            }
        }
        if next.honeypot.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,59}/) == nil {
            faults.append(Finding("honeypot", "must be the name of a field: letters, digits, - and _"))
        } else if FormFields.meaning(of: next.honeypot) != nil {
            faults.append(Finding("honeypot", "must be a field that people don't fill in"))
        }
        if !(0.001...1_000).contains(next.rate) { faults.append(Finding("rate", "must be between 0.001 and 1,000 posts a second")) }
        if !(1...100_000).contains(next.burst) { faults.append(Finding("burst", "must be between 1 and 100,000 posts")) }
        return (next, faults)
    }

    private static func origins(_ given: [String], _ before: [Finding]) -> (origins: [String], faults: [Finding]) {
        var (origins, faults) = ([String](), before)
        if given.isEmpty { faults.append(Finding("allowed_origins", "must name one at least: https://lafonda.example, or * for any")) }
        if given.count > 100 { faults.append(Finding("allowed_origins", "must be 100 at most")) }
        for (index, text) in given.prefix(100).enumerated() {
            guard let origin = text == WebOrigin.anywhere ? text : WebOrigin.normalised(text) else {
                faults.append(Finding("allowed_origins/\(index)", "must be scheme and host only, as https://lafonda.example, or *"))
                continue
            }
            if !origins.contains(origin) { origins.append(origin) }
        }
        return (origins, faults)
    }
}

extension WebForm {
    /// Takes over what needs no check, or is checked afterwards.
    fileprivate mutating func take(_ changes: WebFormChanges) {
        if !changes.successURL.isKept { successURL = changes.successURL.value }
        if !changes.failureURL.isKept { failureURL = changes.failureURL.value }
        if !changes.source.isKept { source = changes.source.value ?? .website }
        if !changes.tags.isKept { tags = changes.tags.value ?? [] }
        if !changes.assignedTo.isKept { assignedTo = changes.assignedTo.value?.cleaned(limit: 120) }
        if !changes.country.isKept { country = changes.country.value }
        if !changes.honeypot.isKept { honeypot = changes.honeypot.value ?? Self.defaultHoneypot }
        if let rate = changes.rate.value { self.rate = rate }
        if let burst = changes.burst.value { self.burst = burst }
    }
}

/// Whether a browser may post from where it is.
package enum FormOrigin: Hashable, Sendable {
    /// No browser says where from; there is nobody to be told of.
    case unsaid
    /// What `Access-Control-Allow-Origin` has to say.
    case allowed(String)
    case refused

    /// `null` is what browsers say of pages that have no origin (a file, a sandbox): nobody could be named by it.
    package init(_ header: String?, form: WebForm, own: String?) {
        if form.allowedOrigins.contains(WebOrigin.anywhere) {
            self = .allowed(WebOrigin.anywhere)
        } else if let header {
            guard let origin = WebOrigin.normalised(header), form.allowedOrigins.contains(origin) || origin == own else {
                self = .refused
                return
            }
            self = .allowed(origin)
        } else {
            self = .unsaid
        }
    }
}
