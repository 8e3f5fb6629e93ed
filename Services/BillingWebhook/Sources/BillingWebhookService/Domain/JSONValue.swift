/// A JSON document whose shape isn't promised: read by path, every step of which may be missing.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What stands at the end of `path`; none as well when that is `null`.
    subscript(_ path: String...) -> JSONValue? {
        var value = self
        for key in path {
            guard case .object(let members) = value, let member = members[key] else { return nil }
            value = member
        }
        return value == .null ? nil : value
    }

    /// None when it is empty: the providers write `""` for what isn't known. Without U+0000, which a text column doesn't hold.
    var text: String? {
        guard case .string(var text) = self else { return nil }
        if text.utf8.contains(0) { text.replace("\0", with: "") }
        return text.isEmpty ? nil : text
    }

    /// A whole number, also one written `1500.0`.
    var whole: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    var flag: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    var elements: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        // Texts first: most of what the providers send is one.
        if let single = try? decoder.singleValueContainer() {
            if let value = try? single.decode(String.self) {
                self = .string(value)
                return
            }
            if single.decodeNil() {
                self = .null
                return
            }
        }
        if let members = try? decoder.container(keyedBy: AnyKey.self) {
            self = .object(
                try members.allKeys.reduce(into: [:]) { object, key in
                    object[key.stringValue] = try members.decode(JSONValue.self, forKey: key)
                }
            )
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
            self = .array(values)
            return
        }
        let single = try decoder.singleValueContainer()
        if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int.self) {
            self = .integer(value)
        } else {
            self = .number(try single.decode(Double.self))
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
