package import Contracts

/// When a lead has waited long enough for somebody to call: it has come somewhere, some days ago, and no further.
package struct FollowUpRule: Hashable, Sendable {
    /// Stands in the database and in events: it never changes.
    package var name: String
    /// For people.
    package var title: String
    package var reached: Milestone
    package var afterDays: Int
    /// Steps after which nobody needs to call, whenever they were reached.
    package var unlessReached: [Milestone]
    /// Contact statuses in which nobody should.
    package var unlessNow: [ContactStatus]

    package init(
        _ name: String,
        _ title: String,
        reached: Milestone,
        afterDays: Int,
        unlessReached: [Milestone],
        unlessNow: [ContactStatus] = []
    ) {
        self.name = name
        self.title = title
        self.reached = reached
        self.afterDays = afterDays
        self.unlessReached = unlessReached
        self.unlessNow = unlessNow
    }

    package static let standard: [FollowUpRule] = [
        FollowUpRule(
            "clicked_not_purchased",
            "Clicked, and has not bought",
            reached: .clicked,
            afterDays: 3,
            unlessReached: [.purchased],
            unlessNow: [.unsubscribed]
        ),
        FollowUpRule(
            "generated_not_contacted",
            "Has a preview, and was never contacted",
            reached: .generated,
            afterDays: 7,
            unlessReached: [.contacted, .replied, .interested, .purchased],
            unlessNow: [.unsubscribed]
        ),
    ]
}

extension [FollowUpRule] {
    /// The rule's name for people; of one that was taken away meanwhile, its name in words.
    func title(of rule: String) -> String {
        first { $0.name == rule }?.title ?? rule.replacing("_", with: " ")
    }
}

/// Why a follow-up was cancelled. The raw values stand in the database: they never change.
enum FollowUpCancelled: String, CaseIterable, Sendable {
    case movedOn = "moved_on"
    case archived, merged, erased
}
