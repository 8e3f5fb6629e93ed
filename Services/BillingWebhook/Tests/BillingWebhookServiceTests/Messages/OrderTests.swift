import BillingWebhookService
import Contracts
import Foundation
import Postgres
import Testing

@Suite("Deliveries in any order", .timeLimit(.minutes(2)))
struct OrderTests {
    private static let day = 86_400.0

    /// All that is told of one purchase: refused, paid, renewed, warned of, ended, and a part given back.
    private static func story(_ told: Told) -> [Data] {
        [
            told.unified("failed", charge: "0", after: -60), told.legacy("failed", charge: "0", after: -60), told.unified("pending"),
            told.unified(), told.legacy(), told.subscription("create", after: 1), told.unified(charge: "2", after: 30 * day),
            told.legacy(charge: "2", after: 30 * day), told.subscription("past_due", after: 60 * day),
            told.subscription("cancel", after: 68 * day), told.refund(cents: 50_000, after: 70 * day),
        ]
    }

    @Test(arguments: 0..<16)
    func `the rows are the same, and each fact is told once`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let inOrder = try await Billing()
        let first = Told(try await inOrder.addOpenCheckout())
        for body in Self.story(first) {
            try await inOrder.store(body)
            try await inOrder.applyAll()
        }

        let shuffled = try await Billing()
        let second = Told(try await shuffled.addOpenCheckout())
        var deliveries = Self.story(second)
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            deliveries.append(deliveries[Int.random(in: 0..<deliveries.count, using: &random)])
        }
        deliveries.shuffle(using: &random)
        // Applied while they come, by four at once, in whatever portions.
        while !deliveries.isEmpty {
            let portion = min(deliveries.count, Int.random(in: 1...5, using: &random))
            for body in deliveries.prefix(portion) { try await shuffled.store(body) }
            deliveries.removeFirst(portion)
            try await shuffled.applyAll(by: 4, at: Date() + 1)
        }
        for hour in 1...3 { try await shuffled.applyAll(by: 4, at: Date() + Double(hour) * 3_600) }

        #expect(try await shuffled.count("SELECT FROM webhook_deliveries WHERE state NOT IN ('done', 'ignored')") == 0)
        #expect(try await shuffled.rows(of: second) == inOrder.rows(of: first))
        #expect(try await shuffled.facts(of: second) == inOrder.facts(of: first))
        await inOrder.close()
        await shuffled.close()
    }

    @Test func `four workers count the payments of many leads once each`() async throws {
        let billing = try await Billing()
        var lives: [Told] = []
        for _ in 0..<25 { lives.append(Told(try await billing.addOpenCheckout())) }
        for told in lives {
            for body in [told.unified(), told.subscription("create"), told.legacy(), told.unified()] { try await billing.store(body) }
        }
        try await billing.applyAll(by: 4)
        for hour in 1...2 { try await billing.applyAll(by: 4, at: Date() + Double(hour) * 3_600) }
        let figures = try await billing.figures()
        #expect(figures.payments == 25)
        #expect(figures.customers == 25)
        #expect(figures.activeSubscriptions == 25)
        #expect(try await billing.published().filter { $0.subject == "crm.payment.succeeded" }.count == 25)
        #expect(try await billing.published().filter { $0.subject == "crm.subscription.started" }.count == 25)
        await billing.close()
    }
}

extension Billing {
    /// Applies all that is due, by `count` workers at once.
    fileprivate func applyAll(by count: Int, at time: Date? = nil) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    let worker = self.worker(at: time)
                    while try await worker.applyNext() {}
                }
            }
            try await group.waitForAll()
        }
        // What one waited for another may have brought.
        try await applyAll(at: time)
    }

    /// Every row of the purchase, without what is made up anew each time: our ids, the provider's of the checkout, and when we wrote.
    fileprivate func rows(of told: Told) async throws -> [String] {
        let rows = try await database.rows(
            """
            SELECT concat_ws(' ', 'payment', charge_key, p.provider_checkout_id, p.is_one_time, p.lead_id, p.site_id, p.checkout_id,
                s.provider_id, p.amount_minor, p.currency, 'fee', p.fee_minor, p.failure_reason, 'at', p.pending_at, p.failed_at,
                p.succeeded_at, 'refunded', p.refunded_minor, c.lead_id,
                (SELECT string_agg(id, ',' ORDER BY id) FROM unnest(p.provider_ids) AS id)) AS line
            FROM payments p LEFT JOIN subscriptions s ON s.id = p.subscription_id LEFT JOIN customers c ON c.id = p.customer_id
            UNION ALL
            SELECT concat_ws(' ', 'subscription', s.provider_id, s.lead_id, s.site_id, s.checkout_id, c.lead_id, s.state, s.amount_minor,
                s.currency, s.billing_interval, s.billing_interval_count, s.started_at, s.first_paid_at, s.last_paid_at, s.past_due_times,
                s.cancelled_at, s.current_period_end)
            FROM subscriptions s LEFT JOIN customers c ON c.id = s.customer_id
            UNION ALL
            SELECT concat_ws(' ', 'customer', lead_id, email, name, created_at,
                (SELECT string_agg(id, ',' ORDER BY id) FROM unnest(provider_ids) AS id))
            FROM customers
            UNION ALL
            SELECT concat_ws(' ', 'checkout', id, state, provider_id, paid_at) FROM checkouts
            UNION ALL
            SELECT concat_ws(' ', 'site', site_id, sold_at) FROM sites
            UNION ALL
            SELECT concat_ws(' ', 'refund', r.provider_id, p.charge_key, r.amount_minor, r.occurred_at)
            FROM refunds r JOIN payments p ON p.id = r.payment_id
            ORDER BY line
            """
        )
        return try rows.map { told.named(try $0.decode("line")) }
    }

    /// What was told of the purchase, in words that don't depend on our ids.
    fileprivate func facts(of told: Told) async throws -> [String] {
        var names: [String: String] = [:]
        for row in try await database.rows(
            "SELECT id::text, charge_key AS name FROM payments UNION SELECT id::text, provider_id FROM subscriptions"
        ) {
            names[try row.decode("id")] = told.named(try row.decode("name"))
        }
        return try await published().map { event in
            let json = try JSONSerialization.jsonObject(with: event.payload) as? [String: Any]
            let data = json?["data"] as? [String: Any] ?? [:]
            // A payment is told once with the payment's id; a subscription's event by its own.
            let of = (data["payment_id"] ?? data["subscription_id"]) as? String ?? ""
            let amount = (data["amount"] as? [String: Any])?["minor_units"] ?? "-"
            return "\(event.subject) \(names[of] ?? of) \(amount) \(data["lead_id"] as? String == "\(told.site.lead)")"
        }.sorted()
    }
}

extension Told {
    fileprivate func named(_ text: String) -> String {
        [
            (site.providerCheckout, "CHECKOUT"), ("\(site.lead)", "LEAD"), ("\(site.site)", "SITE"), ("\(site.checkout)", "OURS"),
        ].reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
