/// Finds the addresses in a cell that a scraper filled: several in one cell, with full stops, telephone numbers and words glued to them.
enum EmailFinder {
    static func addresses(in cell: String) -> [EmailAddress] {
        guard cell.contains("@") else { return [] }
        var found: [EmailAddress] = []
        for token in cell.split(whereSeparator: { $0.isWhitespace || ",;|<>()[]\"'/\\:".contains($0) }) {
            guard token.contains("@"), let address = address(in: token), !found.contains(address), !isMachine(address) else { continue }
            found.append(address)
            if found.count == 20 { break }
        }
        return found
    }

    /// The one to write to: at the business's own domain before any other, and a mailbox that is read before one that isn't.
    static func best(of addresses: [EmailAddress], websiteHost: String?) -> EmailAddress? {
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

    /// Addresses that programs leave in pages: error reporting keys, and images with a resolution in their names (`logo@2x.png`).
    private static func isMachine(_ address: EmailAddress) -> Bool {
        let labels = address.domain.split(separator: ".")
        if labels.contains(where: { $0.hasPrefix("sentry") }) || address.domain.hasSuffix("wixpress.com") { return true }
        return ["png", "jpg", "jpeg", "gif", "webp", "svg", "js", "css"].contains(labels.last ?? "")
    }
}
