import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("A site's page")
struct SitePageTests {
    private func page(_ lead: Lead, _ theme: Theme = .mainStreet, services: SiteContent.Cards? = nil) throws -> SitePage {
        var content = try SiteWriter.content(for: lead)
        content.services = services ?? content.services
        return try SitePage.render(content, theme: theme, details: SchemaOrg.Details(of: lead), url: "https://sites.example/sites/sample")
    }

    @Test(arguments: Theme.allCases)
    func `a business named like a script is just a name, wherever it stands`(theme: Theme) throws {
        let html = try page(SampleLeads.hostile, theme).served(with: nil)
        // Two script tags are ours: the JSON-LD's, begun and ended.
        #expect(html.ranges(of: "<script").count == 1)
        #expect(html.ranges(of: "</script").count == 1)
        #expect(html.ranges(of: "</style").count == 1)
        #expect(!html.contains("<img"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("{{content.tagline}}"))
    }

    @Test func `the week begins on Monday, however the listing has it`() throws {
        func order(_ days: String...) throws -> [String] {
            let hours = days.map { DayHours(day: $0, hours: "8 AM to 5 PM") }
            let html = try page(SampleLeads.lead("A", country: "US", hours: hours)).html
            return html.matches(of: /<th scope="row">([^<]+)</).map { String($0.output.1) }
        }
        #expect(try order("Friday", "Sunday", "Monday") == ["Monday", "Friday", "Sunday"])
        #expect(try order("Friday", "Holidays", "Monday") == ["Friday", "Holidays", "Monday"])
    }

    @Test func `what HTML forbids is left out`() throws {
        let lead = SampleLeads.lead("A\u{7}B\u{85}C\u{1F}D\u{9F}E", country: "US")
        let page = try page(lead).served(with: .offer(to: lead.name, in: .english, checkout: "https://pay.example/x"))
        #expect(page.contains(">ABCDE</h1>") && page.contains("<strong>ABCDE</strong>"))
    }

    @Test(arguments: Theme.allCases)
    func `an offer stands in a preview, and is gone when the site is sold`(theme: Theme) throws {
        let page = try page(SampleLeads.hostile, theme)
        let preview = try page.served(with: .offer(to: "<b>A</b>", in: .english, checkout: "https://pay.example/checkout/sample"))
        #expect(preview.contains(#"href="https://pay.example/checkout/sample""#))
        #expect(preview.contains("Buy this site"))
        #expect(!preview.contains("<b>"))
        let sold = try page.served(with: nil)
        #expect(!sold.contains("Buy this site") && !sold.contains("<aside") && !sold.contains("<!--bar-->"))
    }

    @Test(arguments: ["<!doctype html><html><body class=\"a\"><h1>A</h1>|</BODY></html>", "<h1>A</h1>|"])
    func `an offer stands in a page that another program made, too, and brings its own looks`(html: String) throws {
        let page = AdoptedPage.page(html.replacing("|", with: ""))
        let preview = try page.served(with: .offer(to: "<b>A</b>", in: .english, checkout: "https://pay.example/checkout/sample"))
        let parts = html.split(separator: "|", omittingEmptySubsequences: false)
        #expect(preview.hasPrefix("\(parts[0])<aside ") && preview.hasSuffix("</aside>\n\(parts[1])"))
        #expect(preview.contains(#"href="https://pay.example/checkout/sample""#) && preview.contains("Buy this site"))
        #expect(preview.contains("&lt;b&gt;A") && preview.contains("background:#10151d") && !preview.contains("class=\"buy"))
        #expect(try page.served(with: .pastDue("A", in: .spanish)).contains("Solo usted ve esto"))
        #expect(try page.served(with: nil) == page.html)
    }

    @Test(arguments: Theme.allCases)
    func `search engines and link previews read the same facts`(theme: Theme) throws {
        let html = try page(SampleLeads.plumber, theme).html
        let start = try #require(html.firstRange(of: #"<script type="application/ld+json">"#))
        let end = try #require(html.firstRange(of: "</script>"))
        let json = try JSONSerialization.jsonObject(with: Data(html[start.upperBound..<end.lowerBound].utf8)) as? [String: Any]
        #expect(json?["@context"] as? String == "https://schema.org")
        #expect(json?["@type"] as? String == "Plumber")
        #expect(json?["telephone"] as? String == "+12055550142")
        #expect((json?["aggregateRating"] as? [String: Any])?["reviewCount"] as? Int == 127)
        #expect((json?["openingHoursSpecification"] as? [Any])?.count == 6)
        #expect(html.contains(#"<meta property="og:title" content="Cedar &amp; Sons Plumbing · Plumber · Birmingham, AL">"#))
        #expect(html.contains(#"<meta property="og:image" content="https://sites.example/sites/sample/screenshot.png">"#))
        for name in ["og:description", "og:url", "og:type", "og:locale"] { #expect(html.contains(#"<meta property="\#(name)" content=""#)) }
    }

    @Test(arguments: Theme.allCases)
    func `a page has its landmarks, one main heading, and ways to call and to find the business`(theme: Theme) throws {
        let services = SiteContent.Cards(title: "What we do", cards: [.init(title: "Drains", text: "Cleared.")])
        let html = try page(SampleLeads.plumber, theme, services: services).html
        for tag in ["<header", "<nav", "<main", "<footer", "<h1", ##"class="skip" href="#main""##] {
            #expect(html.ranges(of: tag).count == 1, "\(tag)")
        }
        #expect(html.contains(#"href="tel:+12055550142""#) && html.contains(#"href="https://www.google.com/maps/search/?api=1&amp;"#))
        #expect(html.contains("What we do") && html.contains("Drains"))
        #expect(html.contains(#"<th scope="row">Monday</th><td>7:30 AM to 5 PM</td>"#))
        // What is only drawn is not read out: each drawing is hidden, or stands in what is.
        let hidden = html.ranges(of: #"aria-hidden="true""#).count
        #expect(hidden >= html.ranges(of: "<svg").count)
    }

    @Test(arguments: Theme.allCases)
    func `an e-mail address that is too long for its line goes on at its @`(theme: Theme) throws {
        let html = try page(SampleLeads.plumber, theme).html
        #expect(html.contains(#"<a href="mailto:office@cedar.example"><span>office<wbr>@cedar.example</span></a>"#))
    }

    @Test func `a large first letter begins what is long enough to stand beside it`() throws {
        let short = SampleLeads.lead("Zenith", category: "Law firm", country: "US")
        #expect(try page(SampleLeads.plumber, .chambers).html.contains(#"<p class="drop">"#))
        #expect(try page(short, .chambers).html.contains("<p>Zenith is a law firm.</p>"))
    }

    @Test func `a rating is shown only when the lead has one`() throws {
        for theme in Theme.allCases {
            #expect(try page(SampleLeads.plumber, theme).html.contains("(127 reviews) on Google"))
            #expect(try !page(SampleLeads.bare, theme).html.contains("class=\"rating\""))
            #expect(try !page(SampleLeads.bare, theme).html.contains("aggregateRating"))
        }
    }

    @Test(arguments: Theme.allCases)
    func `a page asks nobody else for anything, runs nothing, and is small`(theme: Theme) throws {
        let html = try page(SampleLeads.plumber, theme).served(with: nil)
        #expect(!html.contains("src=") && !html.contains("@import") && !html.contains(" style="))
        // A pattern within the page's own drawing.
        #expect(html.replacing("url(#awning)", with: "").contains("url(") == false)
        #expect(html.utf8.count < 40_000)
    }
}
