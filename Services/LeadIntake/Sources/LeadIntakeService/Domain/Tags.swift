/// Labels that people put on a lead: trimmed, in lower case, each once.
package enum Tags {
    package static let limit = 50
    /// What every archived lead has.
    package static let archived = "archived"

    /// The tags in the form that all have, in their order; what is empty is left out.
    package static func normalised(_ tags: [String]) -> [String] {
        var seen: [String] = []
        for tag in tags.compactMap({ $0.cleaned(limit: 60)?.lowercased() }) where !seen.contains(tag) { seen.append(tag) }
        return seen
    }
}
