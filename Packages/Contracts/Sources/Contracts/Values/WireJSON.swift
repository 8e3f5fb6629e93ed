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
