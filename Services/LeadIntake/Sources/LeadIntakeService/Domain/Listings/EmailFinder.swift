/// Finds the addresses in a cell that a scraper filled: several in one cell, with full stops, telephone numbers and words glued to them.
enum EmailFinder {
    static func addresses(in cell: String) -> [EmailAddress] {
        guard cell.utf8.contains(UInt8(ascii: "@")) else { return [] }
        if isPlain(cell) { return EmailAddress(cell).map { isMachine($0) ? [] : [$0] } ?? [] }
        var found: [EmailAddress] = []
        for token in cell.split(whereSeparator: { $0.isWhitespace || ",;|<>()[]\"'/\\:".contains($0) }) {
            guard token.contains("@"), let address = address(in: token), !found.contains(address), !isMachine(address) else { continue }
            found.append(address)
            if found.count == 20 { break }
        }
        return found
    }

    /// Whether there is nothing to clear away: one address in small letters, without so many digits that they may be a telephone number.
    private static func isPlain(_ cell: String) -> Bool {
        var ats = 0
        var digits = 0
        for byte in cell.utf8 {
            switch byte {
            case 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"): break
            case 48...57: digits += 1
            case UInt8(ascii: "@"): ats += 1
            default: return false
            }
        }
        func isLetterOrDigit(_ byte: UInt8?) -> Bool { byte.map { (97...122).contains($0) || (48...57).contains($0) } ?? false }
        return ats == 1 && digits < 10 && isLetterOrDigit(cell.utf8.first) && isLetterOrDigit(cell.utf8.last)
    }

    /// The one to write to: at the business's own domain before any other, and a mailbox that is read before one that isn't.
    static func best(of addresses: [EmailAddress], websiteHost: @autoclosure () -> String?) -> EmailAddress? {
        if addresses.count < 2 { return addresses.first }
        let websiteHost = websiteHost()
        func penalty(_ address: EmailAddress) -> Int {
            var points = 0
            if let websiteHost, address.domain != websiteHost, !websiteHost.hasSuffix("." + address.domain) { points += 1 }
            if placeholders.contains(String(address.domain)) { points += 4 }
            if address.localPart.contains("noreply") || address.localPart.contains("no-reply") { points += 2 }
            return points
        }
        return addresses.enumerated().min { (penalty($0.element), $0.offset) < (penalty($1.element), $1.offset) }?.element
    }

    private static let placeholders: Set<String> = ["example.com", "domain.com", "yourdomain.com", "email.com", "mysite.com"]

    private static func address(in token: Substring) -> EmailAddress? {
        var text = token.drop { $0 == "." || $0 == "-" }
        while let last = text.last, !(last.isLetter || last.isNumber) { text.removeLast() }
        // mailto links and "E-mail:" were cut at the colon; a telephone number is cut here: 512-232-1200info@...
        if let at = text.lastIndex(of: "@"), let start = endOfTelephone(text[..<at]) { text = text[start...] }
        // A word behind the domain: info@business.comUser, info@business.com.If
        if let dot = text.lastIndex(of: "."), let capital = text[dot...].dropFirst().firstIndex(where: \.isUppercase),
            text[..<dot].contains(where: \.isLowercase)
        {
            let head = text[..<capital]
            let shorter = head.hasSuffix(".") ? head.dropLast() : head
            // info@aol.Com is spelt that way; without its last label it is no address.
            if EmailAddress(shorter) != nil { text = shorter }
        }
        return EmailAddress(text)
    }

    /// Where the local part goes on behind a telephone number `ddd-ddd-dddd`.
    private static func endOfTelephone(_ local: Substring) -> Substring.Index? {
        let shape = Array("ddd-ddd-dddd")
        let characters = Array(local)
        guard characters.count > shape.count else { return nil }
        for start in 0..<(characters.count - shape.count) {
            let fits = shape.indices.allSatisfy { index in
                let character = characters[start + index]
                return shape[index] == "d" ? character.isASCII && character.isNumber : character == "-" || character == "."
            }
            if fits { return local.index(local.startIndex, offsetBy: start + shape.count) }
        }
        return nil
    }

    private static let imageEndings: Set<Substring> = ["png", "jpg", "jpeg", "gif", "webp", "svg", "js", "css"]

    /// Addresses that programs leave in pages: error reporting keys, and images with a resolution in their names (`logo@2x.png`).
    private static func isMachine(_ address: EmailAddress) -> Bool {
        let domain = address.domain
        var rest = domain
        while true {
            if rest.utf8.starts(with: "sentry".utf8) { return true }
            guard let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) else { break }
            rest = rest[rest.utf8.index(after: dot)...]
        }
        return imageEndings.contains(rest) || domain.hasSuffix("wixpress.com")
    }
}
