import BillingWebhookService
import Contracts
import Foundation
import Testing

@Suite("Payment rules")
struct PaymentRulesTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    @Test(arguments: 0..<30)
    func `in whatever order its notices come, and however often, a payment ends the same and each is news once`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let notices = [Charge.Outcome.pending, .failed, .succeeded].enumerated().map { ($1, Self.start + Double($0)) }
        var record = PaymentRecord()
        var news: [Charge.Outcome] = []
        for (outcome, time) in (notices + notices).shuffled(using: &random) {
            let (next, isNews) = record.adding(outcome, at: time)
            record = next
            if isNews { news.append(outcome) }
        }
        #expect(record == PaymentRecord(pendingAt: Self.start, failedAt: Self.start + 1, succeededAt: Self.start + 2))
        #expect(record.outcome == .succeeded)
        #expect(news.count == 3)
    }

    @Test func `a refusal that is told of late takes nothing back`() {
        let paid = PaymentRecord().adding(.succeeded, at: Self.start).record
        #expect(paid.adding(.failed, at: Self.start - 60).record.outcome == .succeeded)
    }
}

@Suite("Subscription rules")
struct SubscriptionRulesTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private static let day = 86_400.0

    @Test(arguments: 0..<60)
    func `in whatever order its facts come, a subscription ends the same and each is told once`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // Payments are counted once before they come here; the provider's own notices may repeat.
        let paid = [0, 30, 60].map { (SubscriptionRecord.Fact.paid, Self.start + $0 * Self.day) }
        let told: [(SubscriptionRecord.Fact, Date)] = [
            (.created, Self.start - 1), (.pastDue, Self.start + 58 * Self.day), (.pastDue, Self.start + 90 * Self.day),
            (.cancelled, Self.start + 95 * Self.day),
        ]
        var record = SubscriptionRecord()
        var news: [SubscriptionRecord.News] = []
        for (fact, time) in (paid + told + told).shuffled(using: &random) {
            let (next, isNews) = record.adding(fact, at: time)
            record = next
            news += isNews
        }
        let end = SubscriptionRecord(
            startedAt: Self.start - 1,
            firstPaidAt: Self.start,
            lastPaidAt: Self.start + 60 * Self.day,
            pastDueTimes: [Self.start + 58 * Self.day, Self.start + 90 * Self.day],
            cancelTimes: [Self.start + 95 * Self.day]
        )
        #expect(record == end)
        #expect(record.state == .cancelled)
        let kinds = news.filter { if case .started = $0 { false } else { true } }
        #expect(news.count == kinds.count + 1)
        let expected: Set<SubscriptionRecord.News> = [
            .renewed(Self.start + 30 * Self.day), .renewed(Self.start + 60 * Self.day), .pastDue(Self.start + 58 * Self.day),
            .pastDue(Self.start + 90 * Self.day), .cancelled(Self.start + 95 * Self.day),
        ]
        #expect(Set(kinds) == expected)
        #expect(kinds.count == expected.count)
    }

    @Test func `a payment after the warning makes a subscription active again`() {
        let late = SubscriptionRecord().adding(.paid, at: Self.start).record.adding(.pastDue, at: Self.start + 30 * Self.day).record
        #expect(late.state == .pastDue)
        #expect(late.adding(.paid, at: Self.start + 31 * Self.day).record.state == .active)
    }
}

@Suite("Subscriptions that are gone on with")
struct ReactivationRulesTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private static func day(_ days: Double) -> Date { start + days * 86_400 }
    private typealias Story = [(SubscriptionRecord.Fact, Date)]

    private func follow(_ story: Story) -> (record: SubscriptionRecord, news: [SubscriptionRecord.News]) {
        story.reduce(into: (SubscriptionRecord(), [])) { known, told in
            let (record, news) = known.0.adding(told.0, at: told.1)
            known = (record, known.1 + news)
        }
    }

    private static let paid: Story = [(.created, day(-1)), (.paid, day(0))]

    @Test func `what was cancelled or paused is active again, and each turn is told once`() {
        let (record, news) = follow(
            Self.paid + [
                (.cancelled, Self.day(10)), (.resumed, Self.day(12)), (.resumed, Self.day(12)), (.paused, Self.day(20)),
                (.paused, Self.day(20)), (.resumed, Self.day(25)),
            ]
        )
        #expect(record.state == .active && record.cancelledAt == nil)
        let turns: [SubscriptionRecord.News] = [
            .started(Self.day(-1)), .cancelled(Self.day(10)), .reactivated(Self.day(12)), .paused(Self.day(20)), .reactivated(Self.day(25)),
        ]
        #expect(news == turns)
    }

    @Test func `a cancellation from before it is void, however late it comes`() {
        let (record, news) = follow(Self.paid + [(.resumed, Self.day(12)), (.cancelled, Self.day(10)), (.pastDue, Self.day(9))])
        #expect(record.state == .active)
        #expect(news == [.started(Self.day(-1))], "nobody was told of the end, so nobody need hear that it is void")
    }

    @Test func `a newer cancellation that was told before it stands`() {
        let (record, news) = follow(Self.paid + [(.cancelled, Self.day(10)), (.cancelled, Self.day(30)), (.resumed, Self.day(12))])
        #expect(record.cancelledAt == Self.day(30))
        #expect(news.suffix(2) == [.reactivated(Self.day(12)), .cancelled(Self.day(30))])
    }

    @Test(arguments: 0..<120)
    func `in whatever order its turns come, and however often, it ends the same, and so does who hears the news`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let kinds: [SubscriptionRecord.Fact] = [.cancelled, .paused, .resumed, .pastDue]
        let turns: Story = (1...8).map { (kinds[Int.random(in: 0..<4, using: &random)], Self.day(Double($0))) }
        let (inOrder, _) = follow(Self.paid + turns)
        let (mixed, news) = follow((Self.paid + turns + turns).shuffled(using: &random))
        #expect(mixed.state == inOrder.state && mixed.cancelledAt == inOrder.cancelledAt && mixed.resumedAt == inOrder.resumedAt)
        // Who follows only what is told, each by its time, stands where we do, but for warnings.
        let heard = news.compactMap { news -> (SubscriptionState, Date)? in
            switch news {
            case .cancelled(let time): (.cancelled, time)
            case .paused(let time): (.paused, time)
            case .reactivated(let time): (.active, time)
            case .started, .renewed, .pastDue: nil
            }
        }
        let last = heard.max { $0.1 < $1.1 }
        if inOrder.state == .cancelled { #expect(heard.contains { $0.0 == .cancelled && $0.1 >= inOrder.resumedAt ?? .distantPast }) }
        if inOrder.state == .active { #expect(last.map { $0.0 == .active } ?? true) }
    }
}

@Suite("Checkout rules")
struct CheckoutRulesTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    @Test func `the first one makes a checkout, the next is sent to the same`() {
        #expect(CheckoutRules.step(nil, at: now) == .create)
        #expect(CheckoutRules.step(.open(url: "u", expiresAt: now + 3600), at: now) == .redirect(to: "u"))
    }

    @Test func `a checkout that is about to expire is replaced`() {
        #expect(CheckoutRules.step(.open(url: "u", expiresAt: now + 60), at: now) == .expireAndCreate)
    }

    @Test func `a second visitor waits for the first, and takes over when the first died`() {
        #expect(CheckoutRules.step(.creating(leaseEnds: now + 5), at: now) == .wait)
        #expect(CheckoutRules.step(.creating(leaseEnds: now - 1), at: now) == .takeOver)
    }

    @Test func `a request for a checkout says what is sold, for how much, and what to give back to us`() throws {
        let (checkout, lead, site) = (CheckoutID.make(), LeadID.make(), SiteID.make())
        let draft = CheckoutDraft(
            id: checkout,
            site: SiteForSale(id: site, leadID: lead, slug: "cafe-uno", title: "Café Uno"),
            price: Price(amount: Money(minorUnits: 150_000, currency: .gtq), interval: BillingInterval(.month))
        )
        let request = RecurrenteCheckoutRequest(
            for: draft,
            successURL: "https://a.example/thanks",
            cancelURL: "https://a.example/back",
            expiresAt: now
        )
        let json = try #require(String(data: WireJSON.encode(request), encoding: .utf8))
        #expect(
            json == """
                {"cancel_url":"https://a.example/back","expires_at":"2026-09-21T14:13:20Z",\
                "items":[{"amount_in_cents":150000,"billing_interval":"month","billing_interval_count":1,"charge_type":"recurring",\
                "currency":"GTQ","name":"Web site: Café Uno","quantity":1}],\
                "metadata":{"checkout_id":"\(checkout)","lead_id":"\(lead)","site_id":"\(site)","slug":"cafe-uno"},\
                "success_url":"https://a.example/thanks"}
                """
        )
    }

    @Test(arguments: [
        ("https://app.recurrente.com/checkout-session/ch_1", true), ("javascript:alert(1)", false), ("https://a b", false), ("", false),
    ])
    func `a browser is sent to web pages only`(url: String, allowed: Bool) {
        #expect(RecurrenteCheckoutAnswer(id: "ch_1", checkoutURL: url).leadsToAPage == allowed)
    }

    @Test func `a month's period ends on the same day of the next, or on its last`() throws {
        let january = try #require(RFC3339.date(from: "2026-01-31T09:00:00Z"))
        #expect(BillingInterval(.month).end(from: january) == RFC3339.date(from: "2026-02-28T09:00:00Z"))
    }

    @Test func `a notice that waits is tried at once, then less and less often, then shown to a person`() {
        let delays = (1...100).map { WaitSchedule.delay(afterAttempt: $0) }
        #expect(delays.prefix(6) == [.milliseconds(50), .seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)])
        #expect(delays[6] == .seconds(3600))
        #expect(delays[99] == nil)
    }
}
