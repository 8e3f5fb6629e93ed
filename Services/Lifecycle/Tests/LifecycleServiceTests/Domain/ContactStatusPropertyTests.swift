import Contracts
import Foundation
import LifecycleService
import Testing

/// Random lives of leads: facts with times, in any order, repeated and interleaved. A failing case is named by its seed.
@Suite("Contact status, whatever happens")
struct ContactStatusPropertyTests {
    private static let rank: [ContactStatus: Int] = [
        .pending: 0, .emailed: 1, .smsSent: 1, .opened: 2, .clicked: 3, .replied: 4, .interested: 5, .purchased: 6,
    ]

    private func life(_ random: inout SeededRandom, from triggers: [ContactTrigger] = ContactTrigger.allCases) -> [ContactFact] {
        var facts = (0..<Int.random(in: 1...25, using: &random)).map { _ in
            ContactFact(
                triggers.randomElement(using: &random) ?? .emailSent,
                at: minute(Double(Int.random(in: 0...12, using: &random))),
                channel: Channel.allCases.randomElement(using: &random),
                address: ["a@example.com", "b@example.com"].randomElement(using: &random),
                asked: ContactStatus.allCases.randomElement(using: &random)
            )
        }
        facts += facts.shuffled(using: &random).prefix(8)
        return facts.shuffled(using: &random)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `a customer stays one, and an unsubscribed lead too but for a purchase, its own word or a person's`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = ContactState()
        for fact in life(&random) {
            let before = state
            state.follow(fact)
            guard state.status != before.status, fact.trigger != .setByHand else { continue }
            #expect(before.status != .purchased)
            if before.status == .unsubscribed {
                #expect([.paidForSite, .resubscribed, .adopted].contains(fact.trigger))
                #expect(state.status == .purchased || state.status == before.held)
            }
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `nothing but a person moves a status back`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = ContactState()
        for fact in life(&random) {
            let before = state
            state.follow(fact)
            guard fact.trigger != .setByHand, let was = Self.rank[before.status], let now = Self.rank[state.status] else { continue }
            #expect(now >= was, "\(before.status) -> \(state.status) on \(fact.trigger)")
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `replaying the history gives the status`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = ContactState()
        let history = life(&random).map { (from: state.status, decision: state.follow($0)) }

        var replayed = ContactState().status
        for row in history {
            #expect(row.from == replayed)
            replayed = row.decision.next ?? replayed
        }
        #expect(replayed == state.status)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `to hear a fact twice is to hear it once`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = ContactState()
        for fact in life(&random) {
            state.follow(fact)
            let once = state
            #expect(state.follow(fact).next == nil)
            #expect(state.status == once.status)
            #expect(state.held == once.held)
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `what a lead does by mail leads to the same status in whatever order it becomes known`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let triggers: [ContactTrigger] = [
            .emailSent, .emailDelivered, .openedByPerson, .openedByMachine, .clickedByPerson, .replied, .checkoutCreated, .paidForSite,
            .unsubscribed, .complained, .bouncedPermanently, .bouncedTemporarily,
        ]
        // Without a resubscription: what a lead does while it is unsubscribed is ignored for good, if it is known to be by then.
        let facts = life(&random, from: triggers)
        let ends = (0..<20).map { _ in
            facts.shuffled(using: &random).reduce(into: ContactState()) { $0.follow($1) }.status
        }
        #expect(Set(ends).count == 1)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `refusals and returns on one channel count by their times, not by their arrival`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let facts = (0..<6).map { number in
            ContactFact(
                [.unsubscribed, .complained, .resubscribed].randomElement(using: &random) ?? .unsubscribed,
                at: minute(Double(number)),
                channel: .email
            )
        }
        let isRefused = facts.last?.trigger != .resubscribed
        let end = facts.shuffled(using: &random).reduce(into: ContactState(status: .opened)) { $0.follow($1) }
        #expect(end.status == (isRefused ? .unsubscribed : .opened))
    }
}
