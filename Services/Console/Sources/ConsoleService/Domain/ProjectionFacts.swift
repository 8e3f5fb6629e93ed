package import Contracts
package import Foundation

/// A lead's status on one of the two scales, as an event tells it. Of two the one with the later event id is the newer: lifecycle publishes
/// a lead's in order, and ids ascend.
struct StatusChange: Hashable, Sendable {
    var lead: LeadID
    var status: String
    var event: EventID
}

/// The end of a follow-up, as its event or the answer to a command tells it.
package struct FollowUpEnd: Hashable, Sendable {
    package var lead: LeadID
    package var rule: String
    package var state: FollowUpState
    package var at: Date
    package var by: String?
    package var because: String?

    package init(lead: LeadID, rule: String, state: FollowUpState, at: Date, by: String? = nil, because: String? = nil) {
        (self.lead, self.rule, self.state) = (lead, rule, state)
        (self.at, self.by, self.because) = (at, by, because)
    }
}
