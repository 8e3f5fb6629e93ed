import Crypto
package import Foundation

/// 256 random bits that whoever holds them is known by; here only their hash is kept.
///
/// Unlike a password it can't be guessed, so that one round of SHA-256 will do.
package struct SecretToken: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// A new one; `prefix` tells people, and scanners for leaked secrets, what it is.
    package static func make(prefix: String = "") -> Self { Self(prefix + random(32).base64URL) }

    package static let apiPrefix = "plt_"

    package var hash: Data { Data(SHA256.hash(data: Data(text.utf8))) }

    /// What a form of this session must bring: only who has the session's secret can know it, and it doesn't tell the secret.
    package var csrf: String {
        Data(HMAC<SHA256>.authenticationCode(for: Data("csrf".utf8), using: SymmetricKey(data: Data(text.utf8)))).base64URL
    }

    package func isCSRF(_ given: String?) -> Bool {
        Data((given ?? "").utf8).isSameInConstantTime(as: Data(csrf.utf8))
    }

    /// Never in a log.
    package var description: String { "(secret)" }

    package static func random(_ count: Int) -> Data {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

extension Data {
    /// Tells nothing but the length by how long it takes.
    package func isSameInConstantTime(as other: Data) -> Bool {
        count == other.count && zip(self, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// RFC 4648 §5, without padding.
    package var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package init?(base64URL text: String) {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
