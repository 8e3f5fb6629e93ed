package import Contracts
package import Foundation

/// What a site's customer pays by, as the events say it, in whatever order they become known.
///
/// What is paid for is what the payments cover. A cancellation holds whatever is paid after it: then the end is later, and stays an end.
package struct SiteSubscription: Hashable, Sendable {
    package var id: SubscriptionID
    package var status: SubscriptionState
    /// When the fact happened that was heard first of it: what its payments count from, so that none of them undoes its own end.
    package var since: Date
    /// When it became so, by the events' own times: of one that was cancelled, when that was.
    package var changedAt: Date
    /// When it was last gone on with after a cancellation or a pause.
    package var resumedAt: Date?
    package var currentPeriodEnd: Date?
    /// When the site is archived: of one that was cancelled.
    package var endsAt: Date?

    package init(
        id: SubscriptionID,
        status: SubscriptionState,
        since: Date? = nil,
        changedAt: Date,
        resumedAt: Date? = nil,
        currentPeriodEnd: Date? = nil,
        endsAt: Date? = nil
    ) {
        self.id = id
        self.status = status
        self.since = since ?? changedAt
        self.changedAt = changedAt
        self.resumedAt = resumedAt
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
            /// It goes on, and nobody says until when.
            case renewed
            case pastDue
            case paused
            /// Whether it was paused or cancelled.
            case resumed
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
            case let event as SubscriptionRenewed:
                self.init(event.subscriptionID, event.currentPeriodEnd.map { .paid(until: $0) } ?? .renewed, at: time)
            case let event as PaymentSucceeded:
                guard event.siteID != nil, let subscription = event.subscriptionID else { return nil }
                self.init(subscription, .paid(until: event.paidUntil), at: time)
            case let event as SubscriptionPastDue: self.init(event.subscriptionID, .pastDue, at: time)
            case let event as SubscriptionPaused: self.init(event.subscriptionID, .paused, at: time)
            case let event as SubscriptionReactivated: self.init(event.subscriptionID, .resumed, at: time)
            case let event as SubscriptionCancelled: self.init(event.subscriptionID, .cancelled(endsAt: event.endsAt), at: time)
            default: return nil
            }
        }
    }

    /// The subscription after `fact`; `current` where the fact changes nothing: it is of a subscription that is not the one the site is
    /// paid by.
    package static func following(_ fact: Fact, after current: SiteSubscription?) -> SiteSubscription {
        if let current {
            if fact.id == current.id { return current.hearing(fact) }
            // Only what is paid, or what follows a subscription that is over, takes another's place.
            guard !fact.occurredAt.isBefore(current.changedAt), fact.isPayment || current.status == .cancelled else { return current }
        }
        return SiteSubscription(id: fact.id, status: .active, changedAt: fact.occurredAt).hearing(fact)
    }

    private func hearing(_ fact: Fact) -> SiteSubscription {
        var known = self
        let time = fact.occurredAt
        switch fact.kind {
        case .paid(let until):
            known.currentPeriodEnd = [until, currentPeriodEnd].compactMap(\.self).max()
            if status == .cancelled {
                known.endsAt = [until, endsAt].compactMap(\.self).max()
            } else if status != .paused, !time.isBefore(changedAt) {
                (known.status, known.changedAt) = (.active, time)
            }
        case .renewed:
            guard status != .paused, !time.isBefore(changedAt) else { break }
            (known.status, known.changedAt, known.endsAt) = (.active, time, nil)
            if status == .cancelled { known.resumedAt = time }
        case .pastDue:
            guard status != .cancelled, status != .paused, !time.isBefore(changedAt) else { break }
            (known.status, known.changedAt) = (.pastDue, time)
        case .paused:
            // As billing has it: what is paid or fails meanwhile doesn't end a pause.
            guard status != .cancelled, !time.isBefore(resumedAt ?? time) else { break }
            (known.status, known.changedAt) = (.paused, status == .paused ? max(time, changedAt) : time)
        case .resumed:
            // An older cancellation that becomes known only then is void too.
            known.resumedAt = [time, resumedAt].compactMap(\.self).max()
            guard !time.isBefore(changedAt) else { break }
            (known.status, known.changedAt, known.endsAt) = (.active, time, nil)
        case .cancelled(let end):
            // Payments may be newer, and the end is the end all the same.
            guard !time.isBefore(status == .cancelled ? changedAt : resumedAt ?? time) else { break }
            (known.status, known.changedAt) = (.cancelled, time)
            known.endsAt = [end ?? time, time, currentPeriodEnd].compactMap(\.self).max()
        }
        return known
    }
}

extension SiteSubscription.Fact {
    fileprivate var isPayment: Bool {
        switch kind {
        case .paid, .renewed: true
        case .pastDue, .paused, .resumed, .cancelled: false
        }
    }
}

/// What one fact made of the subscription that a site is paid by.
package struct SubscriptionTurn: Hashable, Sendable {
    package var fact: SiteSubscription.Fact
    package var before: SiteSubscription?
    package var after: SiteSubscription
    package var site: SiteID
    /// Whether the site is the one that its lead has now.
    package var isOfLeadsSite: Bool

    package init(
        _ fact: SiteSubscription.Fact,
        before: SiteSubscription?,
        after: SiteSubscription,
        site: SiteID,
        isOfLeadsSite: Bool = true
    ) {
        self.fact = fact
        self.before = before
        self.after = after
        self.site = site
        self.isOfLeadsSite = isOfLeadsSite
    }

    private var isOfWhatPays: Bool { after.id == fact.id }

    /// What is paid counts from when the subscription was first heard of, at most.
    package var purchasedAt: Date {
        isOfWhatPays ? min(fact.occurredAt, max(after.since, after.resumedAt ?? after.since)) : fact.occurredAt
    }

    /// A cancellation counts from then on, at least: the payment that was heard first may be newer.
    package var cancelledAt: Date { isOfWhatPays ? max(fact.occurredAt, after.since) : fact.occurredAt }

    /// When what was cancelled ends; none where the fact says it alone.
    package var end: Date? { isOfWhatPays && after.status == .cancelled ? after.endsAt : nil }

    /// The later end that a payment gives to a subscription that was cancelled before.
    package var movedEnd: Date? {
        guard let before, before.id == after.id, before.status == .cancelled, let end, (before.endsAt ?? .distantPast).isBefore(end) else {
            return nil
        }
        if case .cancelled = fact.kind { return nil }
        return end
    }
}
