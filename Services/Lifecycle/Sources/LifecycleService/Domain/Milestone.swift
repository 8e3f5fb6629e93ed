import Contracts

/// A step that a lead has ever reached; the funnel counts them. The raw values stand in the database: they never change.
package enum Milestone: String, CaseIterable, Sendable {
    case generated, contacted, opened, clicked, replied, interested, purchased, sold, unsubscribed, bounced, archived

    /// What a fact proves whatever the rules make of it: an open that becomes known after the click was an open all the same.
    init?(_ trigger: ContactTrigger) {
        switch trigger {
        case .emailSent, .smsSent, .smsDelivered, .emailDelivered: self = .contacted
        case .openedByPerson: self = .opened
        case .clickedByPerson: self = .clicked
        case .replied: self = .replied
        case .checkoutCreated: self = .interested
        case .paidForSite: self = .purchased
        case .unsubscribed, .complained: self = .unsubscribed
        case .bouncedPermanently, .undeliverable: self = .bounced
        case .openedByMachine, .clickedByMachine, .paidForSomethingElse, .resubscribed, .bouncedTemporarily, .failed, .emailChanged,
            .phoneChanged, .setByHand, .setBeforeMerge, .repaired, .adopted:
            return nil
        }
    }

    init?(_ trigger: WebsiteTrigger) {
        switch trigger {
        case .generationSucceeded: self = .generated
        case .paidForSite: self = .sold
        case .generationStarted, .generationFailed, .deployed, .subscriptionEnded, .subscriptionEndsLater, .subscriptionEndMoved,
            .subscriptionRenewed, .subscriptionReactivated, .subscriptionPaused, .otherSubscriptionEnded, .leadErased, .visitedByPerson,
            .visitedByMachine, .suspended, .resumed, .setByHand,
            .setBeforeMerge, .repaired, .adopted:
            return nil
        }
    }

    /// What a status proves that a person set, or that was adopted.
    init?(_ status: ContactStatus) {
        switch status {
        case .pending: return nil
        case .emailed, .smsSent: self = .contacted
        case .opened: self = .opened
        case .clicked: self = .clicked
        case .replied: self = .replied
        case .interested: self = .interested
        case .purchased: self = .purchased
        case .unsubscribed: self = .unsubscribed
        case .bounced: self = .bounced
        }
    }

    init?(_ status: WebsiteStatus) {
        switch status {
        case .none, .generating: return nil
        case .generated, .deployed: self = .generated
        case .sold: self = .sold
        case .archived: self = .archived
        }
    }
}
