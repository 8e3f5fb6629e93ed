import Foundation

/// JSON in columns: times as RFC 3339 in UTC with fractions of a second, bytes as base64.
enum DatabaseJSON {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(fractional))
        }
        return encoder
    }()

    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            let bytes = Array(text.utf8.dropLast(text.hasSuffix("Z") ? 1 : 0))
            guard let date = Timestamp.date(from: bytes.span) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "Not an RFC 3339 time")
            }
            return date
        }
        return decoder
    }()

    private static let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
