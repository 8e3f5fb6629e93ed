import Foundation
import Outbound
import ProviderSandbox
import Testing
import WebhookSignatures

@Suite("Payments through the Recurrente-like API", .timeLimit(.minutes(1)))
struct PaymentStoryTests {
    @Test func `a buyer goes from the mail through the checkout; the payment is told in both formats`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy) = (1, 1, 1)
        try await Stage.run(script, outages: 2) { stage in
            try await stage.mail("ana.lopez@shop.example")
            try await stage.sandbox.idle()

            #expect(stage.product.hits("GET", "/checkout/acme").count == 1)
            #expect(stage.product.hits("GET", "/thanks").count == 1)
            let deliveries = stage.product.hits("POST", "/webhooks/recurrente")
            let events = try deliveries.map { try event($0.body) }
            #expect(
                Set(events.compactMap { $0["event_type"] as? String }) == [
                    "intent.succeeded", "payment_intent.succeeded", "subscription.create",
                ]
            )
            #expect(Set(deliveries.compactMap { $0.header("svix-id") }).count == 3)
            let verifier = try SvixVerifier(secrets: [stage.sandbox.settings.recurrente.webhookSecret])
            for hit in deliveries {
                #expect(throws: Never.self) {
                    try verifier.verify(SvixHeaders { hit.header($0) }, rawBody: Data(hit.body.utf8), at: Date())
                }
            }

            let unified = try #require(events.first { $0["event_type"] as? String == "intent.succeeded" })
            let legacy = try #require(events.first { $0["event_type"] as? String == "payment_intent.succeeded" })
            let subscription = try #require(events.first { $0["event_type"] as? String == "subscription.create" })
            // The charge key is the same in both, the ids are not (PROVIDERS.md 4.1).
            #expect(intent(of: unified) == unified["id"] as? String)
            #expect(intent(of: legacy) == unified["id"] as? String)
            #expect(legacy["id"] as? String != unified["id"] as? String)
            #expect((legacy["customer"] as? [String: Any])?["email"] as? String == "ana.lopez@shop.example")
            #expect((legacy["checkout"] as? [String: Any])?["metadata"] as? [String: String] == ["lead_id": "l-1"])
            #expect(unified["amount_in_cents"] as? Int == 15000)
            #expect(subscription["checkout"] == nil)
            let paymentable = (legacy["payment"] as? [String: Any])?["paymentable"] as? [String: Any]
            #expect(paymentable?["id"] as? String == subscription["id"] as? String)
            #expect(paymentable?["type"] as? String == "Subscription")
        }
    }

    @Test func `nobody buys a site twice, however many mails come, but two sites if two are offered`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy, script.duplicate) = (1, 1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example", id: "1")
            try await stage.mail("ana@shop.example", id: "2")
            try await stage.sandbox.idle()
            #expect(stage.sandbox.counts[.payments] == 1)
            let ids = stage.product.hits("POST", "/webhooks/recurrente").compactMap { $0.header("svix-id") }
            #expect(ids.count == 6)
            #expect(Set(ids).count == 3)

            try await stage.mail("ana@shop.example", id: "3", html: #"<a href="\#(stage.product.url)/t/c/other">See</a>"#)
            try await stage.sandbox.idle()
            #expect(stage.sandbox.counts[.payments] == 2)
        }
    }

    @Test func `a card that is declined at first is told as a failed attempt at the same sale`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy, script.decline) = (1, 1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()

            let events = try stage.product.hits("POST", "/webhooks/recurrente").map { try event($0.body) }
            let byType = Dictionary(grouping: events) { $0["event_type"] as? String ?? "" }
            #expect(
                Set(byType.keys) == [
                    "intent.failed", "payment_intent.failed", "intent.succeeded", "payment_intent.succeeded", "subscription.create",
                ]
            )
            let failed = try #require(byType["intent.failed"]?.first)
            let legacy = try #require(byType["payment_intent.failed"]?.first)
            let paid = try #require(byType["intent.succeeded"]?.first)
            #expect(intent(of: failed) == failed["id"] as? String)
            #expect(intent(of: legacy) == failed["id"] as? String)
            #expect(intent(of: paid) != intent(of: failed))
            #expect((failed["payment"] as? [String: Any])?["id"] as? String == (paid["payment"] as? [String: Any])?["id"] as? String)
            #expect(failed["fee"] as? Int == 0)
            #expect(legacy["failure_reason"] as? String != nil)
            #expect(try await get(stage, "intents/\(failed["id"] as? String ?? "")")["status"] as? String == "failed")
            let counts = stage.sandbox.counts
            #expect([counts[.declines], counts[.payments]] == [1, 1])
        }
    }

    @Test(arguments: [0.0, 1.0])
    func `the webhooks of a payment come in their order, or the other way round`(rate: Double) async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy, script.reordered) = (1, 1, 1, rate)
        // Long enough for each to be taken before the next one sets out.
        try await Stage.run(script, carriage: .seconds(1)) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            let types = try stage.product.hits("POST", "/webhooks/recurrente").map { try event($0.body)["event_type"] as? String }
            let inOrder = ["intent.succeeded", "payment_intent.succeeded", "subscription.create"]
            #expect(types == (rate == 0 ? inOrder : inOrder.reversed()))
        }
    }

    @Test func `a buyer comes back to a checkout that isn't known yet`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy) = (1, 1, 1)
        try await Stage.run(script) { stage in
            stage.product.forgetCheckouts(for: 3)
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            #expect(stage.product.hits("GET", "/checkout/acme").count == 4)
            let counts = stage.sandbox.counts
            #expect([counts[.payments], counts[.deadEnds]] == [1, nil])
        }
    }

    @Test func `a subscription that is cancelled says so once, after its payment was told`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy, script.cancel) = (1, 1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            let events = try stage.product.hits("POST", "/webhooks/recurrente").map { try event($0.body) }
            #expect(events.last?["event_type"] as? String == "subscription.cancel")
            let id = try #require(events.last?["id"] as? String)

            let read = try await get(stage, "subscriptions/\(id)")
            #expect(read["status"] as? String == "cancelled")
            #expect((read["checkout"] as? [String: Any])?["id"] as? String == stage.sandbox.checkouts().first?.id)
            stage.sandbox.cancel(subscription: id)
            try await stage.sandbox.idle()
            #expect(stage.sandbox.counts[.cancellations] == 1)
        }
    }

    @Test func `a checkout can be read, is paid once, and not without keys`() async throws {
        try await Stage.run { stage in
            let created = try await post(stage, #"{"items":[{"name":"x","currency":"GTQ","amount_in_cents":10000}]}"#)
            #expect(created.status == 201)
            let checkout = try JSONDecoder().decode(CreatedCheckout.self, from: created.body)
            #expect(checkout.checkoutURL == "\(stage.addresses.twilioURL)/checkout-session/\(checkout.id)")
            #expect(try await get(stage, "checkouts/\(checkout.id)")["status"] as? String == "unpaid")

            #expect(stage.sandbox.pay(checkout: checkout.id, email: "a@b.c"))
            #expect(!stage.sandbox.pay(checkout: checkout.id, email: "a@b.c"))
            try await stage.sandbox.idle()
            let paid = try await get(stage, "checkouts/\(checkout.id)")
            #expect(paid["status"] as? String == "paid")
            #expect(stage.product.hits("POST", "/webhooks/recurrente").count == 2)

            let refused = try await stage.outbound.send(.init(.get, "\(stage.addresses.recurrenteURL)/checkouts/\(checkout.id)"))
            #expect(refused.status == 401)
        }
    }

    @Test(arguments: ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.123Z", "2019-12-31T18:00:00-06:00"])
    func `a checkout whose time is over can't be paid`(expiresAt: String) async throws {
        try await Stage.run { stage in
            let created = try await post(
                stage,
                #"{"items":[{"name":"x","currency":"GTQ","amount_in_cents":10000}],"expires_at":"\#(expiresAt)"}"#
            )
            let checkout = try JSONDecoder().decode(CreatedCheckout.self, from: created.body)
            #expect(try await get(stage, "checkouts/\(checkout.id)")["status"] as? String == "expired")
            #expect(!stage.sandbox.pay(checkout: checkout.id, email: "a@b.c"))
        }
    }

    @Test(arguments: [
        #"{"items":[]}"#,
        #"{"items":[{"currency":"GTQ","amount_in_cents":900}],"expires_at":"tomorrow"}"#,
        #"{"items":[{"currency":"GTQ","amount_in_cents":499}]}"#,
        #"{"items":[{"currency":"EUR","amount_in_cents":900}]}"#,
    ])
    func `a checkout that Recurrente would refuse is refused`(body: String) async throws {
        try await Stage.run { stage in
            let refused = try await post(stage, body)
            #expect(refused.status == 422)
        }
    }

    @Test func `the status page tells what is pending and what was counted`() async throws {
        try await Stage.run { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            let response = try await stage.outbound.send(.init(.get, stage.addresses.statusURL))
            let status = try event(String(decoding: response.body, as: UTF8.self))
            #expect(status["pending"] as? Int == 0)
            #expect(status["seed"] as? Int == 1)
            #expect((status["counts"] as? [String: Int])?["mails"] == 1)
            #expect((status["counts"] as? [String: Int])?["payments"] == 0)
        }
    }

    private func event(_ body: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    private func intent(of event: [String: Any]) -> String? {
        ((event["checkout"] as? [String: Any])?["latest_intent"] as? [String: Any])?["id"] as? String
    }

    private func get(_ stage: Stage, _ path: String) async throws -> [String: Any] {
        let keys = [(name: "X-SECRET-KEY", value: stage.sandbox.settings.recurrente.secretKey)]
        let response = try await stage.outbound.send(.init(.get, "\(stage.addresses.recurrenteURL)/\(path)", headers: keys))
        return try event(String(decoding: response.body, as: UTF8.self))
    }

    private func post(_ stage: Stage, _ body: String) async throws -> OutboundResponse {
        let keys = [(name: "X-SECRET-KEY", value: stage.sandbox.settings.recurrente.secretKey)]
        return try await stage.outbound.send(
            .init(.post, "\(stage.addresses.recurrenteURL)/checkouts", headers: keys, body: Data(body.utf8))
        )
    }
}
