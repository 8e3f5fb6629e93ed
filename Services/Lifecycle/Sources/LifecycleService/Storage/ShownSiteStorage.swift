import Contracts
import Foundation
import Postgres

extension SQLExecutor {
    /// What `/sites/{slug}` shows; none when there is no such site.
    func shownSite(_ slug: String) async throws -> ShownSite? {
        try await row(
            """
            SELECT site.id, site.lead_id, site.slug, site.title, site.state, site.owner_key, site.subscription_status,
                page.language, page.style_hash, page.html
            FROM sites AS site LEFT JOIN site_versions AS page ON page.site_id = site.id AND page.version = site.version
            WHERE site.slug = \(slug)
            """
        ).map(ShownSite.init)
    }

    /// The key of the site that the lead has now, and its slug.
    func ownerKey(of lead: LeadID) async throws -> (slug: String, key: UUID)? {
        try await row("SELECT slug, owner_key FROM sites WHERE lead_id = \(lead) AND superseded_at IS NULL AND state <> 'archived'")
            .map { (try $0.decode("slug"), try $0.decode("owner_key")) }
    }
}

/// A site as its visitors find it.
struct ShownSite: Sendable {
    var id: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    var state: SiteState
    /// Who knows it is taken for the owner.
    var ownerKey: UUID
    /// Whether the last payment failed.
    var isPastDue: Bool
    /// None until the first is made.
    var page: Page?

    struct Page: Sendable {
        var language: SiteContent.Language
        var styleHash: String
        var html: String
    }

    init(_ row: Row) throws {
        id = try row.decode("id")
        leadID = try row.decode("lead_id")
        slug = try row.decode("slug")
        title = try row.decode("title")
        state = try row.word("state")
        ownerKey = try row.decode("owner_key")
        isPastDue = try row.decodeIfPresent("subscription_status", as: String.self) == "past_due"
        page = try row.decodeIfPresent("html", as: String.self).map { html in
            Page(
                language: try row.word("language"),
                styleHash: try row.decode("style_hash"),
                html: html
            )
        }
    }
}
