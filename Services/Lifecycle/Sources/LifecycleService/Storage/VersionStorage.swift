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
        guard let version = try await addVersions([site: new], at: time)[site] else { throw Problem.siteNotFound("the id \(site)") }
        return version
    }

    /// Keeps a version of each of the sites and makes it the current one.
    ///
    /// - Returns: their numbers, of the sites that there are.
    package func addVersions(_ versions: [SiteID: NewSiteVersion], at time: Date) async throws -> [SiteID: Int] {
        let (sites, new) = (Array(versions.keys), Array(versions.values))
        let results = try await pipeline([
            // In one order, whoever locks several.
            "SELECT FROM sites WHERE id = ANY (\(sites)::uuid[]) ORDER BY id FOR NO KEY UPDATE",
            """
            WITH given AS (
                SELECT * FROM unnest(
                    \(sites)::uuid[], \(new.map(\.theme.rawValue))::text[], \(new.map(\.tone.rawValue))::text[],
                    \(new.map(\.language.rawValue))::text[], \(try new.map { try $0.content.map { try ColumnJSON.text($0) } })::text[],
                    \(new.map(\.page.html))::text[], \(new.map(\.page.styleHash))::text[], \(new.map(\.page.digest))::text[],
                    \(new.map(\.madeBy.rawValue))::text[], \(try new.map { try $0.writer.map { try ColumnJSON.text($0) } })::text[],
                    \(new.map(\.requestedBy))::text[]
                ) AS given (site_id, theme, tone, language, content, html, style_hash, digest, made_by, writer, requested_by)
            ), site AS (
                UPDATE sites
                SET version = sites.version + 1, theme = given.theme, tone = given.tone, generated_at = \(time)
                FROM given
                WHERE sites.id = given.site_id
                RETURNING sites.id, sites.version
            )
            INSERT INTO site_versions (
                site_id, version, theme, tone, language, content, html, style_hash, digest, made_by, writer, requested_by, created_at
            )
            SELECT site.id, site.version, theme, tone, language, content::jsonb, html, style_hash, digest, made_by, writer::jsonb,
                requested_by, \(time)
            FROM site JOIN given ON given.site_id = site.id
            RETURNING site_id, version
            """,
        ])
        return Dictionary(uniqueKeysWithValues: try results[1].rows.map { (try $0.decode("site_id"), try $0.decode("version")) })
    }
}
