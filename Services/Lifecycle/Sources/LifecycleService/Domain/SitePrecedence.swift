package import Contracts

/// Which of two sites is the lead's, when two leads are found to be one.
package enum SitePrecedence {
    package struct Candidate: Hashable, Sendable {
        package var state: SiteState
        package var hasPage: Bool

        package init(_ state: SiteState, hasPage: Bool = true) {
            (self.state, self.hasPage) = (state, hasPage)
        }
    }

    /// Whether the merged lead's site takes the place of the one that the surviving lead has: only where it is worth more, a customer's
    /// before a preview, one with a page before one that has none yet, and all before what is no longer shown.
    package static func prefers(merged: Candidate, to own: Candidate) -> Bool { rank(merged) > rank(own) }

    private static func rank(_ site: Candidate) -> Int {
        switch site.state {
        case .active, .suspended: 3
        case .preview: site.hasPage ? 2 : 1
        case .archived: 0
        }
    }
}
