import Foundation

/// Numbers and absences, as exports write them.
enum CellValue {
    /// The text of a cell; `nil` for the many ways to say that there is nothing.
    static func text(_ cell: String) -> String? {
        guard let text = cell.cleaned(limit: 8_000), let first = text.utf8.first else { return nil }
        return mayBeNothing(first, length: text.utf8.count) && nothing.contains(text.lowercased()) ? nil : text
    }

    private static let nothing: Set<String> = [
        "none", "null", "nil", "nan", "n/a", "na", "-", "--", "—", "·", "undefined", "not available", "not found", "no email found",
        "no phone number", "no website", "error accessing website", "has no rating", "has no comments.", "#n/a", "#error!",
    ]
    private static let longestNothing = nothing.map(\.utf8.count).max() ?? 0
    private static let beginnings = Set(nothing.compactMap(\.utf8.first))

    private static func mayBeNothing(_ first: UInt8, length: Int) -> Bool {
        guard length <= longestNothing else { return false }
        return beginnings.contains((65...90).contains(first) ? first | 32 : first)
    }

    /// `84`, `84.0`, `(62)`, `1,234`, `1.234 reviews`, `1.2K`.
    static func count(_ cell: String) -> Int? {
        if (1...9).contains(cell.utf8.count), cell.utf8.allSatisfy({ (48...57).contains($0) }) { return Int(cell) }
        let text = cell.drop { !$0.isASCII || !($0.isNumber || $0 == "-") }
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
        guard !number.isEmpty else { return nil }
        let factor: Double =
            switch text.dropFirst(number.count).first {
            case "K", "k": 1_000
            case "M": 1_000_000
            default: 1
            }
        let groups = number.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        let isGrouped =
            groups.count > 1 && factor == 1 && groups.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(groups[0].count)
        let plain = isGrouped ? groups.joined() : String(number.replacing(",", with: "."))
        guard let value = Double(plain), (0...1e9).contains(value * factor) else { return nil }
        return Int((value * factor).rounded())
    }

    /// `4.7`, `5,0`, `4.100000`, `4,6 (283)`.
    static func decimal(_ cell: String) -> Double? {
        if cell.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) { return Double(cell) }
        let number = cell.drop { $0 == " " }.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "," || $0 == "-") }
        return Double(number.replacing(",", with: "."))
    }

    /// A postal code that a spreadsheet took for a number: `90744.0` is `90744`, and in the United States `7102.0` is `07102`.
    static func postalCode(_ text: String, country: String?) -> String {
        guard text.utf8.last == 48, text.hasSuffix(".0"), text.dropLast(2).allSatisfy(\.isNumber) else { return text }
        let digits = text.dropLast(2)
        return country == "US" ? String(repeating: "0", count: max(0, 5 - digits.count)) + digits : String(digits)
    }

    static func isTrue(_ cell: String) -> Bool {
        ["true", "1", "yes", "sí", "si"].contains(cell.lowercased())
    }
}
