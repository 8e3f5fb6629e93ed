package import Contracts

/// Which of two sites is the lead's, when two leads are found to be one.
package enum SitePrecedence {
    /// Whether the merged lead's site takes the place of the one that the surviving lead has: only where it is worth more, a customer's
    /// before a preview, and that before what is no longer shown.
    package static func prefers(merged: SiteState, to own: SiteState) -> Bool { rank(merged) > rank(own) }

    private static func rank(_ state: SiteState) -> Int {
        switch state {
        case .active, .suspended: 2
        case .preview: 1
        case .archived: 0
        }
    }
}
