/// What a site's title says: `Los Angeles Plumbing Pros | Licensed & Insured | Call (310) 555-0123`.
package struct SiteTitle: Hashable, Sendable {
    /// The business's name: what stands before the claims.
    package let name: String?
    /// The number after "Call".
    package let phone: String?

    package init(_ title: String?) {
        let parts = Self.parts(of: Self.decoded(title ?? ""))
        name = parts.first { part in
            !Self.generic.contains(part.lowercased()) && Self.number(in: part) == nil && part.contains(where: \.isLetter)
        }
        phone = parts.lazy.compactMap(Self.number).first
    }

    /// What names a page and not a business.
    private static let generic: Set<String> = [
        "home", "homepage", "home page", "welcome", "index", "untitled", "inicio", "bienvenidos", "site",
    ]

    /// Bars separate; where there are none, dashes and dots with space around them.
    private static func parts(of title: String) -> [String] {
        for separators in [["|", "｜", "¦"], [" – ", " — ", " - ", " • ", " · ", " :: "]]
        where separators.contains(where: { title.contains($0) }) {
            let unified = separators.reduce(title) { $0.replacing($1, with: "|") }
            return unified.split(separator: "|").map { words(String($0)) }.filter { !$0.isEmpty }
        }
        let whole = words(title)
        return whole.isEmpty ? [] : [whole]
    }

    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A telephone number: ten digits or more, in any notation.
    private static func number(in part: String) -> String? {
        var found = ""
        for character in part {
            if character.isASCII, character.isNumber || "+()-. ".contains(character) {
                found.append(character)
            } else if isNumber(found) {
                break
            } else {
                found = ""
            }
        }
        // What stands before it, as in `Tel. 310`, is no part of it.
        return isNumber(found) ? words(String(found.drop { !$0.isNumber && $0 != "+" && $0 != "(" })) : nil
    }

    private static func isNumber(_ text: String) -> Bool { (10...15).contains(text.count(where: \.isNumber)) }

    /// Titles are copied out of HTML now and then.
    private static func decoded(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let entities = [
            ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"),
            ("&#124;", "|"),
            ("&amp;", "&"),
        ]
        return entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

/// A name made of a slug: `la-plumbing-pros` is La Plumbing Pros.
package enum SlugName {
    package static func name(of slug: String?) -> String? {
        var words = (slug ?? "").split { !$0.isLetter && !$0.isNumber }
        // What was added to make it unique is no part of the name.
        if words.count > 1, let last = words.last, last.allSatisfy(\.isNumber), last.count > 3 { words.removeLast() }
        guard words.contains(where: { $0.contains(where: \.isLetter) }) else { return nil }
        return words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
