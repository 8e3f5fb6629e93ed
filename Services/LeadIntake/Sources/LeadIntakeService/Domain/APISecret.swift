import Crypto
package import Foundation

/// The secret of an API key: `plb_` and 43 letters that stand for 256 random bits. Only its SHA-256 is kept: nothing could guess the bits, so
/// that a slow hash would only slow the requests.
package struct APISecret: Sendable {
    package static let prefix = "plb_"

    package let text: String

    package static func make() -> APISecret {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let letters = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return APISecret(text: prefix + letters)
    }

    /// - Returns: `nil` for what can't be one, so that it needs no look into the database.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + 43 else { return nil }
        self.text = text
    }

    private init(text: String) {
        self.text = text
    }

    package var hash: Data { Data(SHA256.hash(data: Data(text.utf8))) }
}

/// What a key may be used for.
package enum APIScope: String, CaseIterable, Sendable {
    case intake, export
}
