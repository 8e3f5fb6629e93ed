import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("What a site is paid by")
struct SiteSubscriptionTests {
    private typealias Fact = SiteSubscription.Fact
    private let ours = SubscriptionID.make()
    private let another = SubscriptionID.make()

    private func at(_ minutes: Double) -> Date { Date(timeIntervalSince1970: 1_790_000_000 + minutes * 60) }
    private func after(_ facts: [Fact]) -> SiteSubscription? {
        facts.reduce(nil) { SiteSubscription.following($1, after: $0) }
    }

    @Test func `paid, past due, paid again: active, with the later end`() {
        let subscription = after([
            Fact(ours, .paid(until: at(100)), at: at(0)), Fact(ours, .pastDue, at: at(100)), Fact(ours, .paid(until: at(200)), at: at(101)),
        ])
        #expect(subscription == SiteSubscription(id: ours, status: .active, changedAt: at(101), currentPeriodEnd: at(200)))
    }

    @Test func `a payment that is not followed by another stays past due`() {
        #expect(after([Fact(ours, .paid(until: at(100)), at: at(0)), Fact(ours, .pastDue, at: at(100))])?.status == .pastDue)
    }

    @Test func `an older fact that comes later moves nothing back, but for what it tells of the period`() {
        let facts = [Fact(ours, .paid(until: at(200)), at: at(101)), Fact(ours, .pastDue, at: at(100))]
        #expect(after(facts)?.status == .active)
        let late = after([Fact(ours, .pastDue, at: at(100)), Fact(ours, .paid(until: at(100)), at: at(0))])
        #expect(late?.status == .pastDue && late?.currentPeriodEnd == at(100))
    }

    @Test func `cancelled ends when what is paid for does, and at once where that isn't known`() {
        #expect(after([Fact(ours, .cancelled(endsAt: at(50)), at: at(1))])?.endsAt == at(50))
        #expect(after([Fact(ours, .cancelled(endsAt: nil), at: at(1))])?.endsAt == at(1))
        let renewed = after([Fact(ours, .cancelled(endsAt: at(50)), at: at(1)), Fact(ours, .paid(until: at(90)), at: at(2))])
        #expect(renewed?.status == .active && renewed?.endsAt == nil)
    }

    @Test func `the end of an old subscription says nothing of the new one`() {
        let both = [Fact(ours, .paid(until: nil), at: at(0)), Fact(another, .paid(until: nil), at: at(1))]
        #expect(after(both + [Fact(ours, .cancelled(endsAt: nil), at: at(2))])?.id == another)
        #expect(after(both + [Fact(ours, .pastDue, at: at(2))])?.status == .active)
    }

    @Test(arguments: 0..<50)
    func `in whatever order its facts come, the newest says how it stands`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let kinds: [Fact.Kind] = [.paid(until: at(100)), .pastDue, .paid(until: at(200)), .pastDue, .cancelled(endsAt: at(300))]
        let facts = kinds.enumerated().map { Fact(ours, $1, at: at(Double($0))) }
        let subscription = after(facts.shuffled(using: &random))
        #expect(subscription?.status == .cancelled && subscription?.endsAt == at(300) && subscription?.changedAt == at(4))
    }
}
