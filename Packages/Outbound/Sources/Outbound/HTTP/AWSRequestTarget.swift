import Foundation

/// What of an address is signed for AWS, and what is sent: not the same where the path has escapes.
///
/// Signature Version 4 has the path escaped once more than it is sent, and the query sorted (AWS, "Create a signed AWS
/// API request"); S3 alone signs the path as it is sent. libcurl 7.88 signs the path and the query of the URL as they stand, so it is
/// given the canonical ones for URL, and the others to send (CURLOPT_REQUEST_TARGET).
struct AWSRequestTarget {
    let signedURL: String
    let target: String

    init(_ url: String, for service: String) throws {
        let text = url.prefix { $0 != "#" }
        guard let authority = text.range(of: "://")?.upperBound else {
            throw OutboundError(.invalidRequest, message: "the address is not absolute")
        }
        let pathStart = text[authority...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        let queryStart = text[pathStart...].firstIndex(of: "?") ?? text.endIndex
        let path = pathStart == queryStart ? "/" : String(text[pathStart..<queryStart])
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard segments.dropLast().allSatisfy({ !$0.isEmpty }), !segments.contains("."), !segments.contains("..") else {
            throw OutboundError(.invalidRequest, message: "a path to sign for AWS has no empty or dotted parts")
        }
        let query = Self.canonicalQuery(text[queryStart...].dropFirst())
        let suffix = query.isEmpty ? "" : "?\(query)"
        let isS3 = service == AWSService.s3
        let sent = isS3 ? segments.map { "/" + Self.normal($0) }.joined() : path
        signedURL = "\(text[..<pathStart])\(isS3 ? sent : Self.escaped(path, keeping: "/"))\(suffix)"
        target = sent + suffix
    }

    private static func canonicalQuery(_ query: Substring) -> String {
        query.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, value) = (parts[0], parts.count > 1 ? parts[1] : "")
            return (normal(name), normal(value))
        }
        .sorted { $0 < $1 }
        .map { "\($0)=\($1)" }
        .joined(separator: "&")
    }

    /// The same text with every escape that AWS wants, and no other.
    private static func normal(_ text: Substring) -> String {
        escaped(text.removingPercentEncoding ?? String(text))
    }

    private static func escaped(_ text: String, keeping kept: String = "") -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" + kept)
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}

/// The one service whose signatures differ from all others'.
enum AWSService {
    static let s3 = "s3"
    /// Of the body, in hexadecimal: S3 wants it among the signed headers.
    static let bodyHashHeader = "x-amz-content-sha256"
}
