/// A web address of a business, cleaned of what only counts visits.
package struct WebAddress: Hashable, Sendable {
    package let url: String
    /// Without `www.`.
    package let host: String

    /// A page that somebody else runs says that the business has *no* web site: those are kept as profiles.
    package var isProfile: Bool {
        Self.profileHosts.contains { host == $0 || host.hasSuffix("." + $0) }
            // google.com/maps/..., google.co.uk/search?..., sites.google.com is a web site.
            || (host.hasPrefix("google.") || host.hasPrefix("maps.google."))
    }

    private static let profileHosts = [
        "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "youtu.be", "tiktok.com",
        "pinterest.com", "wa.me", "whatsapp.com", "t.me", "linktr.ee", "plus.google.com", "g.page", "goo.gl", "yelp.com", "yellowpages.com",
        "tripadvisor.com", "business.site",
    ]

    /// Query items that follow campaigns and visitors around.
    private static func isTracking(_ item: Substring) -> Bool {
        let name = item.prefix { $0 != "=" }.lowercased()
        return name.hasPrefix("utm_") || trackers.contains(name)
    }

    private static let trackers: Set<String> = [
        "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "y_source", "mc_cid", "mc_eid", "_ga", "_gl", "igshid",
        "yclid",
        "ref_src", "hsa_acc", "hsa_cam", "sc_cid",
    ]

    /// - Returns: `nil` unless it is an http(s) address of a public host; the scheme may be missing.
    package init?(_ text: some StringProtocol) {
        guard var rest = text.cleaned(limit: 4_000).map({ Substring($0.replacing(" ", with: "%20")) }) else { return nil }
        // Google's own redirect: /url?q=https://...
        if rest.hasPrefix("/url?q=") { rest = rest.dropFirst(7).prefix { $0 != "&" } }
        var scheme = "http"
        // More than once where a form put "http://" before what people pasted.
        while let end = rest.firstIndex(of: ":"), rest[end...].hasPrefix("://"), rest[..<end].allSatisfy(\.isLetter) {
            scheme = rest[..<end].lowercased()
            rest = rest[end...].dropFirst(3)
        }
        guard scheme == "http" || scheme == "https" else { return nil }
        rest = rest.prefix { $0 != "#" }
        // A question mark that was encoded once too often: /%3Futm_source%3Dgoogle
        for mark in ["%3Futm", "%3futm", "%3Fgclid"] {
            if let at = rest.firstRange(of: mark) { rest = rest[..<at.lowerBound] }
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let authority = Self.authority(authority) else { return nil }
        let path = rest.dropFirst(authority.length).prefix { $0 != "?" }
        let query = rest.dropFirst(authority.length + path.count).dropFirst()
            .split { $0 == "&" || $0 == ";" }
            .filter { !Self.isTracking($0) }
            .joined(separator: "&")

        let whole = "\(scheme)://\(authority.text)\(path.isEmpty ? "/" : path)\(query.isEmpty ? "" : "?" + query)"
        guard whole.utf8.count <= 2_048 else { return nil }
        url = whole
        host = authority.host.hasPrefix("www.") ? String(authority.host.dropFirst(4)) : authority.host
    }

    private static func authority(_ text: Substring) -> (text: String, host: String, length: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2 else { return nil }
        if parts.count == 2, Int(parts[1]).map({ (1...65_535).contains($0) }) != true { return nil }
        let host = name.lowercased()
        // A name with letters of other scripts is written as it stands; browsers and curl encode it (IDNA) themselves.
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, last.count >= 2, last.contains(where: \.isLetter), host.utf8.count <= 253 else {
            return nil
        }
        let isHost = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
        guard isHost else { return nil }
        return (host + (parts.count == 2 ? ":" + parts[1] : ""), host, text.count)
    }
}
