import BillingWebhookService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import ServiceKit
import Testing

@Suite("GET /checkout/{slug}", .timeLimit(.minutes(1)))
struct CheckoutTests {
    private let page = "https://app.recurrente.example/checkout-session/ch_"

    /// Billing beside a provider that answers.
    private func selling(
        _ settings: [String: String] = [:],
        _ body: @Sendable @escaping (Billing, ProviderPeer, any TestClientProtocol) async throws -> Void
    ) async throws {
        let peer = ProviderPeer()
        try await peer.app.test(.live) { provider in
            let port = try #require(provider.port)
            let billing = try await Billing(["RECURRENTE_API_URL": "http://127.0.0.1:\(port)/api"].merging(settings) { $1 })
            try await billing.app.test(.router) { try await body(billing, peer, $0) }
            await billing.close()
        }
    }

    @Test func `who wants to buy is sent to the provider's page, and the lead's interest is told`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            let response = try await client.execute(uri: "/checkout/\(site.slug)", method: .get)
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == page + "1")

            let asked = try #require(peer.asked.first)
            #expect(asked.headers[try #require(HTTPField.Name("X-SECRET-KEY"))] == "sk_test_1")
            #expect(asked.headers[try #require(HTTPField.Name("X-PUBLIC-KEY"))] == "pk_test_1")
            let json = try #require(try JSONSerialization.jsonObject(with: asked.body) as? [String: Any])
            let metadata = try #require(json["metadata"] as? [String: String])
            #expect(metadata["site_id"] == "\(site.site)")
            #expect(json["cancel_url"] as? String == "https://sites.example/cafe-uno")
            #expect(json["success_url"] as? String == "https://pay.example/checkout/\(site.slug)/thanks")

            let events = try await billing.published()
            #expect(events.map(\.subject) == ["crm.checkout.created"])
            let fact: CheckoutCreated = try #require(events.first).fact()
            #expect(fact.leadID == site.lead)
            #expect(fact.amount == Money(minorUnits: 150_000, currency: .gtq))
            #expect("\(fact.checkoutID)" == metadata["checkout_id"])
        }
    }

    @Test func `many clicks at once, and another one later, come to the same checkout`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            let locations = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await client.execute(uri: "/checkout/\(site.slug)", method: .get).headers[.location] }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(locations) == [page + "1"])
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .get).headers[.location] == page + "1")
            #expect(peer.asked.count == 1)
            #expect(try await billing.published().count == 1)
        }
    }

    @Test func `a checkout that ran out is ended, and the next click gets a new one`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            _ = try await client.execute(uri: "/checkout/\(site.slug)", method: .get)
            try await billing.database.execute("UPDATE checkouts SET expires_at = now() - interval '1 second'")
            let sweeper = CheckoutSweeper(database: billing.database, logger: quietLogger)
            #expect(try await sweeper.sweep(at: Date()) == 1)
            #expect(try await sweeper.sweep(at: Date()) == 0)
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .get).headers[.location] == page + "2")
            #expect(
                try await billing.published().map(\.subject) == ["crm.checkout.created", "crm.checkout.expired", "crm.checkout.created"]
            )
        }
    }

    @Test(arguments: [
        ProviderPeer.Behaviour.refuse(.internalServerError), .refuse(.unauthorized), .say("<html>"),
        .say(#"{"id":"ch_1","checkout_url":"javascript:alert(1)"}"#),
    ])
    func `a provider that doesn't answer well is a page that says so, and the next click works`(
        behaviour: ProviderPeer.Behaviour
    ) async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            peer.behave(behaviour)
            let response = try await client.execute(uri: "/checkout/\(site.slug)", method: .get)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "30")
            #expect(String(buffer: response.body).contains("Nothing was charged"))
            #expect(try await billing.published().isEmpty)

            peer.behave(.create)
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .get).status == .seeOther)
            #expect(try await billing.count("SELECT FROM checkouts") == 1)
            #expect(try await billing.published().count == 1)
        }
    }

    @Test func `a provider that can't be reached is 503 with Retry-After, and nothing is lost`() async throws {
        let billing = try await Billing()
        let site = try await billing.addSite()
        try await billing.app.test(.router) { client in
            let response = try await client.execute(uri: "/checkout/\(site.slug)", method: .get)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "30")
        }
        #expect(try await billing.count("SELECT FROM checkouts WHERE state = 'creating'") == 1)
        await billing.close()
    }

    @Test func `a checkout whose maker died is taken over once its lease is over`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            try await billing.database.execute(
                """
                INSERT INTO checkouts (
                    id, site_id, lead_id, amount_minor, currency, billing_interval, billing_interval_count, created_at, lease_ends_at
                )
                VALUES (\(site.checkout), \(site.site), \(site.lead), 99000, 'USD', 'year', 1, now(), now() - interval '1 second')
                """
            )
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .get).status == .seeOther)
            let fact: CheckoutCreated = try #require(try await billing.published().first).fact()
            #expect(fact.checkoutID == site.checkout)
            #expect(fact.amount == Money(minorUnits: 99_000, currency: .usd), "the price that it was made with")
        }
    }

    @Test func `an unknown site is 404, a sold one says so, an archived one is gone`() async throws {
        try await selling { billing, peer, client in
            let sold = try await billing.addSite()
            let archived = try await billing.addSite()
            try await billing.database.execute("UPDATE sites SET sold_at = now() WHERE site_id = \(sold.site)")
            try await billing.database.execute("UPDATE sites SET archived_at = now() WHERE site_id = \(archived.site)")

            #expect(try await client.execute(uri: "/checkout/nowhere", method: .get).status == .notFound)
            let taken = try await client.execute(uri: "/checkout/\(sold.slug)", method: .get)
            #expect(taken.status == .ok)
            #expect(String(buffer: taken.body).contains("This site is taken"))
            #expect(try await client.execute(uri: "/checkout/\(archived.slug)", method: .get).status == .gone)
            #expect(peer.asked.isEmpty)
        }
    }

    @Test func `nothing is sold to a lead that was put aside, until it is brought back`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            func put(_ version: Int, aside archivedAt: Date?) async throws {
                var lead = site.snapshot()
                (lead.version, lead.archivedAt) = (version, archivedAt)
                let snapshot = lead
                try await billing.database.transaction { try await $0.keep(snapshot) }
            }
            func status(_ method: HTTPRequest.Method = .get) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/checkout/\(site.slug)", method: method).status
            }
            try await put(2, aside: Date())
            for method in [HTTPRequest.Method.get, .post, .head] {
                let answered = try await status(method)
                #expect(answered == .gone, "\(method)")
            }
            #expect(peer.asked.isEmpty)
            #expect(try await billing.count("SELECT FROM checkouts") == 0)

            try await put(3, aside: nil)
            #expect(try await status() == .seeOther)
            // Also where a checkout is open already; and an older snapshot brings nobody back.
            try await put(4, aside: Date())
            try await put(3, aside: nil)
            #expect(try await status() == .gone)
            #expect(peer.asked.count == 1)
        }
    }

    @Test func `a site that was archived is not sold, and one that its customer got back is taken`() async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            let now = Date()
            let isKnown = try await billing.database.transaction { try await $0.markArchived(site.site, at: now) }
            #expect(isKnown)
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .get).status == .gone)
            try await billing.database.execute(.markSold(site.site, at: now + 1))
            let taken = try await client.execute(uri: "/checkout/\(site.slug)", method: .get)
            #expect(String(buffer: taken.body).contains("This site is taken"))
            #expect(peer.asked.isEmpty)
        }
    }

    @Test func `a site that is brought back can be bought again, whatever is told late of the time before`() async throws {
        try await selling { billing, peer, client in
            let (first, second) = (try await billing.addSite(), try await billing.addSite())
            let now = Date()
            func tell(_ body: (Transaction) async throws -> Bool) async throws {
                let isKnown = try await billing.database.transaction { try await body($0) }
                #expect(isKnown)
            }
            func status(_ site: SiteForTest) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/checkout/\(site.slug)", method: .get).status
            }
            try await billing.database.execute(.markSold(first.site, at: now))
            try await tell { try await $0.markArchived(first.site, at: now + 1) }
            #expect(try await status(first) == .gone)
            try await tell { try await $0.markForSale(first.site, at: now + 2) }
            try await billing.database.execute(.markSold(first.site, at: now, isNews: false))
            #expect(try await status(first) == .seeOther)
            try await tell { try await $0.markArchived(first.site, at: now + 3) }
            #expect(try await status(first) == .gone)

            // The other way round: the return became known first.
            try await tell { try await $0.markForSale(second.site, at: now + 2) }
            try await tell { try await $0.markArchived(second.site, at: now + 1) }
            #expect(try await status(second) == .seeOther)
            #expect(peer.asked.count == 2)
        }
    }

    @Test(arguments: ["Sec-Purpose", "Purpose"])
    func `neither a link checker nor a browser that loads ahead buys anything`(header: String) async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            #expect(try await client.execute(uri: "/checkout/\(site.slug)", method: .head).status == .ok)
            let name = try #require(HTTPField.Name(header))
            let ahead = try await client.execute(uri: "/checkout/\(site.slug)", method: .get, headers: [name: "prefetch;prerender"])
            #expect(ahead.status == .serviceUnavailable)
            #expect(peer.asked.isEmpty)
            #expect(try await billing.count("SELECT FROM checkouts") == 0)
        }
    }

    @Test(arguments: ["Mimecast link protection bot", "Slackbot-LinkExpanding 1.0"])
    func `a machine that follows the link makes nobody interested, and finds the button that a person would press`(
        agent: String
    ) async throws {
        try await selling { billing, peer, client in
            let site = try await billing.addSite()
            let shown = try await client.execute(uri: "/checkout/\(site.slug)", method: .get, headers: [.userAgent: agent])
            #expect(shown.status == .ok)
            #expect(String(buffer: shown.body).contains(#"<form method="post">"#))
            #expect(peer.asked.isEmpty)
            #expect(try await billing.published().isEmpty)

            let pressed = try await client.execute(uri: "/checkout/\(site.slug)", method: .post, headers: [.userAgent: agent])
            #expect(pressed.status == .seeOther)
            #expect(pressed.headers[.location] == page + "1")
        }
    }

    @Test(arguments: [["SITE_CURRENCY": "EUR"], ["SITE_CURRENCY": "GTQ", "SITE_PRICE": "499"]])
    func `a price that the provider would refuse stops the service at its start`(settings: [String: String]) async throws {
        await #expect(throws: SettingsError.self) { try await Billing(settings) }
    }

    @Test func `printing the service shows no key`() async throws {
        let billing = try await Billing()
        #expect(!"\(billing.service)".contains("k_test_1"))
        await billing.close()
    }
}
