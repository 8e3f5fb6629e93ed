/// Domains where anybody has a mailbox: an address there says nothing of the business it belongs to.
package enum FreeMailDomains {
    private static let all = Set(text.split(whereSeparator: \.isWhitespace))

    /// Whether `domain`, in lower case, is such a domain, or one whose mailboxes are thrown away.
    package static func contains(_ domain: some StringProtocol) -> Bool {
        all.contains(Substring(domain)) || DisposableDomains.contains(domain)
    }
}
