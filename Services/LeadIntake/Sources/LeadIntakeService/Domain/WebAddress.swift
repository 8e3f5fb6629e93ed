/// A web address of a business, cleaned of what only counts visits.
package struct WebAddress: Hashable, Sendable {
    package let url: String
    /// Without `www.`.
    package let host: String

    /// A page that somebody else runs says that the business has *no* web site: those are kept as profiles.
    package var isProfile: Bool {
        Self.isProfileHost(host)
            // google.com/maps/..., google.co.uk/search?..., sites.google.com is a web site.
            || (host.hasPrefix("google.") || host.hasPrefix("maps.google."))
    }

    /// The host, or one that it lies under.
    private static func isProfileHost(_ host: String) -> Bool {
        var rest = Substring(host)
        while let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
            if profileHosts.contains(rest) { return true }
            rest = rest[rest.utf8.index(after: dot)...]
        }
        return false
    }

    private static let profileHosts: Set<Substring> = [
        "facebook.com", "fb.com", "fb.me", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "youtu.be", "tiktok.com",
        "pinterest.com", "wa.me", "whatsapp.com", "t.me", "linktr.ee", "plus.google.com", "g.page", "goo.gl", "yelp.com", "yellowpages.com",
        "tripadvisor.com", "business.site",
    ]

    /// Query items that follow campaigns and visitors around.
    private static func isTracking(_ item: Substring) -> Bool {
        let name = Substring(item.utf8.prefix { $0 != UInt8(ascii: "=") }).lowercased()
        return name.hasPrefix("utm_") || trackers.contains(name)
    }

    private static let trackers: Set<String> = [
        "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "y_source", "mc_cid", "mc_eid", "_ga", "_gl", "igshid",
        "yclid",
        "ref_src", "hsa_acc", "hsa_cam", "sc_cid",
    ]

    /// - Returns: `nil` unless it is an http(s) address of a public host; the scheme may be missing.
    package init?(_ text: some StringProtocol) {
        if let common = Self.common(text) {
            self = common
            return
        }
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
        let kept = Self.kept(query)

        let whole = "\(scheme)://\(authority.text)\(path.isEmpty ? "/" : path)\(kept.isEmpty ? "" : "?" + kept)"
        guard whole.utf8.count <= 2_048 else { return nil }
        url = whole
        host = authority.host.hasPrefix("www.") ? String(authority.host.dropFirst(4)) : authority.host
    }

    private init(url: String, host: String) {
        self.url = url
        self.host = host
    }

    /// What nearly all look like, in one pass: `https://www.host.example/path?query` of plain characters, with or without the scheme.
    ///
    /// - Returns: `nil` for whatever else, good or bad.
    private static func common(_ text: some StringProtocol) -> WebAddress? {
        var text = String(text)
        return text.withUTF8 { bytes -> WebAddress? in
            guard (4...2_000).contains(bytes.count), bytes.allSatisfy({ (33...126).contains($0) }) else { return nil }
            let scheme = bytes.starts(with: "https://".utf8) ? "https" : "http"
            let start = scheme == "https" ? 8 : bytes.starts(with: "http://".utf8) ? 7 : 0
            var end = start
            var dot = start - 1
            var hasLetter = false
            while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") {
                switch bytes[end] {
                case 97...122, 65...90: hasLetter = true
                case 48...57, UInt8(ascii: "-"), UInt8(ascii: "_"): break
                case UInt8(ascii: "."):
                    guard (1...63).contains(end - dot - 1) else { return nil }
                    dot = end
                    hasLetter = false
                default: return nil
                }
                end += 1
            }
            guard dot > start, (2...63).contains(end - dot - 1), hasLetter, end - start <= 253 else { return nil }
            var query = bytes.count
            for at in end..<bytes.count {
                switch bytes[at] {
                case UInt8(ascii: "#"), UInt8(ascii: ":"): return nil
                case UInt8(ascii: "%") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "3"): return nil
                case UInt8(ascii: "?") where query == bytes.count: query = at
                default: break
                }
            }
            let host = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
            let path = query == end ? "/" : String(decoding: bytes[end..<query], as: UTF8.self)
            let rest = query == bytes.count ? "" : kept(Substring(decoding: bytes[(query + 1)...], as: UTF8.self))
            let url = "\(scheme)://\(host)\(path)\(rest.isEmpty ? "" : "?" + rest)"
            return WebAddress(url: url, host: host.hasPrefix("www.") ? String(host.dropFirst(4)) : host)
        }
    }

    /// A query without what only counts visits.
    private static func kept(_ query: Substring) -> String {
        query.utf8.split { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") }
            .map { Substring($0) }
            .filter { !isTracking($0) }
            .joined(separator: "&")
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
