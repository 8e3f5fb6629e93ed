import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("GET /sites/{slug}", .timeLimit(.minutes(1)))
struct SiteRoutesTests {
    private let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    /// A bench with one generated site, and what a client sees of it.
    private func generated(_ lead: Lead, _ body: @Sendable (Bench, any TestClientProtocol) async throws -> Void) async throws {
        let bench = try await Bench()
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            try await bench.api.test(.router) { client in try await body(bench, client) }
        }
        try await bench.close()
    }

    private func get(
        _ client: any TestClientProtocol,
        _ slug: String,
        _ headers: HTTPFields = [:],
        method: HTTPRequest.Method = .get
    ) async throws -> TestResponse {
        try await client.execute(uri: "/sites/\(slug)", method: method, headers: headers)
    }

    @Test func `a preview offers itself to the business it was made for, and to no search engine`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { _, client in
            let response = try await get(client, lead.slug)
            let html = String(buffer: response.body)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(html.contains(#"href="https://pay.example/checkout/\#(lead.slug)""#) && html.contains("Buy this site"))
            #expect(html.contains("Cedar &amp; Sons Plumbing"))
            #expect(response.headers[.cacheControl] == "no-cache")
            #expect(response.headers[try #require(HTTPField.Name("X-Robots-Tag"))] == "noindex, nofollow")
            #expect(response.headers[try #require(HTTPField.Name("X-Content-Type-Options"))] == "nosniff")
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(
                policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-") && policy.contains("frame-ancestors 'none'")
            )
            #expect(response.headers[.lastModified]?.hasSuffix(" GMT") == true)
        }
    }

    @Test func `who has the page gets 304, and the whole page again once it is another`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            let tag = try #require(try await get(client, lead.slug).headers[.eTag])
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let response = try await get(client, lead.slug, [.ifNoneMatch: known])
                #expect(response.status == .notModified && response.body.readableBytes == 0, "\(known)")
                #expect(response.headers[.eTag] == tag)
            }
            #expect(try await get(client, lead.slug, [.ifNoneMatch: "\"other\""]).status == .ok)
            // The same page without its offer is another.
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "Paid in cash."))
            let sold = try await get(client, lead.slug, [.ifNoneMatch: tag])
            #expect(sold.status == .ok && sold.headers[.eTag] != tag && sold.body.readableBytes > 0)
        }
    }

    @Test func `a sold site is the customer's: nothing to buy, fit for search engines and caches`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "Paid in cash."))
            let response = try await get(client, lead.slug)
            #expect(!String(buffer: response.body).contains("Buy this site"))
            #expect(response.headers[try #require(HTTPField.Name("X-Robots-Tag"))] == nil)
            #expect(response.headers[.cacheControl]?.hasPrefix("public") == true)
        }
    }

    @Test func `an archived site is gone, one in preparation is not there yet, and an unknown one isn't there`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "archived", reason: "Closed."))
            let gone = try await get(client, lead.slug)
            #expect(gone.status == .gone && String(buffer: gone.body).contains("no longer here"))
            #expect(gone.headers[.cacheControl] == "no-store")

            let other = SampleLeads.lead("Other", slug: "other")
            bench.leadIntake.add(other)
            _ = try await bench.ask(CreateSite(leadID: other.id))
            let soon = try await get(client, "other")
            #expect(soon.status == .notFound && String(buffer: soon.body).contains("being made"))

            let unknown = try await get(client, "%3Cscript%3E")
            #expect(unknown.status == .notFound && unknown.headers[.contentType] == "text/html; charset=utf-8")
            #expect(!String(buffer: unknown.body).contains("<script"))
        }
    }

    @Test func `HEAD answers like GET, without a body, and is no visit`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            let head = try await get(client, lead.slug, [.userAgent: browser], method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0 && head.headers[.eTag] != nil)
            #expect(try await bench.told(SiteVisited.self, of: lead.id).isEmpty)
        }
    }
}
