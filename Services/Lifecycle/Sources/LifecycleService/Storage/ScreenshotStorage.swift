package import Contracts
import Crypto
package import Foundation
package import Postgres

/// All SQL on `screenshot_jobs` and `site_screenshots`.
extension SQLExecutor {
    /// Lets the job be taken again after `delay`; for good when there is none: then the next version brings a new one.
    package func postpone(_ job: ScreenshotJob, for delay: Duration?, because error: String) async throws {
        try await execute(
            """
            UPDATE screenshot_jobs
            SET lease = NULL, last_error = \(error),
                due_at = CASE WHEN \(delay == nil) THEN 'infinity' ELSE now() + \(delay?.seconds ?? 0) * interval '1 second' END
            WHERE site_id = \(job.site) AND lease = \(job.lease)
            """
        )
    }

    /// What `/sites/{slug}/screenshot.png` shows; none when there is no such site. The image isn't read when the caller has it already.
    func shownScreenshot(_ slug: String, without digest: String?) async throws -> ShownScreenshot? {
        try await row(
            """
            SELECT site.title, site.state, shot.digest, CASE WHEN shot.digest IS DISTINCT FROM \(digest) THEN shot.image END AS image
            FROM sites AS site LEFT JOIN site_screenshots AS shot ON shot.site_id = site.id
            WHERE site.slug = \(slug)
            """
        ).map { row in
            ShownScreenshot(
                title: try row.decode("title"),
                state: try row.word("state"),
                digest: try row.decodeIfPresent("digest"),
                image: try row.decodeIfPresent("image")
            )
        }
    }
}

extension Transaction {
    /// Takes the job that has been due for longest, if one is due, and no other worker takes it.
    ///
    /// The page is read when the job is locked already: whoever has made a newer version by then has made it known, and whoever makes one
    /// later waits for us and takes the job back.
    package func claimScreenshot(for lease: Duration) async throws -> ScreenshotJob? {
        let token = UUID()
        let claimed = try await row(
            """
            UPDATE screenshot_jobs
            SET lease = \(token), due_at = now() + \(lease.seconds) * interval '1 second', attempts = attempts + 1
            WHERE site_id = (
                SELECT site_id FROM screenshot_jobs
                WHERE due_at <= now()
                ORDER BY due_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING site_id, attempts
            """
        )
        guard let claimed else { return nil }
        let site: SiteID = try claimed.decode("site_id")
        let page = try await row(
            """
            SELECT site.version, page.html
            FROM sites AS site LEFT JOIN site_versions AS page ON page.site_id = site.id AND page.version = site.version
            WHERE site.id = \(site)
            """
        )
        return ScreenshotJob(
            site: site,
            version: try page?.decode("version") ?? 0,
            html: try page?.decodeIfPresent("html"),
            attempts: try claimed.decode("attempts"),
            lease: token
        )
    }

    /// Settles the job with what was seen; without an image there is nothing to be seen any more.
    ///
    /// - Returns: false when the job is no longer ours: the site has a newer version, and nothing may be kept.
    package func finish(_ job: ScreenshotJob, with image: Data?, at time: Date) async throws -> Bool {
        let settled = try await execute("DELETE FROM screenshot_jobs WHERE site_id = \(job.site) AND lease = \(job.lease)")
        guard settled == 1 else { return false }
        guard let image else { return true }
        try await execute(
            """
            INSERT INTO site_screenshots (site_id, version, image, digest, taken_at)
            SELECT site_id, version, \(image), \(ShownScreenshot.digest(of: image)), \(time)
            FROM site_versions
            WHERE site_id = \(job.site) AND version = \(job.version)
            -- Before the picture's row, as whoever erases the page does.
            FOR KEY SHARE
            ON CONFLICT (site_id) DO UPDATE
            SET version = excluded.version, image = excluded.image, digest = excluded.digest, taken_at = excluded.taken_at
            WHERE site_screenshots.version <= excluded.version
            """
        )
        return true
    }
}

/// A page to be looked at, by whoever holds the lease.
package struct ScreenshotJob: Sendable {
    package var site: SiteID
    package var version: Int
    /// None when there is no page to be seen any more.
    package var html: String?
    /// This one counted.
    package var attempts: Int
    var lease: UUID
}

/// What is known of a site's picture.
struct ShownScreenshot: Sendable {
    var title: String
    var state: SiteState
    /// None until one was taken.
    var digest: String?
    /// None when the caller has it already.
    var image: Data?

    static func digest(of image: Data) -> String {
        SHA256.hash(data: image).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
