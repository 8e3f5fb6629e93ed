import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("A site's page")
struct SitePageTests {
    private func page(_ lead: Lead) throws -> SitePage {
        try SitePage.render(SiteWriter.content(for: lead), details: SchemaOrg.Details(of: lead), url: "https://sites.example/sites/sample")
    }

    @Test func `a business named like a script is just a name, wherever it stands`() throws {
        let html = try page(SampleLeads.hostile).served(with: nil)
        // Two script tags are ours: the JSON-LD's, begun and ended.
        #expect(html.ranges(of: "<script").count == 1)
        #expect(html.ranges(of: "</script").count == 1)
        #expect(html.ranges(of: "</style").count == 1)
        #expect(!html.contains("<img"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("{{content.tagline}}"))
    }

    @Test func `an offer stands in a preview, and is gone when the site is sold`() throws {
        let page = try page(SampleLeads.hostile)
        let offer = SitePage.Offer(to: "<b>A</b>", in: .english, checkout: "https://pay.example/checkout/sample")
        let preview = try page.served(with: offer)
        #expect(preview.contains(#"href="https://pay.example/checkout/sample""#))
        #expect(preview.contains("Buy this site"))
        #expect(!preview.contains("<b>"))
        #expect(try !page.served(with: nil).contains("Buy this site"))
    }

    @Test func `search engines read the same facts`() throws {
        let html = try page(SampleLeads.plumber).html
        let start = try #require(html.firstRange(of: #"<script type="application/ld+json">"#))
        let end = try #require(html.firstRange(of: "</script>"))
        let json = try JSONSerialization.jsonObject(with: Data(html[start.upperBound..<end.lowerBound].utf8)) as? [String: Any]
        #expect(json?["@type"] as? String == "Plumber")
        #expect(json?["telephone"] as? String == "+12055550142")
        #expect((json?["aggregateRating"] as? [String: Any])?["reviewCount"] as? Int == 127)
        #expect((json?["openingHoursSpecification"] as? [Any])?.count == 6)
        #expect(html.contains(#"<meta property="og:title" content="Cedar &amp; Sons Plumbing · Plumber · Birmingham, AL">"#))
    }

    @Test func `a rating is shown only when the lead has one`() throws {
        #expect(try page(SampleLeads.plumber).html.contains("(127 reviews) on Google"))
        #expect(try !page(SampleLeads.bare).html.contains("class=\"rating\""))
        #expect(try !page(SampleLeads.bare).html.contains("aggregateRating"))
    }

    @Test func `a page asks nobody else for anything, runs nothing, and is small`() throws {
        let html = try page(SampleLeads.plumber).served(with: nil)
        #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("url(") && !html.contains(" style="))
        #expect(html.utf8.count < 30_000)
    }
}
