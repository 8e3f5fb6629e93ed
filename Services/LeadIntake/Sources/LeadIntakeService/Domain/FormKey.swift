import Foundation

/// A form's key: `plf_` and 22 letters that stand for 128 random bits. No secret, but not to be guessed either.
package enum FormKey {
    package static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let letters = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return "plf_" + letters
    }

    /// Whether `text` can be one, so that what can't be needs no look into the database.
    package static func isOne(_ text: String) -> Bool {
        text.wholeMatch(of: /plf_[A-Za-z0-9_-]{22}/) != nil
    }
}
