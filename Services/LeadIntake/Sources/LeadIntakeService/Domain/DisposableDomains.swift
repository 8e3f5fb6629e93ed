/// Domains of mailboxes that are thrown away after a few minutes: such an address is possible, but nobody will read it tomorrow.
package enum DisposableDomains {
    private static let all = Set(text.split(whereSeparator: \.isWhitespace))

    /// Whether `domain`, in lower case, or one that it lies under is such a domain.
    package static func contains(_ domain: some StringProtocol) -> Bool {
        var rest = Substring(domain)
        while let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
            if all.contains(rest) { return true }
            rest = rest[rest.utf8.index(after: dot)...]
        }
        return false
    }
}
