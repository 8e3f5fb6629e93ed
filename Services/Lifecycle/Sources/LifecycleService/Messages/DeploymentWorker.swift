import Contracts
import Foundation
package import Logging
import Messaging
package import Postgres
import ServiceLifecycle

/// Keeps deployed sites' files as the sites are: publishes, publishes anew, takes down.
///
/// A deployment is taken with a lease and settled in one transaction with what is told of it. Who dies between publishing and settling
/// has it published once more, the same, at the lease's end; and who took over has it published yet again a lease later, as the other may
/// have been only slow.
package struct DeploymentWorker: Service {
    package struct Options: Sendable {
        /// How many sites are published at once.
        package var loops = 2
        /// How long a worker may take for one before another takes over; longer than publishing can take.
        package var lease = Duration.seconds(120)
        /// The waits before one that failed is tried again; the last one again and again.
        package var retryDelays: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]
        /// How often to look without being told.
        package var poll = Duration.seconds(1)

        package init() {}
    }

    let database: Database
    let target: any DeploymentTarget
    let publicURL: String
    let checkoutURL: String
    let logger: Logger
    let options: Options

    package init(
        database: Database,
        target: any DeploymentTarget,
        publicURL: String,
        checkoutURL: String,
        logger: Logger,
        options: Options = Options()
    ) {
        self.database = database
        self.target = target
        self.publicURL = publicURL
        self.checkoutURL = checkoutURL
        self.logger = logger
        self.options = options
    }

    /// Goes on until graceful shutdown, which takes no more deployments and finishes those in hand.
    package func run() async throws {
        let bells = (0..<options.loops).map { _ in AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for bell in bells { group.addTask { await work(wokenBy: bell.stream) } }
                group.addTask {
                    await cancelWhenGracefulShutdown {
                        for await _ in database.notifications(on: [deploymentChannel]) { for bell in bells { bell.continuation.yield() } }
                    }
                }
                group.addTask {
                    await cancelWhenGracefulShutdown {
                        while (try? await Task.sleep(for: options.poll)) != nil { for bell in bells { bell.continuation.yield() } }
                    }
                }
            }
        } onGracefulShutdown: {
            for bell in bells { bell.continuation.finish() }
        }
    }

    private func work(wokenBy bell: AsyncStream<Void>) async {
        for await _ in bell {
            do {
                while !Task.isShuttingDownGracefully, try await deployNext() {}
            } catch {
                // The next bell, at most one poll away, tries again.
                if !Task.isCancelled { logger.warning("Sites can't be deployed just now", metadata: ["error": "\(error)"]) }
            }
        }
    }

    /// Takes one deployment and settles it. Returns false when nothing is due.
    package func deployNext() async throws -> Bool {
        guard let job = try await database.claimDeployment(for: options.lease) else { return false }
        guard let site = try await database.deployable(job.site, publicURL: publicURL) else { return true }
        do {
            let page = try page(of: site, at: job.path)
            // Whoever took over has published at least what we would.
            guard try await database.isHeld(job) else { return true }
            if let page { try await target.publish(page.page, at: job.path) } else { try await target.remove(job.path) }
            try await settle(job, site, page.map { PublishedPage(version: $0.version, digest: $0.page.digest) })
        } catch let error as DatabaseError {
            throw error
        } catch {
            logger.warning(
                "A site could not be deployed",
                metadata: ["site.id": "\(job.site)", "error": "\(error)", "attempt": "\(job.attempts)"]
            )
            let delay = options.retryDelays[min(job.attempts, options.retryDelays.count) - 1]
            try await database.postpone(job, for: delay, because: "\(error)")
        }
        return true
    }

    /// What is to be out there; nothing of a site that is archived or suspended.
    private func page(of deployable: DeployableSite, at path: String) throws -> (page: DeployedPage, version: Int)? {
        let site = deployable.site
        guard site.state != .archived, site.state != .suspended, let version = deployable.version else { return nil }
        let offer =
            site.state == .preview
            ? SitePage.Bar.offer(to: site.title, in: version.language, checkout: "\(checkoutURL)/checkout/\(site.slug)") : nil
        let address = site.customDomain.map { "https://\($0)/" } ?? target.url(of: path)
        let page = try DeployedPage(version.page, offer: offer, from: site.url, publicly: address)
        return (page, version.about.version)
    }

    private func settle(_ job: DeploymentJob, _ deployable: DeployableSite, _ published: PublishedPage?) async throws {
        let now = Date.recordable
        try await database.transaction { transaction in
            // The lead's lock first, then the site's, as everybody does who changes a site.
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [deployable.site.leadID])
            let lead = survivors[deployable.site.leadID] ?? deployable.site.leadID
            guard let (site, isCurrent) = try await transaction.lockedSite(job.site, publicURL: publicURL) else { return }
            guard try await transaction.settle(job, published: published, at: now) else { return }
            let url = published == nil ? nil : target.url(of: job.path)
            try await transaction.setDeployedURL(of: job.site, to: url)
            guard let published, let url else {
                if site.isErased { try await transaction.forgetDeployment(of: job.site) }
                return
            }
            let isAwaited = isCurrent && standings[lead]?.website.status == .generated && site.version == published.version
            guard published.digest != job.publishedDigest || isAwaited else { return }
            let deployed = SiteDeployed(leadID: lead, siteID: job.site, url: url)
            let event = try await transaction.publish(deployed, at: now)
            // Another site of the lead says nothing about where the lead stands.
            guard isCurrent else { return }
            var ledger = StatusLedger(standings)
            let cause = StatusCause(eventID: event, type: deployed.type, actor: Actor.service(.lifecycle).id)
            ledger.follow(.website(WebsiteFact(.deployed, at: now)), of: lead, cause: cause)
            try await transaction.record(ledger)
        }
    }
}

extension Site {
    /// See `eraseSites`.
    fileprivate var isErased: Bool { slug == "erased-\(id)" }
}
