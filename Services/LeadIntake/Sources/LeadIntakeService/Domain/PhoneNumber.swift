/// A telephone number in E.164: `+50255501234`.
package struct PhoneNumber: Hashable, Sendable {
    package let e164: String
    /// Whose it is, when the numbering plan tells.
    package let country: String?

    /// Reads a number in any notation, as people of `country` would dial it.
    ///
    /// A number that its country's plan does not allow is none: nothing is guessed or filled up. Extensions are left out, of several
    /// numbers in one text the first possible one is taken.
    ///
    /// - Returns: `nil` when there is no possible number in `text`.
    package init?(_ text: String, country: String?) {
        for part in Self.parts(of: text) {
            if let number = Self.one(part, country: country) {
                self = number
                return
            }
        }
        // "555-0101, 555-0102": only now, since a comma may also stand inside of one number.
        guard text.utf8.contains(UInt8(ascii: ",")),
            let first = text.split(separator: ",").lazy.compactMap({ Self.one($0, country: country) }).first
        else {
            return nil
        }
        self = first
    }

    private static func parts(of text: String) -> [Substring] {
        func parts(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|") || byte == 10
        }
        return text.utf8.contains(where: parts) ? text.utf8.split(whereSeparator: parts).map { Substring($0) } : [Substring(text)]
    }

    private init(e164: String, country: String?) {
        self.e164 = e164
        self.country = country
    }

    private static func one(_ text: Substring, country: String?) -> PhoneNumber? {
        guard var (digits, isInternational) = digits(of: text) else { return nil }
        let plan = country.flatMap(NumberingPlan.of)

        if !isInternational, digits.hasPrefix("00") {
            digits = digits.dropFirst(2)
            isInternational = true
        } else if !isInternational, plan?.callingCode == "1", digits.hasPrefix("011") {
            digits = digits.dropFirst(3)
            isInternational = true
        }
        if isInternational { return international(digits) }
        guard let plan else { return nil }
        if let national = national(digits, plan) { return PhoneNumber(e164: "+" + plan.callingCode + national, country: plan.country) }
        // The calling code without its plus: 12055550101, 502 5550 1234.
        return digits.hasPrefix(plan.callingCode) ? international(digits) : nil
    }

    /// The number's digits, up to an extension; none when there is anything in it that no telephone number has.
    private static func digits(of text: Substring) -> (Substring, isInternational: Bool)? {
        var digits = ""
        var isInternational = false
        scan: for character in text.unicodeScalars {
            switch character {
            case "0"..."9": digits.unicodeScalars.append(character)
            case "+" where digits.isEmpty: isInternational = true
            case "x", "X", "#": break scan
            case "e" where digits.count >= 6, "E" where digits.count >= 6: break scan
            case "e" where digits.isEmpty, "E" where digits.isEmpty: continue
            case "(", ")", "-", ".", " ", "\u{A0}", "\u{202F}", "\t", "–", "—", "‑", "\u{200E}", "\u{202A}", "\u{202C}", "'", ",": continue
            case "t" where digits.isEmpty, "T" where digits.isEmpty, "l" where digits.isEmpty, ":" where digits.isEmpty: continue
            default: return nil
            }
        }
        // A spreadsheet's number: 2053293242.0, 9.18E+11. The first is whole; of the second most digits are lost.
        let trimmed = text.utf8.drop { $0 == 32 }
        if trimmed.last == 48, trimmed.dropLast().last == UInt8(ascii: "."), trimmed.dropLast(2).allSatisfy({ (48...57).contains($0) }) {
            digits.removeLast()
        }
        if zip(text.utf8, text.utf8.dropFirst()).contains(where: { $0 | 32 == UInt8(ascii: "e") && $1 == UInt8(ascii: "+") }) { return nil }
        return (6...17).contains(digits.utf8.count) ? (Substring(digits), isInternational) : nil
    }

    private static func international(_ digits: Substring) -> PhoneNumber? {
        guard let plan = NumberingPlan.ofInternational(digits) else {
            // E.164 §6: at most 15 digits; a country's own number has 4 at least.
            let isPossible = NumberingPlan.isAssigned(digits) && (7...15).contains(digits.utf8.count)
            return isPossible ? PhoneNumber(e164: "+" + digits, country: nil) : nil
        }
        let rest = digits.dropFirst(plan.callingCode.utf8.count)
        guard let national = national(rest, plan) else { return nil }
        return PhoneNumber(e164: "+" + plan.callingCode + national, country: plan.country)
    }

    /// `digits` as a national number of `plan`: as it stands, or without its trunk prefix: `(0)20 ...`.
    private static func national(_ digits: Substring, _ plan: NumberingPlan) -> Substring? {
        if plan.allows(digits) { return digits }
        for prefix in plan.trunkPrefixes where digits.hasPrefix(prefix) {
            let rest = digits.dropFirst(prefix.utf8.count)
            if plan.allows(rest) { return rest }
        }
        // Mexico wrote 1 before mobile numbers until 2019 (IFT, Plan Técnico Fundamental de Numeración).
        if plan.country == "MX", digits.hasPrefix("1"), plan.allows(digits.dropFirst()) { return digits.dropFirst() }
        return nil
    }
}
