/// A mailbox that one can write to: lower case, syntax checked. Comments, quoted local parts and address literals of RFC 5321 are
/// refused: no business has one, and most providers refuse them too.
package struct EmailAddress: Hashable, Sendable {
    package let text: String
    package var domain: Substring { text[text.index(after: text.lastIndex(of: "@") ?? text.startIndex)...] }
    package var localPart: Substring { text[..<(text.lastIndex(of: "@") ?? text.startIndex)] }

    /// - Returns: `nil` unless it is one whole address (RFC 5321 §4.5.3.1: local part up to 64 octets, domain up to 255, path up to 254).
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        var hasCapitals = false
        let isAddress = text.withUTF8 { bytes -> Bool in
            guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
            let local = bytes[..<at]
            let domain = bytes[(at + 1)...]
            guard (1...64).contains(local.count), (4...253).contains(domain.count) else { return false }
            hasCapitals = bytes.contains { (65...90).contains($0) }
            return Self.isDotAtom(local) && Self.isHost(domain)
        }
        guard isAddress else { return nil }
        self.text = hasCapitals ? text.lowercased() : text
    }

    private static func isDotAtom(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var before = UInt8(ascii: ".")
        for byte in bytes {
            if byte == UInt8(ascii: ".") ? before == byte : !isAtomText(byte) { return false }
            before = byte
        }
        return before != UInt8(ascii: ".")
    }

    private static func isHost(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var start = bytes.startIndex
        var labels = 0
        var lastIsName = false
        for at in bytes.startIndex...bytes.endIndex {
            guard at == bytes.endIndex || bytes[at] == UInt8(ascii: ".") else {
                if !isLetterOrDigit(bytes[at]), bytes[at] != UInt8(ascii: "-") { return false }
                continue
            }
            let label = bytes[start..<at]
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return false }
            labels += 1
            lastIsName = label.count >= 2 && label.contains { !(48...57).contains($0) }
            start = at + 1
        }
        return labels >= 2 && lastIsName
    }

    /// RFC 5322 §3.2.3.
    private static func isAtomText(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }
}
