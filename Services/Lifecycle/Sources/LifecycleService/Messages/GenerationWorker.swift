package import Contracts
import Foundation
package import Logging
import Messaging
package import Postgres
import ServiceLifecycle

/// Makes the pages of sites, the job that has been due for longest first.
///
/// A job is taken with a lease: when its worker dies, it is due again at the lease's end, so no site stays "generating".
package struct GenerationWorker: Service {
    package struct Options: Sendable {
        /// How many pages are made at once.
        package var loops = 4
        /// How long a worker may take for one page before another takes over.
        package var lease = Duration.seconds(10)
        /// The waits before a page that couldn't be made is tried again; then it has failed.
        package var retryDelays: [Duration] = [.seconds(1), .seconds(5)]
        /// How often to look without being told.
        package var poll = Duration.seconds(1)

        package init() {}
    }

    let database: Database
    let publicURL: String
    let logger: Logger
    let options: Options
    private let render: @Sendable (Lead, _ title: String, Theme, _ url: String) throws -> (content: SiteContent, page: SitePage)

    package init(
        database: Database,
        publicURL: String,
        logger: Logger,
        options: Options = Options(),
        render: (@Sendable (Lead, _ title: String, Theme, _ url: String) throws -> (content: SiteContent, page: SitePage))? = nil
    ) {
        self.database = database
        self.publicURL = publicURL
        self.logger = logger
        self.options = options
        self.render = render ?? Self.renderPage
    }

    private static func renderPage(_ lead: Lead, title: String, theme: Theme, url: String) throws -> (content: SiteContent, page: SitePage)
    {
        let content = try SiteWriter.content(for: lead, title: title)
        return (content, try SitePage.render(content, theme: theme, details: SchemaOrg.Details(of: lead), url: url))
    }

    /// Goes on until graceful shutdown, which takes no more jobs and finishes those in hand.
    package func run() async throws {
        let bells = (0..<options.loops).map { _ in AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for bell in bells {
                    group.addTask { await work(wokenBy: bell.stream) }
                }
                group.addTask { await cancelWhenGracefulShutdown { await ring(bells.map(\.continuation)) } }
                group.addTask { await cancelWhenGracefulShutdown { await ringRegularly(bells.map(\.continuation)) } }
            }
        } onGracefulShutdown: {
            for bell in bells { bell.continuation.finish() }
        }
    }

    private func work(wokenBy bell: AsyncStream<Void>) async {
        for await _ in bell {
            do {
                while !Task.isShuttingDownGracefully, try await makeNext() {}
            } catch {
                // The next bell, at most one poll away, tries again.
                if !Task.isCancelled { logger.warning("Pages can't be made just now", metadata: ["error": "\(error)"]) }
            }
        }
    }

    /// Each job that is told wakes one loop; it goes on until nothing is due.
    private func ring(_ bells: [AsyncStream<Void>.Continuation]) async {
        var turn = 0
        for await notification in database.notifications(on: [generationChannel]) {
            switch notification {
            case .received:
                bells[turn % bells.count].yield()
                turn += 1
            case .listening, .reconnected:
                for bell in bells { bell.yield() }
            }
        }
    }

    private func ringRegularly(_ bells: [AsyncStream<Void>.Continuation]) async {
        while (try? await Task.sleep(for: options.poll)) != nil {
            for bell in bells { bell.yield() }
        }
    }

    /// Takes one job and settles it. Returns false when nothing is due.
    package func makeNext() async throws -> Bool {
        guard let job = try await database.claimGeneration(for: options.lease) else { return false }
        // A job that was taken too often without an end has killed its workers.
        guard job.attempts <= options.retryDelays.count + 1 else {
            try await fail(job, because: job.lastError ?? "It was given up after \(job.attempts - 1) attempts.")
            return true
        }
        guard let lead = job.lead else {
            try await fail(job, because: "The lead's data was erased.")
            return true
        }
        do {
            let (content, page) = try render(lead, job.title, job.theme, SiteAddress.url(of: job.slug, at: publicURL))
            let version = NewSiteVersion(
                content: content,
                page: page,
                theme: job.theme,
                tone: job.tone,
                madeBy: .template,
                requestedBy: job.requestedBy
            )
            try await finish(job, version)
        } catch let error as DatabaseError {
            throw error
        } catch {
            try await retry(job, because: error)
        }
        return true
    }

    private func finish(_ job: GenerationJob, _ made: NewSiteVersion) async throws {
        let now = Date.recordable
        try await database.transaction { transaction in
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [job.leadID])
            let lead = survivors[job.leadID] ?? job.leadID
            guard let version = try await transaction.finish(job, with: made, at: now) else { return }
            let generated = SiteGenerated(
                leadID: lead,
                siteID: job.site,
                slug: job.slug,
                version: version,
                theme: job.theme.rawValue,
                url: SiteAddress.url(of: job.slug, at: publicURL)
            )
            let event = try await transaction.publish(generated, at: now)
            var ledger = StatusLedger(standings)
            ledger.follow(.website(WebsiteFact(.generationSucceeded, at: now)), of: lead, cause: .byUs(event, generated.type))
            try await transaction.record(ledger)
        }
    }

    private func retry(_ job: GenerationJob, because error: any Error) async throws {
        let reason = "\(error)"
        // A lead without a name won't have one in five seconds.
        guard !(error is NothingToWrite), job.attempts <= options.retryDelays.count else {
            return try await fail(job, because: reason)
        }
        logger.warning(
            "A page could not be made",
            metadata: ["lead.id": "\(job.leadID)", "site.id": "\(job.site)", "error": "\(reason)", "attempt": "\(job.attempts)"]
        )
        try await database.postpone(job, for: options.retryDelays[job.attempts - 1], because: reason)
    }

    private func fail(_ job: GenerationJob, because reason: String) async throws {
        logger.error("A page was given up", metadata: ["lead.id": "\(job.leadID)", "site.id": "\(job.site)", "error": "\(reason)"])
        let now = Date.recordable
        try await database.transaction { transaction in
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [job.leadID])
            let lead = survivors[job.leadID] ?? job.leadID
            guard try await transaction.settle(job) else { return }
            let failed = SiteGenerationFailed(leadID: lead, siteID: job.site, reason: reason)
            let event = try await transaction.publish(failed, at: now)
            var ledger = StatusLedger(standings)
            let cause = StatusCause.byUs(event, failed.type, because: reason)
            ledger.follow(.website(WebsiteFact(.generationFailed, at: now)), of: lead, cause: cause)
            try await transaction.record(ledger)
        }
    }
}

extension StatusCause {
    /// What the service did by itself.
    fileprivate static func byUs(_ event: EventID, _ type: String, because reason: String? = nil) -> StatusCause {
        StatusCause(eventID: event, type: type, actor: Actor.service(.lifecycle).id, reason: reason)
    }
}
