import Contracts

/// A recorded fact that may move a lead's contact status. The raw values stand in the history: they never change.
package enum ContactTrigger: String, CaseIterable, Sendable {
    case emailSent = "email_sent"
    case smsSent = "sms_sent"
    case emailDelivered = "email_delivered"
    case smsDelivered = "sms_delivered"
    case openedByPerson = "opened_by_person"
    case openedByMachine = "opened_by_machine"
    case clickedByPerson = "clicked_by_person"
    case clickedByMachine = "clicked_by_machine"
    case replied
    case checkoutCreated = "checkout_created"
    case paidForSite = "paid_for_site"
    case paidForSomethingElse = "paid_for_something_else"
    case unsubscribed
    case complained
    case resubscribed
    case bouncedPermanently = "bounced_permanently"
    case bouncedTemporarily = "bounced_temporarily"
    case undeliverable
    case failed
    case emailChanged = "email_changed"
    case phoneChanged = "phone_changed"
    case setByHand = "set_by_hand"
    /// By hand too, of a lead that was found to be this one.
    case setBeforeMerge = "set_before_merge"
    /// What is kept of the status was not what the facts make of it, and was put right: no fact itself.
    case repaired
    /// A predecessor's database says that the lead had come so far.
    case adopted
}

/// A recorded fact that may move a lead's website status. The raw values stand in the history: they never change.
package enum WebsiteTrigger: String, CaseIterable, Sendable {
    case generationStarted = "generation_started"
    case generationSucceeded = "generation_succeeded"
    case generationFailed = "generation_failed"
    case deployed
    case paidForSite = "paid_for_site"
    case subscriptionEnded = "subscription_ended"
    /// Cancelled, but paid for until later: the end comes as a fact of its own.
    case subscriptionEndsLater = "subscription_ends_later"
    /// Cancelled, and paid for until later than was known.
    case subscriptionEndMoved = "subscription_end_moved"
    case subscriptionRenewed = "subscription_renewed"
    /// Gone on with after it was cancelled or paused.
    case subscriptionReactivated = "subscription_reactivated"
    case subscriptionPaused = "subscription_paused"
    /// Of another site than the one that the lead has now, or of a subscription in whose place another one pays.
    case otherSubscriptionEnded = "other_subscription_ended"
    /// All that is personal about the lead is gone, its pages too.
    case leadErased = "lead_erased"
    case visitedByPerson = "visited_by_person"
    case visitedByMachine = "visited_by_machine"
    /// By a person, for a while; the site stays its customer's.
    case suspended
    case resumed
    case setByHand = "set_by_hand"
    /// As of the contact status.
    case setBeforeMerge = "set_before_merge"
    /// As of the contact status.
    case repaired
    /// A predecessor's database says that the site had come so far.
    case adopted
}

extension ContactTrigger {
    /// Whether a machine did it, not a person; none of what only people do, or nobody.
    package var byMachine: Bool? {
        switch self {
        case .openedByMachine, .clickedByMachine: true
        case .openedByPerson, .clickedByPerson: false
        default: nil
        }
    }
}

extension WebsiteTrigger {
    /// As of the contact status.
    package var byMachine: Bool? {
        switch self {
        case .visitedByMachine: true
        case .visitedByPerson: false
        default: nil
        }
    }
}
