package import Foundation

/// The part of a lead's public address that is its own: `la-fonda-de-ana-antigua-guatemala`.
package enum Slug {
    package static let limit = 80

    /// The slug that a business would like: its name, and the place where the name doesn't say it.
    package static func wished(name: String, place: String?) -> String {
        let name = name.asciiSlug
        let place = place?.asciiSlug ?? ""
        let saysPlace = name == place || name.hasSuffix("-" + place)
        let both = [name, saysPlace ? "" : place].filter { !$0.isEmpty }.joined(separator: "-")
        let cut = shortened(both)
        return cut.isEmpty ? "lead" : cut
    }

    /// A slug given from outside, in the form all have; `nil` when nothing is left of it.
    package static func given(_ text: String?) -> String? {
        guard let slug = text.map({ shortened($0.asciiSlug) }), !slug.isEmpty else { return nil }
        return slug
    }

    /// A slug that is asked for: as long as any can be, with the time behind it.
    package static func key(_ text: String) -> String? {
        let slug = text.prefix(200).asciiSlug
        return slug.isEmpty ? nil : slug
    }

    /// What a lead gets when `slug` is taken: the time behind it, in milliseconds since 1970; `turn` tells apart those of one moment.
    package static func suffixed(_ slug: String, at time: Date, turn: Int) -> String {
        "\(slug)-\(Int64(time.timeIntervalSince1970 * 1000) + Int64(turn))"
    }

    /// Ends at a word, if there is one in the latter half.
    private static func shortened(_ slug: String) -> String {
        guard slug.utf8.count > limit else { return slug }
        let head = slug.prefix(limit)
        guard let end = head.lastIndex(of: "-"), head.distance(from: head.startIndex, to: end) > limit / 2 else { return String(head) }
        return String(head[..<end])
    }
}
