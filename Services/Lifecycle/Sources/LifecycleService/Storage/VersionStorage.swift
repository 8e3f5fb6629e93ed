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
    /// Of a version that is brought back: which one it was.
    package var restoredFrom: Int?
    package var requestedBy: String

    package init(
        content: SiteContent?,
        page: SitePage,
        language: SiteContent.Language? = nil,
        theme: Theme,
        tone: Tone,
        madeBy: SiteMaker,
        writer: WriterRecord? = nil,
        restoredFrom: Int? = nil,
        requestedBy: String
    ) {
        self.content = content
        self.page = page
        self.language = content?.language ?? language ?? .english
        self.theme = theme
        self.tone = tone
        self.madeBy = madeBy
        self.writer = writer
        self.restoredFrom = restoredFrom
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
                    \(new.map(\.restoredFrom))::bigint[], \(new.map(\.requestedBy))::text[]
                ) AS given (
                    site_id, theme, tone, language, content, html, style_hash, digest, made_by, writer, restored_from, requested_by
                )
            ), site AS (
                UPDATE sites
                SET version = sites.version + 1, theme = given.theme, tone = given.tone, generated_at = \(time)
                FROM given
                WHERE sites.id = given.site_id
                RETURNING sites.id, sites.version
            ), look AS (
                INSERT INTO screenshot_jobs (site_id) SELECT id FROM site ORDER BY id
                ON CONFLICT (site_id) DO UPDATE SET due_at = now(), lease = NULL, attempts = 0, last_error = NULL
            )
            INSERT INTO site_versions (
                site_id, version, theme, tone, language, content, html, style_hash, digest, made_by, writer, restored_from, requested_by,
                created_at
            )
            SELECT site.id, site.version, theme, tone, language, content::jsonb, html, style_hash, digest, made_by, writer::jsonb,
                restored_from, requested_by, \(time)
            FROM site JOIN given ON given.site_id = site.id
            RETURNING site_id, version
            """,
        ])
        return Dictionary(uniqueKeysWithValues: try results[1].rows.map { (try $0.decode("site_id"), try $0.decode("version")) })
    }
}

/// A version of a site, whole.
struct StoredVersion: Sendable {
    var about: SiteVersion
    var language: SiteContent.Language
    var content: SiteContent?
    var page: SitePage
}

extension SQLExecutor {
    /// None when the site has no such version.
    func version(_ version: Int, of site: SiteID) async throws -> StoredVersion? {
        try await row(
            """
            SELECT \(fragment: SiteVersion.columns), page.content::text AS content, page.html, page.style_hash
            FROM site_versions AS page JOIN sites AS site ON site.id = page.site_id
            WHERE page.site_id = \(site) AND page.version = \(version)
            """
        ).map { row in
            StoredVersion(
                about: try SiteVersion(row),
                language: try row.word("language"),
                content: try row.cell("content") == nil ? nil : row.decodeJSON("content"),
                page: SitePage(html: try row.decode("html"), styleHash: try row.decode("style_hash"))
            )
        }
    }

    /// The newest first; those below `version` where one is given.
    func versions(of site: SiteID, below version: Int?, limit: Int) async throws -> [SiteVersion] {
        try await rows(
            """
            SELECT \(fragment: SiteVersion.columns)
            FROM site_versions AS page JOIN sites AS site ON site.id = page.site_id
            WHERE page.site_id = \(site) AND page.version < \(version ?? .max)
            ORDER BY page.version DESC
            LIMIT \(limit)
            """
        ).map(SiteVersion.init)
    }
}

extension SiteVersion {
    fileprivate static let columns: SQL = """
        page.version, page.version = site.version AS is_current, page.theme, page.tone, page.language, page.made_by,
        page.writer::text AS writer, page.restored_from, page.requested_by, page.created_at
        """

    fileprivate init(_ row: Row) throws {
        self.init(
            version: try row.decode("version"),
            isCurrent: try row.decode("is_current"),
            theme: try row.decode("theme"),
            tone: try row.word("tone"),
            language: try row.decode("language"),
            madeBy: try row.word("made_by"),
            writer: try row.cell("writer") == nil ? nil : row.decodeJSON("writer"),
            restoredFrom: try row.decodeIfPresent("restored_from"),
            requestedBy: try row.decode("requested_by"),
            createdAt: try row.decode("created_at")
        )
    }
}
