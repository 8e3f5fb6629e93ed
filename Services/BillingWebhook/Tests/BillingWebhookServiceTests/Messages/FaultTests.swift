import BillingWebhookService
import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import LocalServers
import Postgres
import ServiceLifecycle
import Testing

@Suite("What befalls a delivery on its way", .timeLimit(.minutes(1)))
struct FaultTests {
    @Test func `a delivery whose process died after answering is applied by the next one`() async throws {
        let billing = try await Billing()
        let told = Told(try await billing.addOpenCheckout())
        let body = told.unified()
        try await billing.app.test(.router) { client in
            let response = try await client.post("/webhooks/recurrente", body, signed(body))
            #expect(response.status == .ok)
        }
        #expect(try await billing.states() == ["received"])
        try await billing.working {
            try await eventually("applied") { try await billing.states() == ["done"] }
        }
        #expect(try await billing.published().count == 2)
        await billing.close()
    }

    @Test func `when the connection is cut amid the work nothing of it stays, and the next try does all of it`() async throws {
        let billing = try await Billing()
        let site = try await billing.addOpenCheckout()
        try await billing.store(Told(site).unified())
        // Holding the lead's lock keeps the worker within its transaction.
        try await billing.database.withConnection { holder in
            let key: SQL = "hashtextextended('plumbline.billing.' || \(site.lead)::text, 0)"
            try await holder.execute("SELECT pg_advisory_lock(\(fragment: key))")
            let applying = Task { try await billing.worker().applyNext() }
            try await eventually("the worker waits for the lock, and its connection is cut") {
                try await billing.count(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
                    """
                ) == 1
            }
            await #expect(throws: DatabaseError.self) { _ = try await applying.value }
            try await holder.execute("SELECT pg_advisory_unlock(\(fragment: key))")
        }
        #expect(try await billing.states() == ["received"])
        #expect(try await billing.published().isEmpty)
        // Its server process tells of its end before it lets go of the row, which others pass over until then.
        try await eventually("applied") {
            try await billing.applyAll()
            return try await billing.states() == ["done"]
        }
        #expect(try await billing.published().count == 2)
        await billing.close()
    }

    @Test func `a delivery that can't be applied is tried again later and never holds up the others`() async throws {
        let billing = try await Billing()
        let broken = Told(try await billing.addOpenCheckout())
        let whole = Told(try await billing.addOpenCheckout())
        // Something of ours that is wrong with this one only.
        try await billing.database.execute(
            SQL(unsafe: "ALTER TABLE payments ADD CONSTRAINT payments_test CHECK (charge_key <> '\(broken.intent("1"))')")
        )
        try await billing.store(broken.unified())
        try await billing.store(whole.unified())
        try await billing.applyAll()
        #expect(try await billing.states() == ["waiting", "done"])
        #expect(try await billing.published().count == 2)

        try await billing.database.execute("ALTER TABLE payments DROP CONSTRAINT payments_test")
        try await billing.applyAll(at: Date() + 2)
        #expect(try await billing.states() == ["done", "done"])
        #expect(try await billing.figures().payments == 2)
        await billing.close()
    }

    @Test func `what waited too long is shown to a person, and still applied when its row appears`() async throws {
        let billing = try await Billing()
        let told = Told(SiteForTest())
        try await billing.store(told.unified())
        for hour in 0..<80 { try await billing.applyAll(at: Date() + Double(hour) * 3_601) }
        #expect(try await billing.states() == ["parked"])

        // A click brings the checkout, and that wakes what speaks of it.
        let peer = ProviderPeer()
        _ = try await billing.addSite(told.site)
        peer.behave(.say(#"{"id":"\#(told.site.providerCheckout)","checkout_url":"https://pay.example/1"}"#))
        try await peer.app.test(.live) { provider in
            let selling = try await Billing(
                ["RECURRENTE_API_URL": "http://127.0.0.1:\(try #require(provider.port))/api"],
                databaseURL: billing.databaseURL
            )
            try await selling.app.test(.router) { client in
                let response = try await client.execute(uri: "/checkout/\(told.site.slug)", method: .get)
                #expect(response.status == .seeOther)
            }
            await selling.close()
        }
        #expect(try await billing.states() == ["waiting"])
        try await billing.applyAll()
        #expect(try await billing.states() == ["done"])
        #expect(try await billing.customer(of: told.site.lead).checkouts.map(\.state) == ["paid"])
        await billing.close()
    }

    @Test func `a delivery is applied at once, without waiting for a poll`() async throws {
        let billing = try await Billing()
        var lives: [Told] = []
        for _ in 0..<20 { lives.append(Told(try await billing.addOpenCheckout())) }
        try await billing.working(polling: .seconds(3_600)) {
            try await billing.app.test(.router) { [lives] client in
                for (number, told) in lives.enumerated() {
                    let body = told.unified()
                    let response = try await client.post("/webhooks/recurrente", body, signed(body))
                    #expect(response.status == .ok)
                    try await eventually("applied") { try await billing.states().filter { $0 == "done" }.count == number + 1 }
                }
            }
        }
        await billing.close()
    }
}

extension Billing {
    /// Runs what the service runs, while `body` does.
    func working(polling poll: Duration = .seconds(1), _ body: () async throws -> Void) async throws {
        let services = service.runs.map { service -> any Service in
            guard var worker = service as? DeliveryWorker else { return service }
            worker.poll = poll
            return worker
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: quietLogger
            )
        )
        async let run: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
    }
}
