import Foundation
import Testing

/// Recorded deliveries and published vectors, byte for byte.
enum Fixture {
    static func data(_ path: String) throws -> Data {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        return try Data(contentsOf: folder.appending(path: path))
    }

    static func decode<Value: Decodable>(_ path: String, as _: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: data(path))
    }
}

extension Date {
    static func unix(_ seconds: TimeInterval) -> Date { Date(timeIntervalSince1970: seconds) }
}
