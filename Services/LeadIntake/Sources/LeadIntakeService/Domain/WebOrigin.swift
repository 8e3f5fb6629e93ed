import Foundation
import ServiceKit

/// Where a page comes from, as browsers write it in the `Origin` header (RFC 6454 §6.2): scheme, host, and a port that isn't the usual one.
package enum WebOrigin {
    package static let anywhere = "*"

    /// The origin in the form that browsers send.
    ///
    /// - Returns: `nil` for what is none: a path behind it, a host with letters that browsers encode (IDNA), `null`.
    package static func normalised(_ text: String) -> String? {
        var rest = text.lowercased()[...]
        guard let scheme = ["https://", "http://"].first(where: { rest.hasPrefix($0) }) else { return nil }
        rest = rest.dropFirst(scheme.count)
        if rest.last == "/" { rest.removeLast() }
        var port: Substring?
        if let colon = rest.lastIndex(of: ":"), rest[colon...].allSatisfy({ $0 != "]" }) {
            port = rest[colon...].dropFirst()
            rest = rest[..<colon]
        }
        guard isHost(rest) else { return nil }
        guard let port else { return scheme + rest }
        guard let number = Int(port), (1...65_535).contains(number), port.allSatisfy(\.isASCII) else { return nil }
        return number == (scheme == "https://" ? 443 : 80) ? scheme + rest : "\(scheme)\(rest):\(number)"
    }

    private static func isHost(_ text: Substring) -> Bool {
        if text.first == "[" { return text.last == "]" && IPAddress(String(text.dropFirst().dropLast())) != nil }
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 || $0 == 95 }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
}

/// Where a browser may be sent.
package enum WebRedirect {
    /// An absolute `http` or `https` address that stands in a header as it is.
    package static func checked(_ text: String) -> String? {
        guard text.utf8.count <= 2_000, text.utf8.allSatisfy({ (33...126).contains($0) && $0 != 34 && $0 != 60 && $0 != 62 && $0 != 92 })
        else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http" else { return nil }
        guard let host = url.host(), !host.isEmpty, url.user() == nil, url.password() == nil else { return nil }
        return text
    }

    /// With the names of the fields that have to be mended: `https://lafonda.example/contact?fields=email,phone#form`.
    package static func failure(_ url: String, fields: [String]) -> String {
        guard !fields.isEmpty else { return url }
        let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let mark = parts[0].contains("?") ? "&" : "?"
        return "\(parts[0])\(mark)fields=\(fields.joined(separator: ","))" + (parts.count == 2 ? "#\(parts[1])" : "")
    }
}
