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
        "default-src 'none'; style-src '\(hash)'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }
}
