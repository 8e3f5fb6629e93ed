package import Contracts
package import Foundation

/// What a site's customer pays by, as the events say it one after another.
package struct SiteSubscription: Hashable, Sendable {
    package var id: SubscriptionID
    package var status: SubscriptionState
    /// When it became so, by the events' own times.
    package var changedAt: Date
    package var currentPeriodEnd: Date?
    /// When the site is archived: of one that was cancelled.
    package var endsAt: Date?

    package init(id: SubscriptionID, status: SubscriptionState, changedAt: Date, currentPeriodEnd: Date? = nil, endsAt: Date? = nil) {
        self.id = id
        self.status = status
        self.changedAt = changedAt
        self.currentPeriodEnd = currentPeriodEnd
        self.endsAt = endsAt
    }

    /// What one event says of a subscription.
    package struct Fact: Hashable, Sendable {
        package var id: SubscriptionID
        package var kind: Kind
        package var occurredAt: Date

        package enum Kind: Hashable, Sendable {
            case paid(until: Date?)
            case pastDue
            /// At once when the end isn't known.
            case cancelled(endsAt: Date?)
        }

        package init(_ id: SubscriptionID, _ kind: Kind, at occurredAt: Date) {
            self.id = id
            self.kind = kind
            self.occurredAt = occurredAt
        }

        package init?(_ event: any Event, at time: Date) {
            switch event {
            case let event as SubscriptionStarted: self.init(event.subscriptionID, .paid(until: event.currentPeriodEnd), at: time)
            case let event as SubscriptionRenewed: self.init(event.subscriptionID, .paid(until: event.currentPeriodEnd), at: time)
            case let event as PaymentSucceeded:
                guard event.siteID != nil, let subscription = event.subscriptionID else { return nil }
                self.init(subscription, .paid(until: nil), at: time)
            case let event as SubscriptionPastDue: self.init(event.subscriptionID, .pastDue, at: time)
            case let event as SubscriptionCancelled: self.init(event.subscriptionID, .cancelled(endsAt: event.endsAt), at: time)
            default: return nil
            }
        }
    }

    /// The subscription after `fact`; `current` where the fact changes nothing: it is older than what is known, or of a subscription
    /// that is no longer the one the site is paid by.
    package static func following(_ fact: Fact, after current: SiteSubscription?) -> SiteSubscription? {
        if let current {
            guard fact.occurredAt >= current.changedAt else { return current.knowing(fact) }
            // Only what is paid, or what follows a subscription that is over, takes another's place.
            guard fact.id == current.id || fact.isPayment || current.status == .cancelled else { return current }
        }
        let known = current?.id == fact.id ? current : nil
        switch fact.kind {
        case .paid(let until):
            let end = [until, known?.currentPeriodEnd].compactMap(\.self).max()
            return SiteSubscription(id: fact.id, status: .active, changedAt: fact.occurredAt, currentPeriodEnd: end)
        case .pastDue:
            let end = known?.currentPeriodEnd
            return SiteSubscription(id: fact.id, status: .pastDue, changedAt: fact.occurredAt, currentPeriodEnd: end)
        case .cancelled(let endsAt):
            return SiteSubscription(
                id: fact.id,
                status: .cancelled,
                changedAt: fact.occurredAt,
                currentPeriodEnd: known?.currentPeriodEnd,
                endsAt: max(endsAt ?? fact.occurredAt, fact.occurredAt)
            )
        }
    }

    /// A payment that is told late still tells until when it is paid for.
    private func knowing(_ fact: Fact) -> SiteSubscription {
        guard fact.id == id, case .paid(let until?) = fact.kind else { return self }
        var known = self
        known.currentPeriodEnd = max(currentPeriodEnd ?? until, until)
        return known
    }
}

extension SiteSubscription.Fact {
    fileprivate var isPayment: Bool {
        if case .paid = kind { true } else { false }
    }
}
