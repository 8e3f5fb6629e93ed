package import Contracts
package import Foundation

/// What a payment provider told us, in our own values: which provider said it how is not seen any more.
package struct ProviderNotice: Hashable, Sendable {
    /// As the provider spells it, for people.
    package var eventType: String
    /// When it happened, by the provider's clock.
    package var occurredAt: Date
    /// Whether no real money is meant.
    package var isTest: Bool
    package var fact: Fact

    package enum Fact: Hashable, Sendable {
        case charge(Charge)
        case subscription(SubscriptionNotice)
        case refund(Refund)
        /// A kind that we don't follow.
        case unfollowed
    }

    package init(eventType: String, occurredAt: Date, isTest: Bool = false, fact: Fact) {
        self.eventType = eventType
        self.occurredAt = occurredAt
        self.isTest = isTest
        self.fact = fact
    }
}

/// One try to take money, and how it went.
package struct Charge: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case pending, failed, succeeded
    }

    /// What the money is for, as far as the notice says.
    package enum Sale: Hashable, Sendable {
        case oneTime
        case subscription(providerID: String)
        case unsaid
    }

    package var outcome: Outcome
    /// The same in every notice of this try, in whatever format it comes: money is counted once by it.
    package var key: String
    /// The provider's own id of what the notice is about; not the same in all formats.
    package var providerID: String
    package var sale: Sale
    package var references: References
    package var payer: Payer
    package var amount: Money
    package var fee: Money?
    package var failureReason: String?

    package init(
        outcome: Outcome,
        key: String,
        providerID: String? = nil,
        sale: Sale,
        references: References,
        payer: Payer = Payer(),
        amount: Money,
        fee: Money? = nil,
        failureReason: String? = nil
    ) {
        self.outcome = outcome
        self.key = key
        self.providerID = providerID ?? key
        self.sale = sale
        self.references = references
        self.payer = payer
        self.amount = amount
        self.fee = fee
        self.failureReason = failureReason
    }
}

/// What happened to a subscription.
package struct SubscriptionNotice: Hashable, Sendable {
    package enum Change: String, CaseIterable, Sendable {
        case created
        case pastDue = "past_due"
        case cancelled
        case paused
        /// Of one that was paused, or that was cancelled.
        case resumed
    }

    package var change: Change
    package var providerID: String
    package var references: References
    package var payer: Payer
    /// For each period.
    package var amount: Money?
    package var interval: BillingInterval?

    package init(
        change: Change,
        providerID: String,
        references: References = References(),
        payer: Payer = Payer(),
        amount: Money? = nil,
        interval: BillingInterval? = nil
    ) {
        self.change = change
        self.providerID = providerID
        self.references = references
        self.payer = payer
        self.amount = amount
        self.interval = interval
    }
}

/// Money that goes back to who paid it.
package struct Refund: Hashable, Sendable {
    package var providerID: String
    /// The id of the charge, in whichever format the provider knows it.
    package var chargeID: String
    package var minorUnits: Int
    /// The charge's when it isn't said.
    package var currency: Currency?

    package init(providerID: String, chargeID: String, minorUnits: Int, currency: Currency? = nil) {
        self.providerID = providerID
        self.chargeID = chargeID
        self.minorUnits = minorUnits
        self.currency = currency
    }
}

/// By what a notice can be led back to one of our sites: each may be missing.
package struct References: Hashable, Sendable {
    /// The provider's id of the checkout.
    package var providerCheckoutID: String?
    /// Ours, which we gave the provider to keep.
    package var checkoutID: CheckoutID?
    package var siteID: SiteID?

    package init(providerCheckoutID: String? = nil, checkoutID: CheckoutID? = nil, siteID: SiteID? = nil) {
        self.providerCheckoutID = providerCheckoutID
        self.checkoutID = checkoutID
        self.siteID = siteID
    }
}

/// Who pays, as the provider knows them.
package struct Payer: Hashable, Sendable {
    package var providerID: String?
    package var email: String?
    package var name: String?

    package init(providerID: String? = nil, email: String? = nil, name: String? = nil) {
        self.providerID = providerID
        self.email = email
        self.name = name
    }
}
