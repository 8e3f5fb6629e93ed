public import Foundation

/// JSON as it stands on the wire and in the database: RFC 3339 times in UTC with fractions, keys sorted, slashes bare.
///
/// Keys are snake_case by each type's own `CodingKeys`: a key strategy would read `lead_id` as `leadId`, not `leadID`.
public enum WireJSON {
    public static func encode(_ value: some Encodable) throws -> Data {
        // What the writer doesn't know, or must refuse, is the other's to write, or to refuse in its words.
        if let bytes = WireWriter.bytes(of: value) { return Data(bytes) }
        return try encoder().encode(value)
    }

    public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from data: Data) throws -> Value {
        if let value = WireReader.value(type, from: data) { return value }
        return try decoder().decode(type, from: data)
    }

    /// A text that several values are read from: it is looked through once for all of them.
    public struct Text: Sendable {
        public let data: Data
        private let tree: JSONTree?

        public init(_ data: Data) {
            self.data = data
            tree = JSONTree(data)
        }

        public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            if let tree, let value = WireReader.value(type, from: tree) { return value }
            return try decoder().decode(type, from: data)
        }

        /// Whether the object that the text is has this key.
        public func has(_ key: String) -> Bool { tree?.member(key, of: 0) != nil }
        // What stands there, if it stands there as we write it: without a type's `init(from:)`, for who reads thousands.
        public func string(_ key: String) -> String? { plain(key) { String(validating: $0, as: UTF8.self) } }
        public func date(_ key: String) -> Date? { plain(key, RFC3339.plainDate) }
        public func uuid(_ key: String) -> UUID? { plain(key, UUID.init(plain:)) }

        /// - Returns: `nil` for what isn't there, or is no such value, or is read by ``decode(_:)`` alone.
        public func value<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) -> Value? {
            guard let tree, let place = tree.member(key, of: 0) else { return nil }
            return WireReader.value(type, from: tree, at: place)
        }

        private func plain<Value>(_ key: String, _ read: (ArraySlice<UInt8>) -> Value?) -> Value? {
            guard let tree, let place = tree.member(key, of: 0), !tree.nodes[place].hasEscapes else { return nil }
            return tree.letters(at: place).flatMap(read)
        }
    }

    public static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(RFC3339.string(from: date))
        }
        return encoder
    }

    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = RFC3339.date(from: text) else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "must be an RFC 3339 time such as 2026-01-31T09:30:00Z"
                )
            }
            return date
        }
        return decoder
    }
}
