import Contracts
import Foundation
import LocalStack
import Messaging
import Outbound

/// A lead with a site, who has opened the payment page.
struct Buyer: Sendable {
    var leadID: LeadID
    var email: String
    /// The provider's.
    var checkoutID: String
    /// What billing-webhook gave the provider to keep.
    var metadata: [String: String]
}

/// Brings leads to the point where they pay, by the ways that are open to everybody.
struct BuyerSchool: Sendable {
    let stack: LocalStack
    let client: StackClient
    let web: OutboundClient
    let facts: FactWatch

    /// So many new leads, each with a generated site and an open checkout; everything that this caused has been followed.
    func make(_ count: Int) async throws -> [Buyer] {
        let sites = try await inParallel(Array(0..<count)) { index in
            let lead = try await client.ask(ResolveLead(gmbID: "ChIJ\(EventID.make())", business: draft(index))).lead
            let site = try await client.ask(CreateSite(leadID: lead.id)).site
            _ = try await client.ask(GenerateSite(leadID: lead.id))
            return (lead, site)
        }
        let leads = sites.map(\.0.id)
        try await facts.wait(for: .siteGenerated, of: leads)
        let buyers = try await inParallel(sites) { lead, site in
            let checkout = try await openCheckout(site)
            return Buyer(
                leadID: lead.id,
                email: lead.email ?? "buyer@people.example",
                checkoutID: checkout,
                metadata: try await metadata(of: checkout)
            )
        }
        try await facts.wait(for: .interested, of: leads)
        try await waitUntilIdle()
        return buyers
    }

    private func draft(_ index: Int) -> LeadDraft {
        LeadDraft(
            name: "Benchmark Plumbing \(EventID.make())",
            category: "Plumber",
            address: "\(index + 1) Main Street",
            city: "Birmingham",
            state: "AL",
            country: "US",
            email: "owner@\(EventID.make()).example",
            rating: 4.6,
            reviewCount: 80,
            photoCount: 12
        )
    }

    /// Follows the "buy this site" button, as soon as billing-webhook knows the site.
    ///
    /// - Returns: the provider's id of the checkout.
    private func openCheckout(_ site: Site) async throws -> String {
        let url = "\(stack.url(of: .billingWebhook))/checkout/\(site.slug)"
        var page: String?
        try await wait(for: "the checkout of \(site.slug)") {
            let answer = try await web.send(OutboundRequest(.get, url))
            page = answer.status == 303 ? answer.headers["Location"] : nil
            return page != nil
        }
        guard let id = page?.split(separator: "/").last else { throw BenchmarkFault(description: "\(url) leads nowhere") }
        return String(id)
    }

    private struct ProviderCheckout: Decodable {
        var metadata: [String: String]
    }

    private func metadata(of checkout: String) async throws -> [String: String] {
        let answer = try await web.send(
            OutboundRequest(
                .get,
                "\(stack.plan.sandboxURL)/api/checkouts/\(checkout)",
                headers: [("X-SECRET-KEY", "sk_test_\(stack.plan.secret(of: "recurrente-secret"))")]
            )
        )
        return try WireJSON.decode(ProviderCheckout.self, from: answer.body).metadata
    }

    /// Waits until no service has an event before it or in hand, twice in a row: an event may be on its way between two of them.
    func waitUntilIdle() async throws {
        let jetStream = JetStream(client.nats)
        var calm = 0
        try await wait(for: "every event to be followed") {
            for stream in Catalogue.streams {
                for service in StackPlan.services {
                    // Not every service follows every stream.
                    guard let state = try? await jetStream.state(ofConsumer: service.rawValue, stream: stream.name) else { continue }
                    guard state.pending == 0, state.acksPending == 0 else {
                        calm = 0
                        return false
                    }
                }
            }
            calm += 1
            return calm >= 10
        }
    }
}
