import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import CampaignService

@Suite("The site that a lead's messages show", .timeLimit(.minutes(1)))
struct SiteLinkTests {
    private static func url(_ slug: String) -> String { "https://a.example/sites/\(slug)" }

    private static func generated(_ site: SiteID, of lead: LeadID, _ slug: String) -> SiteGenerated {
        SiteGenerated(
            leadID: lead,
            siteID: site,
            slug: slug,
            version: 1,
            theme: "daylight",
            url: url(slug),
            screenshotURL: "\(url(slug)).png"
        )
    }

    @Test func `what becomes of another site of the lead leaves the link as it is`() async throws {
        try await Stage.set { stage in
            let (lead, own, other) = (LeadID.make(), SiteID.make(), SiteID.make())
            try await stage.hear(Self.generated(own, of: lead, "own"), Self.generated(other, of: lead, "other"))
            for event: any Event in [
                SiteArchived(leadID: lead, siteID: other, reason: "They have one too many."),
                SiteDeployed(leadID: lead, siteID: other, url: "https://b.example/other/"),
                SiteSuspended(leadID: lead, siteID: other, reason: "Unpaid."),
                SiteRestored(leadID: lead, siteID: other, state: .preview, reason: "Back.", url: Self.url("other")),
            ] {
                try await stage.hear(event)
                #expect(try await stage.shown(to: lead) == [Self.url("own"), "own", "\(Self.url("own")).png"])
            }
            // Where its own is no more seen, the other one still is.
            try await stage.hear(SiteArchived(leadID: lead, siteID: own, reason: "By mistake."))
            #expect(try await stage.shown(to: lead).first == Self.url("other"))
        }
    }

    @Test func `an archived or suspended site is not shown until it is restored, in whatever order that is heard`() async throws {
        try await Stage.set { stage in
            let (lead, site) = (LeadID.make(), SiteID.make())
            try await stage.hear(Self.generated(site, of: lead, "x"))
            for isArchived in [true, false] {
                let end: any Event =
                    isArchived
                    ? SiteArchived(leadID: lead, siteID: site, reason: "-") : SiteSuspended(leadID: lead, siteID: site, reason: "-")
                try await stage.hear(end)
                #expect(try await stage.shown(to: lead) == [nil, "x", nil])
                let (late, restored) = (EventID.make(), EventID.make())
                try await stage.hear(
                    SiteRestored(leadID: lead, siteID: site, state: .preview, reason: "-", url: Self.url("x")),
                    id: restored
                )
                try await stage.hear(end, id: late)
                #expect(try await stage.shown(to: lead) == [Self.url("x"), "x", "\(Self.url("x")).png"])
            }
            // A site that has no page yet is restored without one.
            try await stage.hear(SiteArchived(leadID: lead, siteID: site, reason: "-"))
            try await stage.hear(SiteRestored(leadID: lead, siteID: site, state: .preview, reason: "-"))
            #expect(try await stage.shown(to: lead).first == .some(nil))
        }
    }

    @Test func `a message sent while the site is away doesn't lead there`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            let site = try #require(try await stage.database.row("SELECT site_id FROM audience")).id("site_id", as: SiteID.self)
            _ = try await stage.start()
            try await stage.hear(SiteSuspended(leadID: lead.id, siteID: site, reason: "-"))
            let claim = try await stage.database.transaction { transaction in
                try await transaction.claim(.email, limit: 1, lease: .seconds(30), rate: SendRate(perSecond: 100))
            }
            #expect(claim.messages.map(\.recipient.siteURL) == [nil])
        }
    }

    @Test func `the deployed address is shown with the picture of the preview`() async throws {
        try await Stage.set { stage in
            let (lead, site) = (LeadID.make(), SiteID.make())
            let deployed = SiteDeployed(leadID: lead, siteID: site, url: "https://b.example/x/")
            // At once, and one after the other.
            try await stage.hear(Self.generated(site, of: lead, "x"), deployed)
            #expect(try await stage.shown(to: lead) == ["https://b.example/x/", "x", "\(Self.url("x")).png"])
            try await stage.hear(Self.generated(site, of: lead, "x"))
            try await stage.hear(deployed)
            #expect(try await stage.shown(to: lead) == ["https://b.example/x/", "x", "\(Self.url("x")).png"])
        }
    }

    @Test func `the site of a lead that was merged is shown where the other has none that is seen`() async throws {
        try await Stage.set { stage in
            let (lead, gone, own, brought) = (LeadID.make(), LeadID.make(), SiteID.make(), SiteID.make())
            // The older one, so that it isn't the age that decides.
            try await stage.hear(Self.generated(brought, of: gone, "brought"))
            try await stage.database.transaction { try await $0.merge(gone, into: lead) }
            #expect(try await stage.shown(to: lead).isEmpty, "the lead isn't known yet")
            try await stage.hear(SiteDeployed(leadID: gone, siteID: brought, url: "https://b.example/brought/"))
            #expect(try await stage.shown(to: lead).first == "https://b.example/brought/")
            try await stage.hear(Self.generated(own, of: lead, "own"))
            #expect(try await stage.shown(to: lead).first == Self.url("own"))
            try await stage.hear(SiteArchived(leadID: lead, siteID: own, reason: "-"))
            #expect(try await stage.shown(to: lead).first == "https://b.example/brought/")
        }
    }

    @Test(arguments: [true, false])
    func `of two previews that a lead has since a merge, the one that lifecycle has chosen is shown`(isHeardFirst: Bool) async throws {
        try await Stage.set { stage in
            let (lead, gone, own, brought) = (LeadID.make(), LeadID.make(), SiteID.make(), SiteID.make())
            let (first, second) = (EventID.make(), EventID.make())
            let choice = SiteChosen(leadID: lead, siteID: brought)
            // The streams of leads and of sites are followed side by side.
            if isHeardFirst { try await stage.hear(choice, id: first) }
            try await stage.hear(Self.generated(own, of: lead, "own"), Self.generated(brought, of: gone, "brought"))
            try await stage.database.transaction { try await $0.merge(gone, into: lead) }
            if !isHeardFirst { try await stage.hear(choice, id: first) }
            #expect(try await stage.shown(to: lead) == [Self.url("brought"), "brought", "\(Self.url("brought")).png"])

            // The other one is bought, and is the lead's from then on; an older choice that comes late changes nothing.
            try await stage.hear(SiteChosen(leadID: lead, siteID: own), id: second)
            try await stage.hear(choice, id: first)
            #expect(try await stage.shown(to: lead).first == Self.url("own"))
            try await stage.hear(SiteDeployed(leadID: lead, siteID: brought, url: "https://b.example/brought/"))
            #expect(try await stage.shown(to: lead).first == Self.url("own"))
            // No more seen, it is not replaced by one that isn't the lead's.
            try await stage.hear(SiteArchived(leadID: lead, siteID: own, reason: "They asked."))
            #expect(try await stage.shown(to: lead).first == .some(nil))
        }
    }

    @Test func `a link from before sites were told apart holds until its site is heard of`() async throws {
        try await Stage.set { stage in
            let (lead, merged, site) = (LeadID.make(), LeadID.make(), SiteID.make())
            try await stage.database.execute(
                """
                INSERT INTO audience (lead_id, site_slug, site_url, site_screenshot_url)
                VALUES (\(merged.rawValue), 'x', \(Self.url("x")), 'x.png'), (\(lead.rawValue), NULL, NULL, NULL)
                """
            )
            try await stage.database.transaction { try await $0.merge(merged, into: lead) }
            #expect(try await stage.shown(to: lead) == [Self.url("x"), "x", "x.png"])
            try await stage.hear(SiteDeployed(leadID: lead, siteID: site, url: "https://b.example/x/"))
            try await stage.hear(SiteDeployed(leadID: lead, siteID: site, url: "https://c.example/x/"))
            #expect(try await stage.shown(to: lead) == ["https://c.example/x/", "x", "x.png"])
        }
    }

    @Test func `nothing is kept of the sites of an erased lead`() async throws {
        try await Stage.set { stage in
            let (lead, site) = (LeadID.make(), SiteID.make())
            try await stage.hear(Self.generated(site, of: lead, "marias-bakery"))
            try await stage.database.transaction { try await $0.erase(lead) }
            try await stage.hear(Self.generated(site, of: lead, "marias-bakery"))
            #expect(try await stage.database.rows("SELECT FROM sites").isEmpty)
            #expect(try await stage.shown(to: lead) == [nil, nil, nil])
        }
    }
}

extension Stage {
    /// What is told of sites, in one batch.
    fileprivate func hear(_ events: any Event..., id: EventID? = nil) async throws {
        try await database.transaction { try await $0.keep(events.compactMap { SiteChange($0, id: id ?? .make()) }) }
    }

    /// Where, as what, and with which picture.
    fileprivate func shown(to lead: LeadID) async throws -> [String?] {
        guard
            let row = try await database.row(
                "SELECT site_url, site_slug, site_screenshot_url FROM audience WHERE lead_id = \(lead.rawValue)"
            )
        else { return [] }
        return try ["site_url", "site_slug", "site_screenshot_url"].map { try row.decodeIfPresent($0) }
    }
}
