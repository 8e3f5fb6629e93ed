import BillingWebhookService
import Contracts
import Foundation
import Postgres
import Testing

@Suite("What a delivery does", .timeLimit(.minutes(1)))
struct PurchaseTests {
    @Test func `a paid checkout makes a customer, a payment and a subscription, and sells the site`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        let told = Told(site)
        try await billing.store(told.legacy())
        try await billing.applyAll()

        let bought = try await billing.customer(of: site.lead)
        #expect(bought.customerID != nil)
        #expect(bought.email == "uno@example.com")
        #expect(bought.checkouts.map(\.state) == ["paid"])
        #expect(bought.payments.map(\.state) == ["succeeded"])
        #expect(bought.payments.first?.amount == Money(minorUnits: 150_000, currency: .gtq))
        #expect(bought.payments.first?.fee == Money(minorUnits: 6_950, currency: .gtq))
        #expect(bought.subscriptions.map(\.state) == [.active])
        #expect(bought.subscriptions.first?.providerID == told.subscription)
        #expect(try await billing.count("SELECT FROM sites WHERE sold_at IS NOT NULL") == 1)

        let events = try await billing.published()
        #expect(events.map(\.subject) == ["crm.payment.succeeded", "crm.subscription.started"])
        let paid: PaymentSucceeded = try #require(events.first).fact()
        #expect(paid.leadID == site.lead)
        #expect(paid.siteID == site.site)
        #expect(paid.checkoutID == site.checkout)
        #expect(paid.customerID == bought.customerID)
        #expect(paid.subscriptionID == bought.subscriptions.first?.id)
        #expect(
            try await billing.figures()
                == GetBillingFigures.Answer(
                    customers: 1,
                    checkouts: 1,
                    payments: 1,
                    activeSubscriptions: 1,
                    revenue: [Money(minorUnits: 150_000, currency: .gtq)]
                )
        )
        await billing.close()
    }

    @Test func `a payment that is told in both formats is counted once`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        for body in [told.unified(), told.legacy(), told.unified()] { try await billing.store(body) }
        try await billing.applyAll()
        #expect(try await billing.figures().payments == 1)
        #expect(try await billing.published().filter { $0.subject == "crm.payment.succeeded" }.count == 1)
        #expect(try await billing.states() == ["done", "ignored", "ignored"])
        #expect(try await billing.count("SELECT FROM payments WHERE fee_minor = 6950") == 1, "the fee that only the older one tells")
        await billing.close()
    }

    @Test(arguments: ["cancel", "cancelled"])
    func `a subscription is told of from its start over a renewal and a warning to its end`(ending: String) async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        let told = Told(site)
        let day = 86_400.0
        let story = [
            told.unified(), told.subscription("create"), told.unified(charge: "2", after: 30 * day),
            told.unified("failed", charge: "3", after: 60 * day), told.subscription("past_due", after: 60 * day),
            told.subscription(ending, after: 68 * day),
        ]
        for body in story { try await billing.store(body) }
        try await billing.applyAll()
        #expect(
            try await billing.published().map(\.subject) == [
                "crm.payment.succeeded", "crm.subscription.started", "crm.payment.succeeded", "crm.subscription.renewed",
                "crm.payment.failed", "crm.subscription.past_due", "crm.subscription.cancelled",
            ]
        )
        let bought = try await billing.customer(of: site.lead)
        #expect(bought.subscriptions.map(\.state) == [.cancelled])
        #expect(bought.payments.map(\.state) == ["succeeded", "succeeded", "failed"])
        #expect(try await billing.figures().activeSubscriptions == 0)
        await billing.close()
    }

    @Test func `a refund takes its amount off the revenue, once`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        // Told before what it refunds, and twice.
        for body in [told.refund(cents: 50_000), told.unified(), told.refund(cents: 50_000)] { try await billing.store(body) }
        try await billing.applyAll()
        try await billing.applyAll(at: Date() + 1)
        #expect(try await billing.figures().revenue == [Money(minorUnits: 100_000, currency: .gtq)])
        #expect(try await billing.published().filter { $0.subject == "crm.payment.refunded" }.count == 1)
        await billing.close()
    }

    @Test func `play money is put aside unless it is asked for`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout(), isLive: false)
        try await billing.store(told.unified())
        try await billing.applyAll()
        #expect(try await billing.states() == ["parked"])
        #expect(try await billing.published().isEmpty)

        try await billing.store(told.legacy())
        try await billing.applyAll(acceptsTestMode: true)
        #expect(try await billing.figures().payments == 1)
        await billing.close()
    }

    @Test func `what isn't understood is kept for a person, what isn't followed is kept and ignored`() async throws {
        let billing = try await Billing()
        for body in ["not json", "{}", #"{"event_type":"intent.succeeded"}"#, #"{"event_type":"dispute.create"}"#] {
            try await billing.store(Data(body.utf8))
        }
        try await billing.applyAll()
        #expect(try await billing.states() == ["parked", "parked", "parked", "ignored"])
        let rows = try await billing.database.rows("SELECT body, reason, event_type FROM webhook_deliveries ORDER BY id")
        #expect(try rows[0].decode("body", as: Data.self) == Data("not json".utf8))
        #expect(try rows[2].decode("reason", as: String.self) == "it can't be understood: id is missing")
        #expect(try rows[3].decodeIfPresent("event_type", as: String.self) == "dispute.create")
        await billing.close()
    }

    @Test func `every kind of event that the provider has is kept, and none stops the others`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        let kinds = try JSONDecoder().decode([[String: String]].self, from: fixture("event_types")).compactMap { $0["event_type"] }
        #expect(kinds.count > 30)
        for kind in kinds { try await billing.store(Data(#"{"event_type":"\#(kind)"}"#.utf8)) }
        try await billing.store(Told(site).unified())
        try await billing.applyAll()
        #expect(try await billing.states().count == kinds.count + 1)
        #expect(try await billing.states().last == "done")
        #expect(try await billing.count("SELECT FROM webhook_deliveries WHERE state IN ('received', 'waiting')") == 0)
        await billing.close()
    }

    @Test func `the documented deliveries go through, once their rows are there`() async throws {
        let billing = try await Billing()
        let names = [
            "payment_intent.succeeded", "payment_intent.failed", "payment_intent.succeeded.help_centre_wrapper", "subscription.create",
            "subscription.create.with_metadata", "subscription.past_due", "subscription.cancel", "setup_intent.succeeded",
            "bank_transfer_intent.pending", "bank_transfer_intent.succeeded",
        ]
        for name in names { try await billing.store(fixture(name)) }
        try await billing.applyAll()
        #expect(try await billing.count("SELECT FROM webhook_deliveries WHERE state = 'waiting'") == names.count - 1)

        // Their checkouts, and the site that the one with metadata names.
        for checkout in ["ch_id123", "ch_123", "ch_xxxxxxxxxxxxxxxx", "ch_5wlclm4jqpg3fe09"] {
            var site = SiteForTest()
            site.providerCheckout = checkout
            _ = try await billing.addOpenCheckout(site)
        }
        var named = SiteForTest()
        named.site = try #require(SiteID("596ef3e8-bb81-48ac-8688-1cb4c26cc21a"))
        _ = try await billing.addSite(named)
        // su_123 of the documented subscription notices is told of by no documented payment.
        var subscribed = Told(try await billing.addOpenCheckout())
        subscribed.subscription = "su_123"
        try await billing.store(subscribed.unified())
        for hour in 1...3 { try await billing.applyAll(at: Date() + Double(hour) * 3_600) }

        #expect(try await billing.count("SELECT FROM webhook_deliveries WHERE state IN ('waiting', 'parked')") == 0)
        #expect(try await billing.count("SELECT FROM subscriptions WHERE provider_id = 'su_123' AND state = 'cancelled'") == 1)
        #expect(
            try await billing.count("SELECT FROM subscriptions WHERE provider_id = 'su_testsubscription123' AND site_id = \(named.site)")
                == 1
        )
        #expect(
            try await billing.count(
                "SELECT FROM payments WHERE charge_key = 'ba_123' AND pending_at < succeeded_at OR pending_at = succeeded_at"
            ) == 1
        )
        await billing.close()
    }

    @Test func `what an erased lead's deliveries say is not kept`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        try await billing.database.execute("UPDATE leads SET name = NULL, email = NULL, erased_at = now() WHERE lead_id = \(site.lead)")
        try await billing.store(Told(site).unified())
        try await billing.applyAll()
        #expect(try await billing.customer(of: site.lead).email == nil)
        #expect(try await billing.count("SELECT FROM webhook_deliveries WHERE body IS NULL AND state = 'done'") == 1)
        await billing.close()
    }

    @Test func `no row of any table holds who was erased: amounts, times and the provider's ids are left`() async throws {
        let billing = try await Billing()
        var site = SiteForTest()
        site.slug = "cafe-uno-\(UUID().uuidString.lowercased())"
        let told = Told(try await billing.addOpenCheckout(site))
        try await billing.store(told.unified())
        try await billing.store(told.legacy("failed", charge: "2", after: 86_400))
        // Of nobody that is known: one that was put aside, and one that waits.
        for name in ["", "id"] {
            let stranger = String(decoding: Told(SiteForTest()).unified(), as: UTF8.self)
            try await billing.store(Data((name.isEmpty ? stranger : stranger.replacing("\"\(name)\"", with: "\"x\"")).utf8))
        }
        try await billing.applyAll()
        let states = try await billing.states()
        #expect(states.contains("parked") && states.contains("waiting"))
        try await billing.database.execute(
            "UPDATE payments SET failure_reason = 'La tarjeta de Ana Uno fue rechazada' WHERE failed_at IS NOT NULL"
        )
        let words = ["uno@example.com", "ana uno", "café uno", "cafe-uno"]
        #expect(try await billing.tables(holding: words).isSuperset(of: ["leads", "sites", "customers", "payments", "webhook_deliveries"]))

        try await billing.database.transaction { try await $0.erase(told.site.lead, at: Date()) }
        try await billing.store(told.legacy("failed", charge: "3", after: 90_000))
        try await billing.applyAll()
        // It waits for three days, and is put aside.
        for hour in 0..<100 { try await billing.applyAll(at: Date() + Double(hour) * 3_700) }
        #expect(try await !billing.states().contains("waiting"))
        // What is still to be published is taken from the streams by the eraser.
        #expect(try await billing.tables(holding: words).subtracting(["outbox"]) == [])
        #expect(try await billing.customer(of: told.site.lead).payments.map(\.amount.minorUnits) == [150_000, 150_000, 150_000])
        #expect(try await billing.count("SELECT FROM payments WHERE failure_reason IS NOT NULL") == 0)
        await billing.close()
    }

    @Test func `a lead that is erased while its payment is applied leaves no name behind`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        try await billing.store(Told(site).unified())
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await billing.database.transaction { transaction in
                try await transaction.erase(site.lead, at: Date())
                group.addTask { try await billing.applyAll() }
                try await eventually("the worker is done, or waits for this transaction") {
                    let waiting = try await billing.count(
                        """
                        SELECT FROM pg_locks WHERE NOT granted
                            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """
                    )
                    let isDone = try await billing.states() == ["done"]
                    return waiting > 0 || isDone
                }
            }
            try await group.waitForAll()
        }
        #expect(try await billing.states() == ["done"])
        #expect(try await billing.count("SELECT FROM customers WHERE email IS NOT NULL OR name IS NOT NULL") == 0)
        #expect(try await billing.count("SELECT FROM webhook_deliveries WHERE body IS NOT NULL") == 0)
        await billing.close()
    }

    @Test func `a refund in another currency than its payment is for a person to see`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        let refund = String(decoding: told.refund(cents: 10_000), as: UTF8.self)
        try await billing.store(told.unified())
        try await billing.store(Data(refund.replacing(#""refund":{"#, with: #""refund":{"currency":"USD","#).utf8))
        try await billing.applyAll()
        #expect(try await billing.states() == ["done", "parked"])
        #expect(try await billing.figures().revenue == [Money(minorUnits: 150_000, currency: .gtq)])
        #expect(try await billing.published().allSatisfy { $0.subject != "crm.payment.refunded" })
        await billing.close()
    }

    @Test func `a name with a character that the database can't hold stops no payment`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        let body = String(decoding: Told(site).unified(), as: UTF8.self)
        try await billing.store(Data(body.replacing("uno@example.com", with: #"uno\u0000@example.com"#).utf8))
        try await billing.applyAll()
        #expect(try await billing.states() == ["done"])
        #expect(try await billing.customer(of: site.lead).email == "uno@example.com")
        await billing.close()
    }
}
