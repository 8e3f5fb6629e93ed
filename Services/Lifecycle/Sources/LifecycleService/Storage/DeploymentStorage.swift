package import Contracts
import Foundation
package import Postgres

/// Where workers are told that a site is to be published. The database's trigger says it too.
let deploymentChannel = "plumbline_deployment"

/// All SQL on `site_deployments`.
extension Transaction {
    /// Has the site published, and kept up to date from then on.
    func requestDeployment(of site: Site, by actor: Actor, at time: Date) async throws {
        // An erased site's files may still be where this one's would be.
        for path in [site.slug, "\(site.slug)-\(site.id)"] {
            let requested = try await execute(
                """
                INSERT INTO site_deployments (site_id, path, requested_by, requested_at)
                SELECT \(site.id)::uuid, \(path)::text, \(actor.id)::text, \(time)::timestamptz
                WHERE NOT EXISTS (SELECT FROM site_deployments WHERE path = \(path) AND site_id <> \(site.id))
                ON CONFLICT (site_id) DO UPDATE
                SET wanted = site_deployments.wanted + 1, attempts = 0, requested_by = excluded.requested_by,
                    requested_at = excluded.requested_at,
                    due_at = CASE WHEN site_deployments.lease IS NULL THEN now() ELSE site_deployments.due_at END
                """
            )
            if requested == 1 { break }
        }
        try await execute("SELECT pg_notify(\(deploymentChannel), current_schema())")
    }

    /// Settles the deployment with what is out there now.
    ///
    /// - Returns: false when it was no longer ours. Then what we did may have undone what another did, so it is done once more.
    func settle(_ job: DeploymentJob, published: PublishedPage?, at time: Date) async throws -> Bool {
        let settled = try await execute(
            """
            UPDATE site_deployments
            SET done = \(job.wanted), lease = NULL, due_at = now(), last_error = NULL,
                recheck_at = CASE WHEN \(job.settlesDoubt) THEN NULL ELSE recheck_at END,
                attempts = CASE WHEN wanted = \(job.wanted) THEN 0 ELSE attempts END,
                published_version = \(published?.version), published_digest = \(published?.digest),
                published_at = \(published == nil ? nil : time)
            WHERE site_id = \(job.site) AND lease = \(job.lease)
            """
        )
        if settled == 1 { return true }
        try await execute("UPDATE site_deployments SET wanted = wanted + 1 WHERE site_id = \(job.site)")
        return false
    }

    func setDeployedURL(of site: SiteID, to url: String?) async throws {
        try await execute("UPDATE sites SET deployed_url = \(url) WHERE id = \(site) AND deployed_url IS DISTINCT FROM \(url)")
    }

    /// Forgets where the files of an erased site were: the path has its business's name. Not while there may be some again.
    func forgetDeployment(of site: SiteID) async throws {
        try await execute("DELETE FROM site_deployments WHERE site_id = \(site) AND recheck_at IS NULL")
    }
}

extension SQLExecutor {
    /// Takes the deployment that has been due for longest, if one is due, and no other worker takes it; else one that is to be looked after
    /// once more.
    package func claimDeployment(for lease: Duration) async throws -> DeploymentJob? {
        let token = UUID()
        return try await row(
            """
            WITH due AS (
                SELECT site_id, lease, recheck_at FROM site_deployments
                WHERE done < wanted AND due_at <= now()
                ORDER BY due_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            ), doubtful AS (
                SELECT site_id, lease, recheck_at FROM site_deployments
                WHERE recheck_at <= now() AND (lease IS NULL OR due_at <= now()) AND NOT EXISTS (SELECT FROM due)
                ORDER BY recheck_at
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            ), taken AS (
                SELECT * FROM due UNION ALL SELECT * FROM doubtful
            )
            UPDATE site_deployments AS job
            SET lease = \(token), due_at = now() + \(lease.seconds) * interval '1 second', attempts = attempts + 1,
                recheck_at = CASE WHEN taken.lease IS NOT NULL OR taken.recheck_at <= now() THEN now() + \(lease.seconds) * interval '1 second'
                    ELSE taken.recheck_at END
            FROM taken
            WHERE job.site_id = taken.site_id
            RETURNING job.site_id, job.path, job.wanted, job.attempts, job.published_digest,
                taken.lease IS NULL AND coalesce(taken.recheck_at <= now(), false) AS settles_doubt
            """
        ).map { row in
            DeploymentJob(
                site: try row.decode("site_id"),
                path: try row.decode("path"),
                wanted: try row.decode("wanted"),
                lease: token,
                attempts: try row.decode("attempts"),
                publishedDigest: try row.decodeIfPresent("published_digest"),
                settlesDoubt: try row.decode("settles_doubt")
            )
        }
    }

    /// Whether nobody else has taken the deployment over.
    package func isHeld(_ job: DeploymentJob) async throws -> Bool {
        try await row("SELECT FROM site_deployments WHERE site_id = \(job.site) AND lease = \(job.lease)") != nil
    }

    /// The site as it is to be published. Asked for after the claim, so that it is at least what the claim wants done.
    func deployable(_ site: SiteID, publicURL: String) async throws -> DeployableSite? {
        guard let (site, isCurrent) = try await self.site(site, publicURL: publicURL) else { return nil }
        return DeployableSite(site: site, isCurrent: isCurrent, version: try await version(site.version, of: site.id))
    }

    /// Lets the deployment be taken again after `delay`, unless it is no longer ours.
    func postpone(_ job: DeploymentJob, for delay: Duration, because error: String) async throws {
        try await execute(
            """
            UPDATE site_deployments
            SET lease = NULL, due_at = now() + \(delay.seconds) * interval '1 second', last_error = \(error)
            WHERE site_id = \(job.site) AND lease = \(job.lease)
            """
        )
    }

    /// None when it was never deployed.
    func deployment(of site: SiteID) async throws -> SiteDeployment? {
        try await row(
            """
            SELECT job.done = job.wanted AS is_up_to_date, site.deployed_url, job.published_version, job.published_at, job.attempts,
                job.last_error
            FROM site_deployments AS job JOIN sites AS site ON site.id = job.site_id
            WHERE job.site_id = \(site)
            """
        ).map { row in
            SiteDeployment(
                isUpToDate: try row.decode("is_up_to_date"),
                url: try row.decodeIfPresent("deployed_url"),
                publishedVersion: try row.decodeIfPresent("published_version"),
                publishedAt: try row.decodeIfPresent("published_at"),
                attempts: try row.decode("attempts"),
                lastError: try row.decodeIfPresent("last_error")
            )
        }
    }
}

/// A site whose files are to be brought up to date, by whoever holds the lease.
package struct DeploymentJob: Sendable {
    package var site: SiteID
    var path: String
    /// Up to which change.
    var wanted: Int
    var lease: UUID
    /// This one counted.
    var attempts: Int
    var publishedDigest: String?
    /// Whether whoever lost his lease of it can't be at it any more.
    var settlesDoubt: Bool
}

/// A site with its current version.
struct DeployableSite: Sendable {
    var site: Site
    /// Whether it is the one that its lead has now.
    var isCurrent: Bool
    var version: StoredVersion?
}

/// What is out there.
struct PublishedPage: Hashable, Sendable {
    var version: Int
    var digest: String
}
