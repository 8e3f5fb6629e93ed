import Contracts
import Foundation
import Hummingbird

/// A form as a browser posts it: `application/x-www-form-urlencoded`.
struct FormBody: Sendable {
    private let fields: [String: String]

    subscript(_ name: String) -> String? { fields[name] }

    init(_ request: Request) async throws {
        let body = try await request.body.collect(upTo: 64 * 1_024)
        fields = Self.fields(of: String(buffer: body))
    }

    /// - Returns: of a name that comes twice, the first.
    static func fields(of text: String) -> [String: String] {
        let pairs = text.split(separator: "&").compactMap { pair -> (String, String)? in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = plain(parts[0]), let value = plain(parts.count > 1 ? parts[1] : "") else { return nil }
            return (name, value)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The parameters of an address's query, which forms write alike.
    static func parameters(of query: String?) -> [(name: String, value: String)] {
        fields(of: query ?? "").map { (name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private static func plain(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
