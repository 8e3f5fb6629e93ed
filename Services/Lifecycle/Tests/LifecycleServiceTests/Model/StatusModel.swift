import Contracts

/// DESIGN §5 for facts that are heard once and in order: what the service is held to, in whatever order and however often it hears them.
struct StatusModel: Hashable {
    var contact = ContactStatus.pending
    var website = WebsiteStatus.none
    private var held = ContactStatus.pending
    private var refused: Set<Channel> = []
    private var hasNewAddress = false

    mutating func hear(_ event: any Event) {
        switch event {
        case let event as MessageSent:
            move(to: event.channel == .email ? .emailed : .smsSent, from: hasNewAddress ? [.pending, .bounced] : [.pending])
        case let event as MessageDelivered where event.channel == .sms: move(to: .smsSent, from: [.pending])
        case let event as MessageOpened where !event.byMachine: move(to: .opened, from: [.pending, .emailed, .smsSent])
        case let event as MessageClicked where !event.byMachine: move(to: .clicked, from: [.pending, .emailed, .smsSent, .opened])
        case is MessageReplied: move(to: .replied, unless: [.interested, .purchased, .unsubscribed])
        case is CheckoutCreated: move(to: .interested, unless: [.purchased, .unsubscribed])
        case let event as PaymentSucceeded where event.siteID != nil: (contact, website) = (.purchased, .sold)
        case let event as MessageUnsubscribed: refuse(event.channel)
        case let event as MessageComplained: refuse(event.channel)
        case let event as MessageResubscribed:
            refused.remove(event.channel)
            if contact == .unsubscribed, refused.isEmpty { contact = held }
        case let event as MessageBounced where event.isPermanent: bounce()
        case let event as MessageFailed where event.isUndeliverable: bounce()
        case is LeadUpdated: hasNewAddress = contact == .bounced
        case is SubscriptionCancelled where website == .sold: website = .archived
        case is SubscriptionRenewed where website == .archived: website = .sold
        default: break
        }
    }

    private mutating func refuse(_ channel: Channel) {
        refused.insert(channel)
        if contact != .unsubscribed { held = contact }
        move(to: .unsubscribed, unless: [.purchased])
    }

    private mutating func bounce() { move(to: .bounced, unless: [.replied, .interested, .purchased, .unsubscribed]) }
    private mutating func move(to next: ContactStatus, from: [ContactStatus]) { if from.contains(contact) { contact = next } }
    private mutating func move(to next: ContactStatus, unless: [ContactStatus]) { if !unless.contains(contact) { contact = next } }
}
