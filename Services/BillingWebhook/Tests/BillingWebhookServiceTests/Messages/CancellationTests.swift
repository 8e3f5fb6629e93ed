import BillingWebhookService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LocalServers
import Messaging
import Postgres
import ServiceLifecycle
import Testing

@Suite("Ending a subscription", .timeLimit(.minutes(1)))
struct CancellationTests {
    /// A running billing with a customer's subscription, beside a provider that answers.
    private func subscribed(
        paid: Date = Date(),
        _ body: @Sendable @escaping (RunningBilling, ProviderPeer, Told, SubscriptionID) async throws -> Void
    ) async throws {
        let peer = ProviderPeer()
        try await peer.app.test(.live) { provider in
            let running = try await RunningBilling(provider: "http://127.0.0.1:\(try #require(provider.port))/api")
            let process = try await running.start()
            var told = Told(try await running.billing.addOpenCheckout())
            told.start = paid
            try await running.deliver(told.unified())
            let lead = told.site.lead
            try await eventually("sold") { try await running.billing.customer(of: lead).subscriptions.count == 1 }
            let subscription = try #require(try await running.billing.customer(of: lead).subscriptions.first?.id)
            try await body(running, peer, told, subscription)
            try await process.stop()
            try await running.close()
        }
    }

    private func cancel(_ id: SubscriptionID, _ running: RunningBilling, as role: Role = .manager) async throws -> SubscriptionSummary {
        try await CommandClient(running.client).call(CancelSubscription(subscriptionID: id), as: Actor(id: "ana", role: role))
    }

    private func refusal(_ id: SubscriptionID, _ running: RunningBilling, as role: Role = .manager) async -> Int? {
        do {
            _ = try await cancel(id, running, as: role)
            return nil
        } catch {
            return (error as? Problem)?.status
        }
    }

    @Test func `the provider is asked once, the end is told once, and it is that of what was paid for`() async throws {
        try await subscribed { running, peer, told, subscription in
            #expect(await refusal(subscription, running, as: .agent) == 403)
            #expect(await refusal(.make(), running) == 404)
            #expect(peer.cancelled.isEmpty)

            let ended = try await cancel(subscription, running)
            #expect(ended.state == .cancelled && ended.cancelledAt != nil && ended.id == subscription)
            #expect(peer.cancelled == [told.subscription])
            #expect(try await cancel(subscription, running) == ended)
            #expect(peer.asked.count == 1)
            let name = try #require(HTTPField.Name("X-SECRET-KEY"))
            #expect(peer.asked.first?.headers[name] == "sk_test_1")

            // The provider's own word of it, a moment later, is no news.
            try await running.deliver(told.subscription("cancel", after: 60))
            try await eventually("taken") { try await running.billing.states() == ["done", "ignored"] }
            try await eventually("told") { try await running.published().contains { $0.subject == "crm.subscription.cancelled" } }
            let cancelled = try await running.published().filter { $0.subject == "crm.subscription.cancelled" }
            #expect(cancelled.count == 1)
            let event = try WireJSON.decode(Envelope<SubscriptionCancelled>.self, from: try #require(cancelled.first).payload).fact
            let endsAt = try #require(event.endsAt)
            #expect(abs(endsAt.timeIntervalSince(BillingInterval(.month).end(from: told.start))) < 0.01)
        }
    }

    @Test func `what the provider doesn't end goes on, and what it has ended already is noted`() async throws {
        try await subscribed { running, peer, told, subscription in
            peer.behave(.refuse(.internalServerError))
            #expect(await refusal(subscription, running) == 502)
            #expect(try await running.billing.customer(of: told.site.lead).subscriptions.map(\.state) == [.active])

            // Ended there, and we died before we noted it.
            peer.behave(.create)
            try await running.billing.database.execute(
                "UPDATE subscriptions SET state = 'active', cancelled_at = NULL, cancel_times = '{}'"
            )
            _ = try await cancel(subscription, running)
            try await running.billing.database.execute(
                "UPDATE subscriptions SET state = 'active', cancelled_at = NULL, cancel_times = '{}'"
            )
            #expect(try await cancel(subscription, running).state == .cancelled)
            #expect(peer.cancelled == [told.subscription])
        }
    }

    @Test(arguments: [10.0, 25.0])
    func `a payment that becomes known after the cancellation tells until when it pays, and resumes nothing`(day: Double) async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        for body in [told.unified(), told.subscription("cancel", after: 20 * 86_400)] { try await billing.store(body) }
        try await billing.applyAll()
        try await billing.store(told.unified(charge: "2", after: day * 86_400))
        try await billing.applyAll()
        let end = BillingInterval(.month).end(from: told.start + day * 86_400)
        let payment: PaymentSucceeded = try #require(try await billing.published().last { $0.subject == "crm.payment.succeeded" }).fact()
        #expect(payment.paidUntil == end)
        let renewed: SubscriptionRenewed = try #require(try await billing.published().last { $0.subject == "crm.subscription.renewed" })
            .fact()
        #expect(renewed.currentPeriodEnd == end)
        #expect(try await billing.customer(of: told.site.lead).subscriptions.map(\.state) == [.cancelled])
        await billing.close()
    }

    @Test(arguments: [["cancel", "reactivate"], ["pause", "unpause"], ["reactivate", "cancel"], ["reactivate", "cancel", "reactivate"]])
    func `one that is gone on with is active, whichever is told first and however often`(order: [String]) async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        let day = ["cancel": 20.0, "pause": 20.0, "reactivate": 22.0, "unpause": 22.0]
        try await billing.store(told.unified())
        for event in order { try await billing.store(told.subscription(event, after: (day[event] ?? 0) * 86_400)) }
        try await billing.applyAll()
        let subscription = try #require(try await billing.customer(of: told.site.lead).subscriptions.first)
        #expect(subscription.state == .active && subscription.cancelledAt == nil)
        #expect(subscription.currentPeriodEnd == BillingInterval(.month).end(from: told.start))
        let ends = ["cancel": "crm.subscription.cancelled", "pause": "crm.subscription.paused"]
        let news = try await billing.published().map(\.subject).dropFirst(2)
        #expect(Array(news) == (ends[order[0]].map { [$0, "crm.subscription.reactivated"] } ?? []))
        #expect(try await billing.figures().activeSubscriptions == 1)
        await billing.close()
    }

    @Test func `one that isn't known waits for its beginning, and is gone on with then`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        let now = Date()
        for event in ["reactivate", "cancel"] {
            try await billing.store(told.subscription(event, after: event == "cancel" ? 100 : 200), at: now)
        }
        try await billing.applyAll(at: now)
        #expect(try await billing.states() == ["waiting", "waiting"])
        try await billing.store(told.unified(), at: now)
        try await billing.applyAll(at: now + 1)
        #expect(try await billing.customer(of: told.site.lead).subscriptions.map(\.state) == [.active])
        await billing.close()
    }

    @Test(arguments: [(20.0, true), (68.0, false)])
    func `a cancellation ends with what is paid for, or at once when that is over`(day: Double, isPaidFor: Bool) async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        for body in [told.unified(), told.subscription("cancel", after: day * 86_400)] { try await billing.store(body) }
        try await billing.applyAll()
        let event: SubscriptionCancelled = try #require(try await billing.published().last).fact()
        #expect(event.endsAt == (isPaidFor ? BillingInterval(.month).end(from: told.start) : nil))
        await billing.close()
    }
}
