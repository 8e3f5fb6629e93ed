import Foundation
import HTTPTypes

/// What every page of ours is sent with.
enum PageHeaders {
    static var common: HTTPFields {
        [
            .contentTypeOptions: "nosniff",
            .referrerPolicy: "strict-origin-when-cross-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=()",
        ]
    }

    /// A page runs nothing and loads nothing: its one style element is allowed, by its hash.
    static func policy(style hash: String) -> String {
        if hash == AdoptedPage.styles { return adoptedPolicy }
        return "default-src 'none'; style-src '\(hash)'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    /// The same, for a page that stands somewhere as a file: without what only a header may say (CSP 3, §3.3).
    static func metaPolicy(style hash: String) -> String {
        policy(style: hash).split(separator: "; ")
            .filter { directive in !["frame-ancestors", "sandbox"].contains { directive.hasPrefix($0) } }
            .joined(separator: "; ")
    }

    /// A page that another program made keeps its styles, pictures and fonts, and runs nothing: as if it were of nobody's origin.
    private static let adoptedPolicy = """
        default-src 'none'; style-src 'unsafe-inline' https:; img-src 'self' data: https:; font-src data: https:; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox
        """
}
