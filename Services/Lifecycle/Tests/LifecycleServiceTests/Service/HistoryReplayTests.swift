import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

/// Random lives of many leads at once, in any order, repeated and interleaved, through the streams and the database.
@Suite("The history, replayed", .timeLimit(.minutes(2)))
struct HistoryReplayTests {
    private func life(of lead: Lead, _ random: inout SeededRandom) -> [(event: any Event, time: Date)] {
        let amount = Money(minorUnits: 150_000, currency: .gtq)
        let channels = Channel.allCases
        var version = 1
        return (0..<Int.random(in: 4...24, using: &random)).map { _ in
            let channel = channels.randomElement(using: &random) ?? .email
            let address = ["a@example.com", "b@example.com"].randomElement(using: &random) ?? ""
            let coin = Bool.random(using: &random)
            let event: any Event =
                switch Int.random(in: 0..<13, using: &random) {
                case 0: MessageSent(leadID: lead.id, messageID: .make(), channel: channel, address: address)
                case 1: MessageDelivered(leadID: lead.id, messageID: .make(), channel: channel)
                case 2: MessageOpened(leadID: lead.id, messageID: .make(), channel: channel, byMachine: coin)
                case 3: MessageClicked(leadID: lead.id, messageID: .make(), channel: channel, url: "https://a.example", byMachine: coin)
                case 4: MessageReplied(leadID: lead.id, channel: channel)
                case 5: MessageBounced(leadID: lead.id, messageID: .make(), channel: channel, address: address, isPermanent: coin)
                case 6: MessageFailed(leadID: lead.id, messageID: .make(), channel: channel, address: address, isUndeliverable: coin)
                case 7: MessageComplained(leadID: lead.id, channel: channel, address: address)
                case 8: MessageUnsubscribed(leadID: lead.id, channel: channel, address: address, source: "page")
                case 9: MessageResubscribed(leadID: lead.id, channel: channel, address: address, source: "page")
                case 10: CheckoutCreated(leadID: lead.id, siteID: .make(), checkoutID: .make(), amount: amount)
                case 11:
                    coin
                        ? PaymentSucceeded(leadID: lead.id, siteID: .make(), paymentID: .make(), amount: amount)
                        : SubscriptionCancelled(leadID: lead.id, subscriptionID: .make())
                default: changed(lead, &version, coin ? "email" : "phone", address)
                }
            return (event, minute(Double(Int.random(in: 0...12, using: &random)) + Double.random(in: 0..<0.5, using: &random)))
        }
    }

    private func changed(_ lead: Lead, _ version: inout Int, _ field: String, _ address: String) -> any Event {
        version += 1
        var lead = lead
        lead.version = version
        if field == "email" { lead.email = address } else { lead.phone = "+1205555010\(version % 10)" }
        return LeadUpdated(snapshot: lead, changed: [field])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever the order of events, following the recorded facts again gives what is stored, and what was told`(
        seed: UInt64
    ) async throws {
        var random = SeededRandom(seed: seed)
        let bench = try await Bench()
        let leads = (0..<40).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        var events = leads.flatMap { lead in life(of: lead, &random).map { (event: $0.event, time: $0.time, id: EventID.make()) } }
        events += leads.map { (event: LeadCreated(snapshot: $0), time: minute(0), id: EventID.make()) }
        events += events.shuffled(using: &random).prefix(events.count / 4)

        try await bench.running {
            for (event, time, id) in events.shuffled(using: &random) { try await tell(event, time, id, bench) }
            try await bench.settled()
            for lead in leads { try await check(lead.id, bench) }
            try await mergeAndErase(leads, bench)
            let verified = try await bench.ask(VerifyStatuses(), as: .admin)
            #expect(verified.leads == leads.count && verified.differences.isEmpty)
        }
        #expect(try await bench.database.rows("SELECT reason FROM dead_letters").isEmpty)
        try await bench.close()
    }

    private func tell(_ event: some Event, _ time: Date, _ id: EventID, _ bench: Bench) async throws {
        try await bench.tell(event, at: time, id: id)
    }

    /// A quarter of the leads is found to be another, and every third is erased, whatever its life has been: addresses that decided, too.
    private func mergeAndErase(_ leads: [Lead], _ bench: Bench) async throws {
        for number in stride(from: 0, to: leads.count - 1, by: 4) {
            var survivor = leads[number]
            survivor.version = 1_000
            try await bench.tell(LeadMerged(snapshot: survivor, mergedLeadID: leads[number + 1].id, changed: ["email"]), at: minute(20))
        }
        try await bench.settled()
        for number in stride(from: 0, to: leads.count, by: 3) {
            try await bench.tell(LeadErased(leadID: leads[number].id), at: minute(21))
        }
        try await bench.settled()
        for lead in leads {
            let bounce = MessageBounced(leadID: lead.id, messageID: .make(), channel: .email, address: "b@example.com", isPermanent: true)
            try await bench.tell(bounce, at: minute(22))
        }
        try await bench.settled()
    }

    private func check(_ lead: LeadID, _ bench: Bench) async throws {
        let facts = try await bench.database.transaction { try await $0.recordedFacts(of: lead).map(\.fact) }
        var contact = ContactState()
        var website = WebsiteState()
        for fact in facts {
            switch fact {
            case .contact(let fact): contact.follow(fact)
            case .website(let fact): website.follow(fact)
            }
        }
        let stored = try #require(try await bench.database.standingIfKnown(of: lead))
        #expect(stored.contact.status == contact.status && stored.contact.held == contact.held)
        #expect(stored.website.status == website.status)
        #expect(try WireJSON.encode(stored.contact.marks) == WireJSON.encode(contact.marks))
        #expect(try WireJSON.encode(stored.website.marks) == WireJSON.encode(website.marks))

        let history = try await bench.history(of: lead)
        for (field, end) in [(StatusField.contact, contact.status.rawValue), (.website, website.status.rawValue)] {
            var status = field == .contact ? "pending" : "none"
            for entry in history where entry.field == field {
                #expect(entry.from == status)
                status = entry.to ?? status
            }
            #expect(status == end)
        }
        let told = try await bench.told(ContactStatusChanged.self, of: lead)
        #expect(told.map(\.to.rawValue) == history.filter { $0.field == .contact }.compactMap(\.to))
        #expect(stored.version == history.compactMap(\.to).count)
    }
}
