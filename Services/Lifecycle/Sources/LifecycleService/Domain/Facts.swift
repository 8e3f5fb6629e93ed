package import Contracts
package import Foundation

/// What the events say, in the words of the rules: the only place that knows both.
package enum Facts {
    /// Everything that an event says, the contact status first.
    package static func all(_ event: any Event, at time: Date, now: Date) -> [LeadFact] {
        contact(event, at: time).map(LeadFact.contact) + website(event, at: time, now: now).map(LeadFact.website)
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
    package static func website(_ event: any Event, at time: Date, now: Date) -> [WebsiteFact] {
        switch event {
        case let event as PaymentSucceeded where event.siteID != nil:
            [WebsiteFact(.paidForSite, at: time)]
        case let event as SubscriptionCancelled:
            if let end = event.endsAt, end > now {
                [WebsiteFact(.subscriptionEndsLater, at: time)]
            } else {
                [WebsiteFact(.subscriptionEnded, at: max(event.endsAt ?? time, time), saidAt: time)]
            }
        case is SubscriptionRenewed:
            [WebsiteFact(.subscriptionRenewed, at: time)]
        default:
            []
        }
    }

    private static func addressChanges(_ lead: Lead, _ changed: [String], at time: Date) -> [ContactFact] {
        let email = ContactFact(.emailChanged, at: time, channel: .email, address: lead.email)
        let phone = ContactFact(.phoneChanged, at: time, channel: .sms, address: lead.phone)
        return (changed.contains("email") ? [email] : []) + (changed.contains("phone") ? [phone] : [])
    }
}
