package import Contracts
package import Foundation
package import Postgres

/// A version of a site that was made and has no number yet.
package struct NewSiteVersion: Sendable {
    /// None where the page is all there is.
    package var content: SiteContent?
    package var page: SitePage
    package var language: SiteContent.Language
    package var theme: Theme
    package var tone: Tone
    package var madeBy: SiteMaker
    package var writer: WriterRecord?
    package var requestedBy: String

    package init(
        content: SiteContent?,
        page: SitePage,
        language: SiteContent.Language? = nil,
        theme: Theme,
        tone: Tone,
        madeBy: SiteMaker,
        writer: WriterRecord? = nil,
        requestedBy: String
    ) {
        self.content = content
        self.page = page
        self.language = content?.language ?? language ?? .english
        self.theme = theme
        self.tone = tone
        self.madeBy = madeBy
        self.writer = writer
        self.requestedBy = requestedBy
    }
}

/// All SQL on `site_versions`.
extension Transaction {
    /// Keeps a version of the site and makes it the current one.
    ///
    /// - Returns: its number.
    /// - Throws: a `Problem` of status 404 when there is no such site.
    package func addVersion(_ new: NewSiteVersion, to site: SiteID, at time: Date) async throws -> Int {
        let content = try new.content.map { try ColumnJSON.text($0) }
        let writer = try new.writer.map { try ColumnJSON.text($0) }
        let row = try await row(
            """
            WITH site AS (
                UPDATE sites
                SET version = version + 1, theme = \(new.theme.rawValue), tone = \(new.tone.rawValue), generated_at = \(time)
                WHERE id = \(site)
                RETURNING id, version
            )
            INSERT INTO site_versions (
                site_id, version, theme, tone, language, content, html, style_hash, digest, made_by, writer, requested_by, created_at
            )
            SELECT id, version, \(new.theme.rawValue), \(new.tone.rawValue), \(new.language.rawValue), \(content)::jsonb, \(new.page.html),
                \(new.page.styleHash), \(new.page.digest), \(new.madeBy.rawValue), \(writer)::jsonb, \(new.requestedBy), \(time)
            FROM site
            RETURNING version
            """
        )
        guard let row else { throw Problem.siteNotFound("the id \(site)") }
        return try row.decode("version")
    }
}
