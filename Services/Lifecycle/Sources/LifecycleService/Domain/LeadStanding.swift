package import Contracts
package import Foundation

/// Where a lead stands in both statuses, with what the rules know of it.
package struct LeadStanding: Hashable, Sendable {
    package let leadID: LeadID
    package var contact: ContactState
    package var website: WebsiteState
    /// Counts the moves of both.
    package var version: Int
    /// When the last move was recorded.
    package var changedAt: Date
    /// Nothing personal is written down any more.
    package var isErased: Bool
    /// The lead that this one was found to be.
    package var mergedInto: LeadID?

    package init(
        _ leadID: LeadID,
        contact: ContactState = ContactState(),
        website: WebsiteState = WebsiteState(),
        version: Int = 0,
        changedAt: Date,
        isErased: Bool = false,
        mergedInto: LeadID? = nil
    ) {
        self.leadID = leadID
        self.contact = contact
        self.website = website
        self.version = version
        self.changedAt = changedAt
        self.isErased = isErased
        self.mergedInto = mergedInto
    }
}

/// A fact about one of a lead's two statuses.
package enum LeadFact: Hashable, Sendable {
    case contact(ContactFact)
    case website(WebsiteFact)

    package var occurredAt: Date {
        switch self {
        case .contact(let fact): fact.occurredAt
        case .website(let fact): fact.occurredAt
        }
    }

    /// The trigger's raw value, as the history has it.
    package var trigger: String {
        switch self {
        case .contact(let fact): fact.trigger.rawValue
        case .website(let fact): fact.trigger.rawValue
        }
    }

    /// The same, where what ends is not what pays for the lead's site.
    package var besideTheSite: LeadFact {
        guard case .website(let fact) = self, fact.trigger == .subscriptionEnded || fact.trigger == .subscriptionEndsLater else {
            return self
        }
        return .website(WebsiteFact(.otherSubscriptionEnded, at: fact.saidAt))
    }

    /// As a lead takes it over from one that was merged into it. What people decided on that one is kept, and moves nothing; how its pages
    /// came about stays behind, but for the pages of a site that comes along.
    package func inherited(withSite: Bool) -> LeadFact? {
        switch self {
        case .contact(var fact) where fact.trigger == .setByHand:
            fact.trigger = .setBeforeMerge
            return .contact(fact)
        case .website(var fact) where fact.trigger == .setByHand:
            fact.trigger = .setBeforeMerge
            return .website(fact)
        default: return isInherited(withSite: withSite) ? self : nil
        }
    }

    private func isInherited(withSite: Bool) -> Bool {
        switch self {
        case .contact(let fact):
            fact.trigger != .repaired
        case .website(let fact):
            switch fact.trigger {
            case .repaired, .leadErased: false
            case .setByHand, .setBeforeMerge: true
            case .generationStarted, .generationSucceeded, .generationFailed, .deployed, .visitedByPerson, .visitedByMachine, .suspended,
                .resumed:
                withSite
            case .adopted: withSite || fact.asked == .sold || fact.asked == .archived
            case .paidForSite, .subscriptionEnded, .subscriptionEndsLater, .subscriptionEndMoved, .subscriptionRenewed,
                .subscriptionReactivated, .subscriptionPaused, .otherSubscriptionEnded:
                true
            }
        }
    }
}
