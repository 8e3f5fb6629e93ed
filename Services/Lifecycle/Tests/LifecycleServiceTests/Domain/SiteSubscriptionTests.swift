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
        #expect(subscription == SiteSubscription(id: ours, status: .active, since: at(0), changedAt: at(101), currentPeriodEnd: at(200)))
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
        let again = after([Fact(ours, .cancelled(endsAt: at(50)), at: at(1)), Fact(ours, .cancelled(endsAt: nil), at: at(2))])
        #expect(again?.endsAt == at(2), "at once, after all")
    }

    @Test(arguments: [(0.0, 70.0), (0.0, 10.0), (2.0, 90.0), (2.0, nil)])
    func `what is paid before or after a cancellation may make its end later, and undoes it never`(paid: Double, until: Double?) {
        let payment = Fact(ours, .paid(until: until.map(at)), at: at(paid))
        let cancelled = Fact(ours, .cancelled(endsAt: at(50)), at: at(1))
        for facts in [[payment, cancelled], [cancelled, payment]] {
            let subscription = after(facts)
            #expect(subscription?.status == .cancelled && subscription?.endsAt == at(max(50, until ?? 0)))
            #expect(subscription?.changedAt == at(1) && subscription?.since == facts.first?.occurredAt)
        }
    }

    @Test func `gone on with after a cancellation, or bought anew, it has no end`() {
        let cancelled = Fact(ours, .cancelled(endsAt: at(50)), at: at(1))
        let renewed = after([cancelled, Fact(ours, .renewed, at: at(2))])
        #expect(renewed?.status == .active && renewed?.endsAt == nil && renewed?.resumedAt == at(2))
        #expect(after([Fact(ours, .renewed, at: at(0)), cancelled])?.endsAt == at(50))
        #expect(after([cancelled, Fact(ours, .renewed, at: at(0))])?.endsAt == at(50))
        #expect(after([cancelled, Fact(ours, .renewed, at: at(2)), cancelled])?.status == .active, "an older one that comes late")
        let bought = after([cancelled, Fact(another, .paid(until: at(200)), at: at(3))])
        #expect(bought?.id == another && bought?.status == .active && bought?.endsAt == nil)
    }

    @Test func `gone on with, it has no end, and a cancellation from before it is void however late it comes`() {
        let cancelled = Fact(ours, .cancelled(endsAt: at(50)), at: at(1))
        let resumed = Fact(ours, .resumed, at: at(2))
        for facts in [[cancelled, resumed], [resumed, cancelled], [cancelled, resumed, cancelled, resumed]] {
            let subscription = after([Fact(ours, .paid(until: at(40)), at: at(0))] + facts)
            #expect(subscription?.status == .active && subscription?.endsAt == nil && subscription?.currentPeriodEnd == at(40))
        }
        #expect(after([cancelled, resumed, Fact(ours, .cancelled(endsAt: nil), at: at(3))])?.endsAt == at(3))
        #expect(after([Fact(ours, .cancelled(endsAt: nil), at: at(3)), resumed])?.status == .cancelled)
        let paused = [Fact(ours, .paid(until: nil), at: at(0)), Fact(ours, .paused, at: at(1))]
        #expect(after(paused)?.status == .paused)
        #expect(after(paused + [resumed])?.status == .active)
        #expect(after([Fact(another, .paid(until: nil), at: at(0)), resumed])?.id == another)
    }

    @Test(arguments: 0..<20)
    func `paused, it stays so until it is gone on with, whatever is paid or fails meanwhile`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let meanwhile = [
            Fact(ours, .paused, at: at(1)), Fact(ours, .paid(until: at(80)), at: at(2)), Fact(ours, .renewed, at: at(2)),
            Fact(ours, .pastDue, at: at(3)),
        ]
        let facts = [Fact(ours, .paid(until: at(40)), at: at(0))] + meanwhile.shuffled(using: &random)
        #expect(after(facts)?.status == .paused && after(facts)?.currentPeriodEnd == at(80))
        let resumed = Fact(ours, .resumed, at: at(4))
        #expect(after(facts + [resumed, meanwhile[0]])?.status == .active)
    }

    @Test func `the end of an old subscription says nothing of the new one`() {
        let both = [Fact(ours, .paid(until: nil), at: at(0)), Fact(another, .paid(until: nil), at: at(1))]
        #expect(after(both + [Fact(ours, .cancelled(endsAt: nil), at: at(2))])?.id == another)
        #expect(after(both + [Fact(ours, .pastDue, at: at(2))])?.status == .active)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `of one subscription that was cancelled, the site is sold while its payments cover it, and archived after that`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (lead, site, now) = (LeadID.make(), SiteID.make(), at(50))
        let end = Double(Int.random(in: 20...80, using: &random))
        var events: [(event: any Event, time: Date)] = (0..<Int.random(in: 1...3, using: &random)).map { number in
            let (paid, until) = (Double(Int.random(in: 0...45, using: &random)), Double(Int.random(in: 10...90, using: &random)))
            let renewed = SubscriptionRenewed(leadID: lead, siteID: site, subscriptionID: ours, currentPeriodEnd: at(until))
            let payment = PaymentSucceeded(
                leadID: lead,
                siteID: site,
                paymentID: .make(),
                subscriptionID: ours,
                amount: Money(minorUnits: 1, currency: .gtq),
                paidUntil: at(until)
            )
            return (number > 0 && Bool.random(using: &random) ? renewed : payment, at(paid))
        }
        events.append((SubscriptionCancelled(leadID: lead, siteID: site, subscriptionID: ours, endsAt: at(end)), at(20)))
        let covered = events.compactMap {
            ($0.event as? PaymentSucceeded)?.paidUntil ?? ($0.event as? SubscriptionRenewed)?.currentPeriodEnd
        }
        let last = max(at(end), covered.max() ?? at(end))

        var subscription: SiteSubscription?
        var ledger = StatusLedger([lead: LeadStanding(lead, changedAt: at(0))])
        var scheduled: Date?
        for (event, time) in events.shuffled(using: &random) {
            guard let fact = Fact(event, at: time) else { continue }
            let after = SiteSubscription.following(fact, after: subscription)
            let turn = SubscriptionTurn(fact, before: subscription, after: after, site: site)
            subscription = after
            for said in Facts.website(event, at: time, now: now, turn: turn) {
                ledger.follow(.website(said), of: lead, cause: StatusCause(type: "test"))
            }
            if let end = turn.end, end > now {
                scheduled = event is SubscriptionCancelled ? turn.cancelledAt : scheduled ?? max(after.changedAt, after.since)
            }
        }
        #expect(subscription?.status == .cancelled && subscription?.endsAt == last)
        #expect(ledger.standings[lead]?.website.status == (last > now ? .sold : .archived))
        guard last > now, let scheduled else { return }
        ledger.follow(.website(WebsiteFact(.subscriptionEnded, at: last, saidAt: scheduled)), of: lead, cause: StatusCause(type: "test"))
        #expect(ledger.standings[lead]?.website.status == .archived)
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
