package import Contracts
package import Foundation

/// What the events say, in the words of the rules: the only place that knows both.
package enum Facts {
    /// Everything that an event says, the contact status first; `turn` is what it made of the subscription that it is about.
    package static func all(_ event: any Event, at time: Date, now: Date, turn: SubscriptionTurn? = nil) -> [LeadFact] {
        contact(event, at: time).map(LeadFact.contact) + website(event, at: time, now: now, turn: turn).map(LeadFact.website)
    }

    /// What an event that happened at `time` says about the lead's contact status; `nil` when nothing.
    package static func contact(_ event: any Event, at time: Date) -> [ContactFact] {
        switch event {
        case let event as MessageSent:
            [ContactFact(event.channel == .email ? .emailSent : .smsSent, at: time, channel: event.channel, address: event.address)]
        case let event as MessageDelivered:
            [ContactFact(event.channel == .email ? .emailDelivered : .smsDelivered, at: time, channel: event.channel)]
        case let event as MessageOpened:
            [ContactFact(event.byMachine ? .openedByMachine : .openedByPerson, at: time, channel: event.channel)]
        case let event as MessageClicked:
            [ContactFact(event.byMachine ? .clickedByMachine : .clickedByPerson, at: time, channel: event.channel)]
        case let event as MessageReplied:
            [ContactFact(.replied, at: time, channel: event.channel)]
        case let event as MessageBounced:
            [
                ContactFact(
                    event.isPermanent ? .bouncedPermanently : .bouncedTemporarily,
                    at: time,
                    channel: event.channel,
                    address: event.address
                )
            ]
        case let event as MessageFailed:
            [ContactFact(event.isUndeliverable ? .undeliverable : .failed, at: time, channel: event.channel, address: event.address)]
        case let event as MessageUnsubscribed:
            [ContactFact(.unsubscribed, at: time, channel: event.channel, address: event.address)]
        case let event as MessageComplained:
            [ContactFact(.complained, at: time, channel: event.channel, address: event.address)]
        case let event as MessageResubscribed:
            [ContactFact(.resubscribed, at: time, channel: event.channel, address: event.address)]
        case is CheckoutCreated:
            [ContactFact(.checkoutCreated, at: time)]
        case let event as PaymentSucceeded:
            [ContactFact(event.siteID == nil ? .paidForSomethingElse : .paidForSite, at: time)]
        case let event as LeadUpdated:
            addressChanges(event.snapshot, event.changed, at: time)
        case let event as LeadMerged:
            addressChanges(event.snapshot, event.changed, at: time)
        default:
            []
        }
    }

    /// What an event that happened at `time` says about the lead's website status.
    package static func website(_ event: any Event, at time: Date, now: Date, turn: SubscriptionTurn? = nil) -> [WebsiteFact] {
        switch event {
        case let event as PaymentSucceeded where event.siteID != nil:
            movedEnd(turn, at: time, now: now) + [WebsiteFact(.paidForSite, at: time, saidAt: turn?.purchasedAt)]
        case let event as SubscriptionCancelled:
            if let end = turn?.end ?? event.endsAt, end > now {
                [WebsiteFact(.subscriptionEndsLater, at: time, saidAt: turn?.cancelledAt)]
            } else {
                [WebsiteFact(.subscriptionEnded, at: max(turn?.end ?? event.endsAt ?? time, time), saidAt: turn?.cancelledAt ?? time)]
            }
        case is SubscriptionStarted:
            movedEnd(turn, at: time, now: now)
        case is SubscriptionRenewed:
            movedEnd(turn, at: time, now: now) + [WebsiteFact(.subscriptionRenewed, at: time, saidAt: turn?.purchasedAt)]
        case is SubscriptionReactivated:
            [WebsiteFact(.subscriptionReactivated, at: time)]
        case is SubscriptionPaused:
            [WebsiteFact(.subscriptionPaused, at: time)]
        default:
            []
        }
    }

    /// A payment that becomes known after a cancellation: what was archived too early is there until the later end.
    private static func movedEnd(_ turn: SubscriptionTurn?, at time: Date, now: Date) -> [WebsiteFact] {
        guard let turn, turn.isOfLeadsSite, let end = turn.movedEnd, end > now else { return [] }
        return [WebsiteFact(.subscriptionEndMoved, at: time, saidAt: turn.after.changedAt)]
    }

    private static func addressChanges(_ lead: Lead, _ changed: [String], at time: Date) -> [ContactFact] {
        let email = ContactFact(.emailChanged, at: time, channel: .email, address: lead.email)
        let phone = ContactFact(.phoneChanged, at: time, channel: .sms, address: lead.phone)
        return (changed.contains("email") ? [email] : []) + (changed.contains("phone") ? [phone] : [])
    }
}
