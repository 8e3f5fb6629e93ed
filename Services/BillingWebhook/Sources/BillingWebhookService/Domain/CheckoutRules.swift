package import Foundation

/// What to do with somebody who wants to buy a site.
package enum CheckoutRules {
    /// A checkout as it stands.
    package enum Standing: Hashable, Sendable {
        /// Ours, not yet the provider's: somebody else is at it until `leaseEnds`, or died over it.
        case creating(leaseEnds: Date)
        case open(url: String, expiresAt: Date)
    }

    package enum Step: Hashable, Sendable {
        case create
        /// The row is there, but whoever made it didn't bring it to the provider.
        case takeOver
        /// Somebody else is bringing it to the provider right now.
        case wait
        case redirect(to: String)
        case expireAndCreate
    }

    /// So long a person needs at least to pay: a checkout with less left is not offered any more.
    package static let shortestUse: TimeInterval = 10 * 60
    /// So long a checkout can be paid.
    package static let lifetime: TimeInterval = 24 * 60 * 60
    /// So long one request may take to bring it to the provider, before another one tries: a little longer than the provider is given
    /// for its answer, and shorter than a visitor waits for somebody else's.
    package static let lease: TimeInterval = 10

    package static func step(_ standing: Standing?, at now: Date) -> Step {
        switch standing {
        case nil: .create
        case .creating(let leaseEnds): leaseEnds > now ? .wait : .takeOver
        case .open(let url, let expiresAt): expiresAt.timeIntervalSince(now) > shortestUse ? .redirect(to: url) : .expireAndCreate
        }
    }
}
