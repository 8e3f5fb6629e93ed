package import Contracts

/// Who changes something, and why: for the audit trail.
package struct ChangeCause: Hashable, Sendable {
    package var actor: String
    package var reason: String?

    package init(_ actor: Actor, reason: String?) {
        self.actor = actor.id
        self.reason = reason?.cleaned(limit: 500)
    }

    /// Data that came in by itself: a listing fills what a lead lacks.
    package static func intake(_ reason: String) -> ChangeCause {
        ChangeCause(.service(.leadIntake), reason: reason)
    }
}
