/// A document of maps and lists whose order is kept, written as YAML 1.2.
package indirect enum Document: Hashable, Sendable {
    case map([Entry])
    case list([Document])
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case null

    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: Document
    }

    /// What stands under `path`.
    package subscript(_ path: [String]) -> Document? {
        path.reduce(Optional(self)) { document, key in
            guard case .map(let entries) = document else { return nil }
            return entries.first { $0.key == key }?.value
        }
    }

    package var keys: [String] {
        guard case .map(let entries) = self else { return [] }
        return entries.map(\.key)
    }
}

extension Document: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(arrayLiteral elements: Document...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Document)...) {
        self = .map(elements.map { Entry(key: $0.0, value: $0.1) })
    }

    /// The entries of both; these first.
    func merging(_ other: Document?) -> Document {
        guard case .map(let mine) = self, case .map(let theirs)? = other else { return self }
        return .map(mine + theirs)
    }

    static func texts(_ values: [String]) -> Document { .list(values.map(Document.text)) }
    static func reference(_ path: String...) -> Document {
        let pointer = path.map { $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined(separator: "/")
        return ["$ref": .text("#/\(pointer)")]
    }
}

extension Document {
    /// The document as YAML, ending in a newline.
    package var yaml: String {
        var lines: [String] = []
        write(into: &lines, indent: "")
        return lines.joined(separator: "\n") + "\n"
    }

    private func write(into lines: inout [String], indent: String) {
        switch self {
        case .map(let entries) where !entries.isEmpty:
            for entry in entries {
                let key = Self.scalar(entry.key)
                if entry.value.isBlock {
                    lines.append("\(indent)\(key):")
                    entry.value.write(into: &lines, indent: indent + "  ")
                } else {
                    lines.append("\(indent)\(key): \(entry.value.inline)")
                }
            }
        case .list(let values) where !values.isEmpty:
            for value in values {
                guard value.isBlock else {
                    lines.append("\(indent)- \(value.inline)")
                    continue
                }
                var inner: [String] = []
                value.write(into: &inner, indent: indent + "  ")
                if let first = inner.first { inner[0] = "\(indent)- \(first.dropFirst(indent.count + 2))" }
                lines += inner
            }
        default:
            lines.append(indent + inline)
        }
    }

    private var isBlock: Bool {
        switch self {
        case .map(let entries): !entries.isEmpty
        case .list(let values): !values.isEmpty && !values.allSatisfy(\.isScalar)
        default: false
        }
    }

    private var isScalar: Bool {
        switch self {
        case .map, .list: false
        default: true
        }
    }

    private var inline: String {
        switch self {
        case .map: "{}"
        case .list(let values): "[\(values.map(\.inline).joined(separator: ", "))]"
        case .text(let text): Self.scalar(text)
        case .integer(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .null: "null"
        }
    }

    /// Plain where no reader could take it for something else, quoted as in JSON everywhere else.
    private static func scalar(_ text: String) -> String {
        let first = text.unicodeScalars.first
        let isPlain =
            first.map { $0.properties.isAlphabetic && $0.isASCII } == true
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789_.-/ ".unicodeScalars.contains($0))
            }
            && text.last != " "
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
