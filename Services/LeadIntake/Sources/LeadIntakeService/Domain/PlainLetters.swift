import Foundation

/// How letters are written in plain ASCII.
enum PlainLetters {
    /// What canonical decomposition does not take apart.
    private static let single: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ħ": "h", "Ħ": "h", "ŧ": "t", "Ŧ": "t", "ŋ": "n", "Ŋ": "n",
    ]
    /// An apostrophe inside a word is no word break: `Joe's` is `joes`.
    private static let silent: Set<Unicode.Scalar> = ["'", "’", "‘", "`", "´"]

    static func slug(of text: String) -> String {
        var out: [UInt8] = []
        var isGap = false
        func append(_ byte: UInt8) {
            if isGap, !out.isEmpty { out.append(UInt8(ascii: "-")) }
            isGap = false
            out.append(byte)
        }
        let scalars = text.utf8.allSatisfy { $0 < 128 } ? text : text.decomposedStringWithCompatibilityMapping
        for scalar in scalars.unicodeScalars {
            switch scalar.value {
            case 48...57, 97...122: append(UInt8(scalar.value))
            case 65...90: append(UInt8(scalar.value + 32))
            case 0x300...0x36F: continue
            default:
                if silent.contains(scalar) { continue }
                if let letters = single[scalar] {
                    letters.utf8.forEach { append($0) }
                } else if scalar == "&" {
                    isGap = true
                    "and".utf8.forEach { append($0) }
                    isGap = true
                } else {
                    isGap = true
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func romanised(_ text: String) -> String? {
        text.applyingTransform(.toLatin, reverse: false)
    }
}
