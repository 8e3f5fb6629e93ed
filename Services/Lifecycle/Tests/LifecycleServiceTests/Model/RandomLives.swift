import Contracts
import Foundation

/// Invented lives of many leads, and how the service gets to hear of them: interleaved, repeated, and most of them out of order.
struct RandomLives {
    /// One thing that happened.
    struct Happening {
        var lead: LeadID
        var event: any Event
        var time: Date
        var id = EventID.make()
    }

    /// Of each lead in the order in which it happened.
    private(set) var lives: [LeadID: [Happening]] = [:]
    /// In the order of publishing, repeats included.
    private(set) var deliveries: [Happening] = []
    private var random: SeededRandom

    /// `count`: of deliveries.
    init(count: Int, seed: UInt64) {
        random = SeededRandom(seed: seed)
        var places: [(place: Int, happening: Happening)] = []
        while places.count < count {
            let start = Int.random(in: 0..<count, using: &random)
            let kind = Int.random(in: 0..<20, using: &random)
            let life = kind < 11 ? straying() : kind < 17 ? inOrder() : moving()
            var place = start
            for happening in life {
                // Some close together, so that they meet in a batch; some far apart.
                place += Int.random(in: 1...(Bool.random(using: &random) ? 3 : 400), using: &random)
                let heard = (11..<17).contains(kind) ? place : start + Int.random(in: 0...900, using: &random)
                places.append((heard, happening))
                if Int.random(in: 0..<12, using: &random) == 0 {
                    places.append((heard + Int.random(in: 0...1_500, using: &random), happening))
                }
            }
            if let lead = life.first?.lead { lives[lead] = life }
        }
        // Swift's sort keeps the order of equals, so that a lead's events of one place stay as they happened.
        deliveries = places.sorted { $0.place < $1.place }.map(\.happening)
    }

    /// What is written about on one channel, and bought: its end is the same whatever the order in which it becomes known.
    private mutating func straying() -> [Happening] {
        let lead = LeadID.make()
        let channel: Channel = Int.random(in: 0..<4, using: &random) == 0 ? .sms : .email
        return happenings(lead, count: 3...16) { random in
            switch Int.random(in: 0..<24, using: &random) {
            case 19: CheckoutCreated(leadID: lead, siteID: .make(), checkoutID: .make(), amount: Self.amount)
            case 20: PaymentSucceeded(leadID: lead, siteID: .make(), paymentID: .make(), amount: Self.amount)
            case 21: SubscriptionCancelled(leadID: lead, subscriptionID: .make())
            case 22: SubscriptionRenewed(leadID: lead, subscriptionID: .make())
            case let choice: Self.message(choice, lead, channel, &random)
            }
        }
    }

    /// Both channels, and people who come back: that is heard in order, and has to be decided on in order.
    private mutating func inOrder() -> [Happening] {
        let lead = LeadID.make()
        return happenings(lead, count: 3...24) { random in
            let channel: Channel = Bool.random(using: &random) ? .sms : .email
            return Int.random(in: 0..<5, using: &random) == 0
                ? MessageResubscribed(leadID: lead, channel: channel, address: "a@example.com", source: "page")
                : Self.message(Int.random(in: 0..<19, using: &random), lead, channel, &random)
        }
    }

    /// A bounce, another address, and a message there.
    private mutating func moving() -> [Happening] {
        var lead = SampleLeads.lead("Moving", version: 2, email: "new@example.com")
        lead.slug = "moving-\(lead.id)"
        func sent(to address: String) -> any Event { MessageSent(leadID: lead.id, messageID: .make(), channel: .email, address: address) }
        let bounced = MessageBounced(leadID: lead.id, messageID: .make(), channel: .email, address: "old@example.com", isPermanent: true)
        var events = [sent(to: "old@example.com"), bounced, LeadUpdated(snapshot: lead, changed: ["email"]), sent(to: "new@example.com")]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: events.append(MessageReplied(leadID: lead.id, channel: .email))
        case 1: events.append(PaymentSucceeded(leadID: lead.id, siteID: .make(), paymentID: .make(), amount: Self.amount))
        default: break
        }
        return happenings(lead.id, count: events.count...events.count) { _ in events.removeFirst() }
    }

    private mutating func happenings(
        _ lead: LeadID,
        count: ClosedRange<Int>,
        _ next: (inout SeededRandom) -> any Event
    ) -> [Happening] {
        let begin = Double(Int.random(in: 0..<10_000, using: &random))
        return (0..<Int.random(in: count, using: &random)).map { number in
            Happening(lead: lead, event: next(&random), time: minute(begin + Double(number)))
        }
    }

    private static let amount = Money(minorUnits: 150_000, currency: .gtq)

    private static func message(_ choice: Int, _ lead: LeadID, _ channel: Channel, _ random: inout SeededRandom) -> any Event {
        let (address, coin) = ("a@example.com", Bool.random(using: &random))
        return switch choice {
        case 0...4: MessageSent(leadID: lead, messageID: .make(), channel: channel, address: address)
        case 5, 6: MessageDelivered(leadID: lead, messageID: .make(), channel: channel)
        case 7...9: MessageOpened(leadID: lead, messageID: .make(), channel: channel, byMachine: coin)
        case 10...12: MessageClicked(leadID: lead, messageID: .make(), channel: channel, url: "https://a.example", byMachine: coin)
        case 13: MessageReplied(leadID: lead, channel: channel)
        case 14: MessageComplained(leadID: lead, channel: channel, address: address)
        case 15: MessageUnsubscribed(leadID: lead, channel: channel, address: address, source: "page")
        case 16: MessageFailed(leadID: lead, messageID: .make(), channel: channel, address: address, isUndeliverable: coin)
        default: MessageBounced(leadID: lead, messageID: .make(), channel: channel, address: address, isPermanent: coin)
        }
    }
}
