/// Headers of a NATS message, in order. Names are case-sensitive, as they are to the server.
public struct NATSHeaders: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    public var fields: [Field] = []

    public init() {}

    /// The first value of `name`. Setting replaces all of them; `nil` removes them.
    public subscript(_ name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    public var isEmpty: Bool { fields.isEmpty }
}

extension NATSHeaders: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0, value: $1) }
    }
}
