import Foundation

/// A public address in the spellings that Twilio may have signed. Works on the text: what is signed is text.
struct TwilioURL {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Without a port, and with the one given or its scheme's own.
    var spellings: [String] {
        guard let scheme = text.range(of: "://") else { return [text] }
        let authorityEnd = text[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        let hostStart = text[scheme.upperBound..<authorityEnd].lastIndex(of: "@").map(text.index(after:)) ?? scheme.upperBound
        // The colons of an IPv6 address stand before its bracket.
        let portSearch = text[hostStart..<authorityEnd].lastIndex(of: "]") ?? hostStart

        if let colon = text[portSearch..<authorityEnd].lastIndex(of: ":") {
            return [text[..<colon] + text[authorityEnd...], text[...]].map(String.init)
        }
        let port = text[..<scheme.lowerBound].lowercased() == "https" ? 443 : 80
        return [text, "\(text[..<authorityEnd]):\(port)\(text[authorityEnd...])"]
    }

    /// The first `bodySHA256` of the query.
    var bodyHash: Substring? {
        let beforeFragment = text.prefix { $0 != "#" }
        guard let mark = beforeFragment.firstIndex(of: "?") else { return nil }
        return beforeFragment[beforeFragment.index(after: mark)...]
            .split(separator: "&")
            .first { $0.hasPrefix("bodySHA256=") }?
            .dropFirst("bodySHA256=".count)
    }
}
