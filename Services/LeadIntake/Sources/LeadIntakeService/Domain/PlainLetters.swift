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

    /// Whether a text is printable ASCII with single spaces inside of it only, and no longer than `limit`.
    static func isClean(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
        guard let first = bytes.first, let last = bytes.last, first != 32, last != 32, bytes.count <= limit else { return false }
        var before: UInt8 = 0
        for byte in bytes {
            if byte < 32 || byte > 126 || (byte == 32 && before == 32) { return false }
            before = byte
        }
        return true
    }

    static func slug(of text: String) -> String {
        var text = text
        let plain = text.withUTF8 { bytes -> String? in
            bytes.allSatisfy { $0 < 128 } ? slug(ofASCII: bytes) : nil
        }
        return plain ?? slug(ofScalars: text.decomposedStringWithCompatibilityMapping)
    }

    private static func slug(ofASCII bytes: UnsafeBufferPointer<UInt8>) -> String {
        // Of each `&` five bytes come: -and-
        String(unsafeUninitializedCapacity: bytes.count * 5) { out in
            var end = 0
            var isGap = false
            func append(_ byte: UInt8) {
                if isGap, end > 0 {
                    out[end] = UInt8(ascii: "-")
                    end += 1
                }
                isGap = false
                out[end] = byte
                end += 1
            }
            for byte in bytes {
                switch byte {
                case 48...57, 97...122: append(byte)
                case 65...90: append(byte + 32)
                case UInt8(ascii: "'"), UInt8(ascii: "`"): continue
                case UInt8(ascii: "&"):
                    isGap = true
                    for letter in "and".utf8 { append(letter) }
                    isGap = true
                default: isGap = true
                }
            }
            return end
        }
    }

    private static func slug(ofScalars text: String) -> String {
        var out: [UInt8] = []
        var isGap = false
        func append(_ byte: UInt8) {
            if isGap, !out.isEmpty { out.append(UInt8(ascii: "-")) }
            isGap = false
            out.append(byte)
        }
        for scalar in text.unicodeScalars {
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
