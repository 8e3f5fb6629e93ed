import Foundation

/// What an SMS's text costs, and how to make it cost less.
///
/// One character outside of GSM-7 makes the whole text UCS-2: 70 characters in a segment instead of 160 (3GPP TS 23.038).
package enum SMSText {
    /// Twilio refuses longer ones (error 21617).
    package static let longest = 1_600

    private static let basic = Set(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
            .unicodeScalars
    )
    /// These take two places.
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)

    /// Which of ASCII stands for itself.
    private static let ascii = (0..<128).map { number in
        let scalar = Unicode.Scalar(UInt8(number))
        return basic.contains(scalar) || extended.contains(scalar)
    }

    /// What word processors and listings put where a keyboard's character would do.
    private static let plain: [Unicode.Scalar: String] = [
        "\u{2018}": "'", "\u{2019}": "'", "\u{201A}": "'", "\u{2032}": "'", "`": "'", "\u{00B4}": "'",
        "\u{201C}": "\"", "\u{201D}": "\"", "\u{201E}": "\"", "\u{00AB}": "\"", "\u{00BB}": "\"",
        "\u{2010}": "-", "\u{2011}": "-", "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{2212}": "-",
        "\u{2026}": "...", "\u{2022}": "-", "\u{00B7}": "-", "\u{2122}": "", "\u{00AE}": "", "\u{00A9}": "",
        "\u{00A0}": " ", "\u{2009}": " ", "\u{202F}": " ", "\t": " ", "\u{200B}": "", "\u{FEFF}": "",
    ]

    /// The text in characters of GSM-7 as far as it loses nothing that a reader would miss: quotes, dashes, and the accents that
    /// GSM-7 has no letter for. Other scripts and emoji stay as they are.
    package static func tidy(_ text: String) -> String {
        // Most texts have nothing to tidy.
        if text.utf8.allSatisfy({ $0 < 0x80 && ascii[Int($0)] }) { return text.trimmingCharacters(in: .whitespacesAndNewlines) }
        var result = ""
        for character in text.precomposedStringWithCanonicalMapping {
            if let byte = character.asciiValue, ascii[Int(byte)] {
                result.append(character)
                continue
            }
            let scalars = character.unicodeScalars
            if scalars.allSatisfy({ basic.contains($0) || extended.contains($0) }) {
                result.append(character)
            } else if let scalar = scalars.first, scalars.count == 1, let plain = plain[scalar] {
                result += plain
            } else {
                let bare = String(character).folding(options: .diacriticInsensitive, locale: nil)
                result += bare.unicodeScalars.allSatisfy(basic.contains) ? bare : String(character)
            }
        }
        return result.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// In how many segments it travels.
    package static func segments(of text: String) -> Int {
        var places = 0
        for scalar in text.unicodeScalars {
            if basic.contains(scalar) {
                places += 1
            } else if extended.contains(scalar) {
                places += 2
            } else {
                return pieces(of: text.utf16.count, single: 70, joined: 67)
            }
        }
        return pieces(of: places, single: 160, joined: 153)
    }

    private static func pieces(of length: Int, single: Int, joined: Int) -> Int {
        length <= single ? 1 : (length + joined - 1) / joined
    }

    /// With the words that tell how to hear no more of us, unless it has them; they are law in most countries, and every carrier's rule.
    package static func withOptOut(_ text: String, _ language: Language) -> String {
        if text.firstMatch(of: /\b(?:STOP|ALTO|BAJA)\b/) != nil { return text }
        return switch language {
        case .english: "\(text) Reply STOP to opt out."
        case .spanish: "\(text) Responda ALTO para no recibir más."
        }
    }
}
