import BillingWebhookService
import Contracts
import Foundation
import Testing

@Suite("What Recurrente tells")
struct RecurrenteNoticeTests {
    private let received = Date(timeIntervalSince1970: 1_800_000_000)

    private func read(_ body: String) throws -> ProviderNotice {
        try RecurrenteNotice.read(Data(body.utf8), receivedAt: received)
    }

    private func charge(_ notice: ProviderNotice) throws -> Charge {
        guard case .charge(let charge) = notice.fact else {
            Issue.record("\(notice.fact) is no charge")
            throw CancellationError()
        }
        return charge
    }

    @Test func `a flat payment is read with its fee, its checkout and its subscription`() throws {
        let notice = try RecurrenteNotice.read(fixture("payment_intent.succeeded"), receivedAt: received)
        #expect(notice.occurredAt == RFC3339.date(from: "2024-02-16T03:01:13.260Z"))
        #expect(!notice.isTest)
        let charge = try charge(notice)
        #expect(charge.outcome == .succeeded)
        #expect(charge.amount == Money(minorUnits: 10_000, currency: .gtq))
        #expect(charge.fee == Money(minorUnits: 450, currency: .gtq))
        #expect(charge.sale == .subscription(providerID: "su_id123"))
        #expect(charge.references == References(providerCheckoutID: "ch_id123"))
        #expect(charge.payer == Payer(providerID: "us_id123", email: "hello@example.com"))
    }

    @Test func `a refused payment says why`() throws {
        let charge = try charge(RecurrenteNotice.read(fixture("payment_intent.failed"), receivedAt: received))
        #expect(charge.outcome == .failed)
        #expect(charge.failureReason?.hasPrefix("Tu banco ha rechazado") == true)
    }

    @Test func `the help centre's wrapper is read too`() throws {
        let notice = try RecurrenteNotice.read(fixture("payment_intent.succeeded.help_centre_wrapper"), receivedAt: received)
        #expect(notice.occurredAt == RFC3339.date(from: "2025-03-15T14:32:00Z"))
        let charge = try charge(notice)
        #expect(charge.key == "pi_xxxxxxxxxxxxxxxx")
        #expect(charge.amount == Money(minorUnits: 15_000, currency: .gtq))
        #expect(charge.references.providerCheckoutID == "ch_xxxxxxxxxxxxxxxx")
        #expect(charge.payer.email == "cliente@ejemplo.com")
        #expect(charge.sale == .oneTime, "no key that both formats share: one sale for each checkout")
    }

    @Test func `the older and the unified notice of one payment have one key, which is never the id of the sale`() throws {
        let sale = #""payment":{"id":"pa_sale","paymentable":{"type":"OneTimePayment","id":"on_1"}}"#
        let checkout = #""checkout":{"id":"ch_1","latest_intent":{"id":"in_1"}},"amount_in_cents":1000,"currency":"USD""#
        let older = try charge(read(#"{"event_type":"payment_intent.succeeded","id":"pa_1",\#(sale),\#(checkout)}"#))
        let unified = try charge(read(#"{"event_type":"intent.succeeded","id":"in_1",\#(sale),\#(checkout)}"#))
        #expect(older.key == "in_1")
        #expect(unified.key == "in_1")
        #expect(older.sale == .oneTime)
        let alone = try charge(read(#"{"event_type":"payment_intent.succeeded","id":"pa_1",\#(sale),"amount":1,"currency":"usd"}"#))
        #expect(alone.key == "pa_1")
    }

    @Test(arguments: ["subscription.cancel", "subscription.cancelled"])
    func `both spellings of a cancellation are understood`(eventType: String) throws {
        let notice = try read(#"{"event_type":"\#(eventType)","id":"su_1","created_at":"2026-01-27T10:30:32.620-06:00"}"#)
        #expect(notice.fact == .subscription(SubscriptionNotice(change: .cancelled, providerID: "su_1")))
        #expect(notice.occurredAt == RFC3339.date(from: "2026-01-27T16:30:32.620Z"))
    }

    @Test(arguments: [
        ("reactivate", SubscriptionNotice.Change.resumed), ("unpause", .resumed), ("pause", .paused), ("paused", .paused),
    ])
    func `pausing and going on are understood, in the flat shape and within data`(verb: String, change: SubscriptionNotice.Change) throws {
        let fact = ProviderNotice.Fact.subscription(SubscriptionNotice(change: change, providerID: "su_1"))
        #expect(try read(#"{"event_type":"subscription.\#(verb)","id":"su_1"}"#).fact == fact)
        #expect(try read(#"{"event_type":"subscription.\#(verb)","created_at":"2026-01-01T00:00:00Z","data":{"id":"su_1"}}"#).fact == fact)
    }

    @Test func `a subscription is read with its price, its payer and what its product carries of ours`() throws {
        let notice = try RecurrenteNotice.read(fixture("subscription.create.with_metadata"), receivedAt: received)
        let site = try #require(SiteID("596ef3e8-bb81-48ac-8688-1cb4c26cc21a"))
        let expected = SubscriptionNotice(
            change: .created,
            providerID: "su_testsubscription123",
            references: References(siteID: site),
            payer: Payer(providerID: "us_testcustomer", email: "cliente@example.com"),
            amount: Money(minorUnits: 500, currency: .usd),
            interval: BillingInterval(.month)
        )
        #expect(notice.fact == .subscription(expected))
    }

    @Test(arguments: [
        ("subscription.create", SubscriptionNotice.Change.created), ("subscription.past_due", .pastDue),
        ("subscription.cancel", .cancelled),
    ])
    func `the documented subscription notices are understood`(name: String, change: SubscriptionNotice.Change) throws {
        guard case .subscription(let notice) = try RecurrenteNotice.read(fixture(name), receivedAt: received).fact else {
            Issue.record("\(name) is no subscription notice")
            return
        }
        #expect(notice.change == change)
        #expect(notice.providerID == "su_123")
    }

    @Test func `what is wrapped in data is read as if it were not`() throws {
        let wrapped = try read(
            #"{"event_type":"refund.create","created_at":"2026-01-01T00:00:00Z","data":{"intentable":{"id":"in_1"},"refund":{"id":"re_1","customer_refunded_amount_in_cents":500}}}"#
        )
        #expect(wrapped.fact == .refund(Refund(providerID: "re_1", chargeID: "in_1", minorUnits: 500)))
    }

    @Test(arguments: [
        #""live_mode":false"#, #""checkout":{"id":"ch_1","live_mode":false}"#, #""sandbox_id":"sb_1""#,
        #""data":{"live_mode":false}"#,
    ])
    func `play money is recognised wherever it is said`(member: String) throws {
        #expect(try read(#"{"event_type":"transfer.sent",\#(member)}"#).isTest)
    }

    @Test(arguments: [("bank_transfer_intent.pending", Charge.Outcome.pending), ("bank_transfer_intent.succeeded", .succeeded)])
    func `a transfer is a charge that may be on its way for long`(name: String, outcome: Charge.Outcome) throws {
        let charge = try charge(RecurrenteNotice.read(fixture(name), receivedAt: received))
        #expect(charge.outcome == outcome)
        #expect(charge.key == "ba_123")
    }

    @Test(arguments: ["setup_intent.succeeded", "dispute.create", "intent.canceled", "nothing"])
    func `kinds that we don't follow are no error`(eventType: String) throws {
        #expect(try read(#"{"event_type":"\#(eventType)"}"#).fact == .unfollowed)
    }

    @Test(arguments: [
        ("", "the body is not JSON"), ("[]", "event_type is missing"), (#"{"event_type":7}"#, "event_type is missing"),
        (#"{"event_type":"intent.succeeded"}"#, "id is missing"),
        (#"{"event_type":"intent.succeeded","id":"in_1","amount_in_cents":"12"}"#, "amount_in_cents is missing or not a whole number"),
        (#"{"event_type":"intent.succeeded","id":"in_1","amount_in_cents":12.5}"#, "amount_in_cents is missing or not a whole number"),
        (#"{"event_type":"intent.succeeded","id":"in_1","amount_in_cents":12}"#, "currency is missing or not an ISO 4217 code"),
        (#"{"event_type":"subscription.create"}"#, "id is missing"),
        (#"{"event_type":"refund.create","refund":{"id":"re_1"}}"#, "intentable.id is missing"),
    ])
    func `what can't be understood says what is missing`(body: String, reason: String) throws {
        #expect(throws: RecurrenteNotice.Unreadable.self) { try read(body) }
        do {
            _ = try read(body)
        } catch let unreadable as RecurrenteNotice.Unreadable {
            #expect(unreadable.description == reason)
        }
    }

    @Test func `a notice without a time happened when it came`() throws {
        #expect(try read(#"{"event_type":"intent.paid"}"#).occurredAt == received)
    }
}
