import Contracts
import Foundation
import Postgres

extension SQLExecutor {
    /// What `/sites/{slug}` shows; none when there is no such site.
    ///
    /// The page itself isn't read when the caller has it already, by its digest.
    func shownSite(_ slug: String, without digest: String?) async throws -> ShownSite? {
        try await row(
            """
            SELECT site.id, site.lead_id, site.slug, site.title, site.state, page.language, page.style_hash, page.digest,
                page.created_at AS generated_at,
                CASE WHEN page.digest IS DISTINCT FROM \(digest) THEN page.html END AS html
            FROM sites AS site LEFT JOIN site_versions AS page ON page.site_id = site.id AND page.version = site.version
            WHERE site.slug = \(slug)
            """
        ).map(ShownSite.init)
    }
}

/// A site as its visitors find it.
struct ShownSite: Sendable {
    var id: SiteID
    var leadID: LeadID
    var slug: String
    var title: String
    var state: SiteState
    /// None until the first is made.
    var page: Page?

    struct Page: Sendable {
        var language: SiteContent.Language
        var styleHash: String
        var digest: String
        var generatedAt: Date
        /// None when the caller has it already.
        var html: String?
    }

    init(_ row: Row) throws {
        id = try row.decode("id")
        leadID = try row.decode("lead_id")
        slug = try row.decode("slug")
        title = try row.decode("title")
        state = try row.word("state")
        page = try row.decodeIfPresent("digest", as: String.self).map { digest in
            Page(
                language: try row.word("language"),
                styleHash: try row.decode("style_hash"),
                digest: digest,
                generatedAt: try row.decode("generated_at"),
                html: try row.decodeIfPresent("html")
            )
        }
    }
}
