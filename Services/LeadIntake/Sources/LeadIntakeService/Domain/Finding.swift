/// Something about one field of a business's data that does not hold.
package struct Finding: Codable, Hashable, Sendable {
    /// The field's name on the wire: `phone`; empty when it is about the whole.
    package var field: String
    package var detail: String

    package init(_ field: String, _ detail: String) {
        self.field = field
        self.detail = detail
    }
}

extension [Finding] {
    /// All of them in one sentence.
    package var reason: String {
        map { $0.field.isEmpty ? $0.detail : "\($0.field) \($0.detail)" }.joined(separator: "; ")
    }

    /// The first field that is named.
    package var field: String? {
        lazy.map(\.field).first { !$0.isEmpty }
    }
}

/// What happens to a value that can't be right.
package enum Strictness: Sendable {
    /// Somebody typed it in, or a program sent it: the whole lead is refused, so that they can mend it.
    case entry
    /// It was scraped, and nobody is there to mend it: the value is left out with a warning, the lead is good without it.
    case `import`
}
