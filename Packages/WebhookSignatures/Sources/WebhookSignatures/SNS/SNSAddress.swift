import Foundation

/// Which addresses in an envelope are Amazon's own SNS.
enum SNSAddress {
    /// Stricter than AWS's validators, which take any `sns.<three or more>.amazonaws.com`: that also fits the bucket
    /// named "sns" at `sns.s3-us-west-2.amazonaws.com`, where anybody could have put a certificate. A region is meant.
    private static var host: Regex<(Substring, Substring?)> {
        /sns\.[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(\.cn)?/
    }

    /// The address, when it is https on an SNS host with nothing unusual about it.
    static func trusted(_ text: String) -> URL? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            let parts = URLComponents(string: text), let url = parts.url,
            parts.scheme == "https",
            parts.user == nil, parts.password == nil, parts.fragment == nil,
            parts.port == nil || parts.port == 443,
            let name = parts.host, name.wholeMatch(of: host) != nil
        else { return nil }
        return url
    }

    /// The address of a signing certificate.
    static func certificate(_ text: String) -> URL? {
        guard let url = trusted(text), url.query == nil, url.path.hasSuffix(".pem") else { return nil }
        return url
    }

    /// True for the name of an SNS host in a certificate; real ones carry `sns.amazonaws.com`.
    static func isCertificateName(_ name: String) -> Bool {
        name.hasPrefix("sns.") && (name.hasSuffix(".amazonaws.com") || name.hasSuffix(".amazonaws.com.cn"))
    }
}
