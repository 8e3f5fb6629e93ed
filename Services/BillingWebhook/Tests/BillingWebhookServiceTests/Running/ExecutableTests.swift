import BillingWebhookService
import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import LocalServers
import Messaging
import Outbound
import Postgres
import Testing

@Suite("The executable", .timeLimit(.minutes(2)))
struct ExecutableTests {
    @Test func `a delivery for a site that nobody knows waits, and is applied when the site is told of`() async throws {
        let running = try await RunningBilling()
        let process = try await running.start()
        let told = Told(SiteForTest())
        try await running.deliver(told.unified())
        try await running.deliver(told.subscription("create"))
        try await eventually("both wait") { try await running.billing.states() == ["waiting", "waiting"] }

        try await running.tell(LeadCreated(snapshot: told.site.snapshot(assignedTo: "ana")), by: .leadIntake)
        try await eventually("the lead is known") { try await running.billing.count("SELECT FROM leads") == 1 }
        try await running.tell(SiteCreated(leadID: told.site.lead, siteID: told.site.site, slug: told.site.slug, title: "Café Uno"))
        try await eventually("applied and published") {
            try await running.published().map(\.subject) == ["crm.payment.succeeded", "crm.subscription.started"]
        }
        try await eventually("both applied") { try await running.billing.states() == ["done", "done"] }
        let paid = try WireJSON.decode(Envelope<PaymentSucceeded>.self, from: try await running.published()[0].payload)
        #expect(paid.source == "/billing-webhook")
        #expect(paid.fact.leadID == told.site.lead)

        let commands = CommandClient(running.client)
        let figures = try await commands.call(GetBillingFigures(), as: .operator)
        #expect(figures.payments == 1)
        #expect(figures.activeSubscriptions == 1)
        let customer = try await commands.call(GetCustomer(leadID: told.site.lead), as: .operator)
        #expect(customer.subscriptions.map(\.providerID) == [told.subscription])
        let own = try await commands.call(GetCustomer(leadID: told.site.lead), as: Actor(id: "ana", role: .agent))
        #expect(own == customer)
        await #expect(throws: Problem.forbidden(needs: .manager)) {
            try await commands.call(GetCustomer(leadID: told.site.lead), as: Actor(id: "eva", role: .agent))
        }
        #expect(try await process.stop() == .code(0))
        try await running.close()
    }

    @Test func `what others tell of leads and sites shows in what can be bought, and in what is kept`() async throws {
        let peer = ProviderPeer()
        try await peer.app.test(.live) { provider in
            let running = try await RunningBilling(provider: "http://127.0.0.1:\(try #require(provider.port))/api")
            let process = try await running.start()
            let site = SiteForTest()
            func status() async throws -> Int {
                try await running.web.send(OutboundRequest(.get, "\(running.url)/checkout/\(site.slug)", retry: .never)).status
            }
            let before = try await status()
            #expect(before == 404)
            try await running.tell(LeadCreated(snapshot: site.snapshot()), by: .leadIntake)
            try await running.tell(SiteCreated(leadID: site.lead, siteID: site.site, slug: site.slug, title: "Café Uno"))
            try await eventually("it can be bought") { try await status() == 303 }

            try await running.deliver(Told(site).unified())
            try await eventually("sold") { try await status() == 200 }
            #expect(try await running.billing.customer(of: site.lead).email == "uno@example.com")

            try await running.tell(SiteArchived(leadID: site.lead, siteID: site.site, reason: "the subscription ended"))
            try await eventually("gone") { try await status() == 410 }
            try await running.tell(
                SiteRestored(leadID: site.lead, siteID: site.site, state: .preview, reason: "They would like it back.")
            )
            try await eventually("it can be bought again") { try await status() == 303 }

            try await running.tell(LeadErased(leadID: site.lead), by: .leadIntake)
            try await eventually("who it was is forgotten") { try await running.billing.customer(of: site.lead).email == nil }
            #expect(try await running.billing.count("SELECT FROM webhook_deliveries WHERE body IS NOT NULL") == 0)
            #expect(try await running.billing.figures().payments == 1)
            try await process.stop()
            try await running.close()
        }
    }

    @Test(arguments: 0..<2)
    func `killed again and again amid the sales, it counts each of them once`(seed: UInt64) async throws {
        let peer = ProviderPeer()
        try await peer.app.test(.live) { provider in
            let running = try await RunningBilling(provider: "http://127.0.0.1:\(try #require(provider.port))/api")
            let life = Life(try await running.start())
            var sites: [SiteForTest] = []
            for _ in 0..<12 {
                let site = SiteForTest()
                try await running.tell(SiteCreated(leadID: site.lead, siteID: site.site, slug: site.slug, title: "Café"))
                sites.append(site)
            }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    var random = SeededRandom(seed: seed)
                    for _ in 0..<4 {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 50...400, using: &random)))
                        try await life.killAndStart(running)
                    }
                }
                for site in sites {
                    group.addTask { try await buy(site, from: running) }
                }
                try await group.waitForAll()
            }
            try await eventually("all told") {
                let subjects = Dictionary(grouping: try await running.published(), by: \.subject).mapValues(\.count)
                return subjects["crm.payment.succeeded"] == 12 && subjects["crm.subscription.cancelled"] == 12
            }
            let messages = try await running.published()
            let subjects = Dictionary(grouping: messages, by: \.subject).mapValues(\.count)
            #expect(
                subjects == [
                    "crm.checkout.created": 12, "crm.payment.succeeded": 12, "crm.subscription.started": 12,
                    "crm.subscription.cancelled": 12,
                ]
            )
            #expect(Set(messages.compactMap(\.messageID)).count == messages.count)
            let paid = try messages.filter { $0.subject == "crm.payment.succeeded" }.map {
                try WireJSON.decode(Envelope<PaymentSucceeded>.self, from: $0.payload).fact.leadID
            }
            #expect(Set(paid) == Set(sites.map(\.lead)))
            #expect(try await running.billing.figures().revenue == [Money(minorUnits: 12 * 150_000, currency: .gtq)])
            try await life.stop()
            try await running.close()
        }
    }

    /// Clicks until there is a page to pay on, pays, and cancels; told as the provider does, in both formats.
    private func buy(_ site: SiteForTest, from running: RunningBilling) async throws {
        try await eventually("sent to the provider", within: .seconds(60)) {
            (try? await running.web.send(OutboundRequest(.get, "\(running.url)/checkout/\(site.slug)", retry: .never)).status) == 303
        }
        let row = try await running.billing.database.row("SELECT id, provider_id FROM checkouts WHERE site_id = \(site.site)")
        var bought = site
        bought.checkout = try #require(row).decode("id")
        bought.providerCheckout = try #require(row).decode("provider_id")
        let told = Told(bought)
        try await withThrowingTaskGroup { group in
            for body in [told.legacy(), told.unified(), told.subscription("create"), told.subscription("cancel", after: 60)] {
                group.addTask { try await running.deliver(body) }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a setting that can't be is one line that names it, and exit code 78`() async throws {
        let log = NSTemporaryDirectory() + "plumbline-billing-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let process = try await ManagedProcess.start(
            .init(
                executable: RunningBilling.executable,
                environment: RunningBilling.environment.merging(["DATABASE_URL": "postgres://127.0.0.1:1/x", "SITE_PRICE": "0"]) { $1 },
                logFile: log
            )
        )
        #expect(try await process.waitForExit() == .code(78))
        let said = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(said.count == 1)
        #expect(said.first?.contains("SITE_PRICE") == true)
    }
}

/// The process that runs just now.
private actor Life {
    private var process: ManagedProcess

    init(_ process: ManagedProcess) { self.process = process }

    func killAndStart(_ running: RunningBilling) async throws {
        process.signal(SIGKILL)
        try await process.waitForExit()
        process = try await running.start()
    }

    func stop() async throws { try await process.stop() }
}
