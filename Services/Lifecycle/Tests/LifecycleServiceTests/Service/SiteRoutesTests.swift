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
            // It is another page once it is sold, and a date of its version wouldn't say so.
            #expect(response.headers[.lastModified] == nil)
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
            try await eventually("another page") {
                let sold = try await get(client, lead.slug, [.ifNoneMatch: tag])
                return sold.status == .ok && sold.headers[.eTag] != tag && sold.body.readableBytes > 0
            }
        }
    }

    @Test(arguments: ["", "/screenshot.png"])
    func `nothing is written to a page, which says what it is for`(path: String) async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { _, client in
            for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
                let refused = try await get(client, lead.slug + path, method: method)
                #expect(refused.status == .methodNotAllowed && refused.headers[.allow] == "GET, HEAD", "\(method)")
                #expect(refused.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test func `who accepts gzip gets it, under a tag of its own`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { _, client in
            let plain = try await get(client, lead.slug)
            let squeezed = try await get(client, lead.slug, [.acceptEncoding: "gzip, br"])
            #expect(plain.headers[.contentEncoding] == nil && squeezed.headers[.contentEncoding] == "gzip")
            #expect(plain.headers[.vary] == "Accept-Encoding" && squeezed.headers[.vary] == "Accept-Encoding")
            #expect(squeezed.body.readableBytes * 2 < plain.body.readableBytes)
            #expect(squeezed.body.getBytes(at: 0, length: 2) == [0x1F, 0x8B])
            let (tag, other) = (try #require(plain.headers[.eTag]), try #require(squeezed.headers[.eTag]))
            #expect(tag != other)
            let unchanged = try await get(client, lead.slug, [.acceptEncoding: "gzip", .ifNoneMatch: other])
            #expect(unchanged.status == .notModified && unchanged.headers[.eTag] == other && unchanged.headers[.vary] == "Accept-Encoding")
            #expect(unchanged.headers[.cacheControl] == "no-cache" && unchanged.headers[.contentEncoding] == nil)
            #expect(try await get(client, lead.slug, [.acceptEncoding: "gzip", .ifNoneMatch: tag]).status == .ok)

            let head = try await get(client, lead.slug, [.acceptEncoding: "gzip"], method: .head)
            #expect(head.headers[.contentLength] == String(squeezed.body.readableBytes) && head.headers[.eTag] == other)
        }
    }

    @Test func `only the owner is told that a payment failed, by the owner's link`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            let link = try await bench.ask(GetOwnerLink(leadID: lead.id)).url
            await #expect(throws: Problem.self) { try await bench.ask(GetOwnerLink(leadID: lead.id), as: .agent) }
            let query = try #require(link.split(separator: "?").last)
            #expect(link.hasPrefix("\(Bench.publicURL)/sites/\(lead.slug)?owner="))
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "Paid in cash."))
            let fine = try await get(client, "\(lead.slug)?\(query)")
            #expect(!String(buffer: fine.body).contains("did not go through"))

            try await bench.database.execute(
                "UPDATE sites SET subscription_id = gen_random_uuid(), subscription_status = 'past_due' WHERE lead_id = \(lead.id)"
            )
            let told = try await get(client, "\(lead.slug)?\(query)")
            #expect(String(buffer: told.body).contains("did not go through"))
            #expect(told.headers[.cacheControl] == "private, no-store")
            #expect(told.headers[try #require(HTTPField.Name("Referrer-Policy"))] == "no-referrer")
            let key = query.dropFirst("owner=".count)
            for stranger in [lead.slug]
                + [UUID().uuidString, "", "\(key)0", String(key.dropLast()), "x"].map({ "\(lead.slug)?owner=\($0)" })
            {
                #expect(try await !String(buffer: get(client, stranger).body).contains("did not go through"))
            }
        }
    }

    @Test func `a page is kept in memory, and dropped by every instance when its site changes`() async throws {
        let lead = SampleLeads.plumber
        try await generated(lead) { bench, client in
            // Versions never change: what is written over one is seen only by who reads it anew.
            try await eventually("kept") {
                _ = try await get(client, lead.slug)
                let mark = unique("mark-")
                try await bench.database.execute("UPDATE site_versions SET html = '<p>' || \(mark)")
                return try await !String(buffer: get(client, lead.slug).body).contains(mark)
            }
            // As another instance would, or billing, or a person in the database.
            let name = unique("name-")
            try await bench.database.execute("UPDATE site_versions SET html = \(name)")
            try await bench.database.execute("UPDATE sites SET title = \(name) WHERE lead_id = \(lead.id)")
            try await eventually("dropped") { try await String(buffer: get(client, lead.slug).body) == name }
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "archived", reason: "Closed."))
            try await eventually("gone") { try await get(client, lead.slug).status == .gone }
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
