import Contracts
import Foundation
package import Logging
import Messaging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Makes the pages of sites, the jobs that have been due for longest first.
///
/// A job is taken with a lease, which is renewed while it is worked on: when its worker dies, it is due again at the lease's end, so that no
/// site stays "generating". Several are taken, and finished, at a time.
package struct GenerationWorker: Service {
    package struct Options: Sendable {
        /// How many workers there are, each of which writes one page after another.
        package var loops = 4
        /// How many jobs a worker takes at a time. All of them are finished together: for a slow writer, 1.
        package var batch = 32
        /// How long after a worker's death another takes over.
        package var lease = Duration.seconds(10)
        /// The waits before a page that couldn't be made is tried again; then it has failed.
        package var retryDelays: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120)]
        /// How often to look without being told.
        package var poll = Duration.seconds(1)

        package init() {}
    }

    let database: Database
    let publicURL: String
    let logger: Logger
    let options: Options
    let writer: any ContentWriter
    private let breather = Breather()

    package init(
        database: Database,
        publicURL: String,
        logger: Logger,
        options: Options = Options(),
        writer: any ContentWriter = TemplateWriter()
    ) {
        self.database = database
        self.publicURL = publicURL
        self.logger = logger
        self.options = options
        self.writer = writer
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

    /// Takes some jobs and settles them. Returns false when nothing is due, or the writer is to be left alone.
    package func makeNext() async throws -> Bool {
        guard !breather.isOn else { return false }
        let jobs = try await database.claimGenerations(options.batch, for: options.lease)
        guard !jobs.isEmpty else { return false }
        try await keeping(jobs) {
            var made: [MadeVersion] = []
            for job in jobs {
                if let version = try await make(job) { made.append(MadeVersion(job, version)) }
            }
            try await finish(made)
        }
        return true
    }

    /// Renews the leases while `body` runs.
    private func keeping(_ jobs: [ClaimedGeneration], while body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: options.lease / 3)) != nil {
                    // What can't be renewed is at worst made by two, and kept of one.
                    try? await database.renew(jobs, for: options.lease)
                }
            }
            group.addTask { try await body() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The job's version; `nil` when there is none, and what is to become of the job is settled.
    private func make(_ job: ClaimedGeneration) async throws -> NewSiteVersion? {
        // A job that was taken too often without an end has killed its workers.
        guard job.attempts <= options.retryDelays.count + 1 else {
            try await fail(job, because: job.lastError ?? "It was given up after \(job.attempts - 1) attempts.")
            return nil
        }
        guard let lead = job.lead else {
            try await fail(job, because: "The lead's data was erased.")
            return nil
        }
        do {
            // The last attempt is not put off: then whoever can write it now does.
            let mayWait = job.attempts <= options.retryDelays.count
            let title = job.titleIsChosen ? job.title : nil
            let written = try await writer.write(ContentBrief(lead, title: title, tone: job.tone, mayWait: mayWait))
            let page = try SitePage.render(
                written.content,
                theme: job.theme,
                details: SchemaOrg.Details(of: lead),
                url: SiteAddress.url(of: job.slug, at: publicURL)
            )
            return NewSiteVersion(
                content: written.content,
                page: page,
                theme: job.theme,
                tone: job.tone,
                madeBy: written.madeBy,
                writer: written.writer,
                requestedBy: job.requestedBy
            )
        } catch is CancellationError {
            throw CancellationError()
        } catch let busy as WriterBusy where job.attempts <= options.retryDelays.count {
            try await putOff(job, busy)
            return nil
        } catch {
            try await retry(job, because: error)
            return nil
        }
    }

    /// Keeps what was made, all at once; where that is refused, one by one, so that one page doesn't hold up the others.
    private func finish(_ made: [MadeVersion]) async throws {
        guard !made.isEmpty else { return }
        do {
            try await keep(made)
        } catch let error as DatabaseError where !error.isConnectionLoss && error.sqlState != nil {
            guard made.count > 1 else {
                for one in made { try await retry(one.job, because: error) }
                return
            }
            for one in made { try await finish([one]) }
        }
    }

    private func keep(_ made: [MadeVersion]) async throws {
        let now = Date.recordable
        try await database.transaction { transaction in
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: made.map(\.job.leadID))
            let versions = try await transaction.finish(made, at: now)
            let generated = made.compactMap { made in
                versions[made.job.id].map { version in
                    SiteGenerated(
                        leadID: survivors[made.job.leadID] ?? made.job.leadID,
                        siteID: made.job.site,
                        slug: made.job.slug,
                        version: version,
                        theme: made.job.theme.rawValue,
                        url: SiteAddress.url(of: made.job.slug, at: publicURL),
                        screenshotURL: SiteAddress.screenshot(of: made.job.slug, at: publicURL)
                    )
                }
            }
            let events = try await transaction.publish(generated, at: now)
            // Another site of the lead says nothing about where the lead stands.
            let current = try await transaction.currentSites(among: generated.map(\.siteID))
            var ledger = StatusLedger(standings)
            for (generated, event) in zip(generated, events) where current.contains(generated.siteID) {
                let cause = StatusCause.byUs(event, generated.type)
                ledger.follow(.website(WebsiteFact(.generationSucceeded, at: now)), of: generated.leadID, cause: cause)
            }
            try await transaction.record(ledger)
        }
    }

    /// The writer is left alone for as long as it asks: the jobs that wait behind this one would be told the same, and lose an attempt.
    private func putOff(_ job: ClaimedGeneration, _ busy: WriterBusy) async throws {
        let pause = max(busy.pause ?? .zero, options.retryDelays[job.attempts - 1])
        breather.take(pause)
        logger.info("A page is put off", metadata: ["site.id": "\(job.site)", "reason": "\(busy)", "pause": "\(pause)"])
        try await database.postpone(job, for: pause, because: busy.description)
    }

    private func retry(_ job: ClaimedGeneration, because error: any Error) async throws {
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

    private func fail(_ job: ClaimedGeneration, because reason: String) async throws {
        logger.error("A page was given up", metadata: ["lead.id": "\(job.leadID)", "site.id": "\(job.site)", "error": "\(reason)"])
        let now = Date.recordable
        try await database.transaction { transaction in
            let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [job.leadID])
            let lead = survivors[job.leadID] ?? job.leadID
            guard try await transaction.fail(job, because: reason, at: now) else { return }
            let failed = SiteGenerationFailed(leadID: lead, siteID: job.site, reason: reason)
            let event = try await transaction.publish(failed, at: now)
            guard try await transaction.currentSites(among: [job.site]).contains(job.site) else { return }
            var ledger = StatusLedger(standings)
            let cause = StatusCause.byUs(event, failed.type, because: reason)
            ledger.follow(.website(WebsiteFact(.generationFailed, at: now)), of: lead, cause: cause)
            try await transaction.record(ledger)
        }
    }
}

/// Until when no jobs are taken.
private final class Breather: Sendable {
    private let end = Mutex(ContinuousClock.now)

    var isOn: Bool { end.withLock { $0 > .now } }

    func take(_ pause: Duration) { end.withLock { $0 = max($0, .now + pause) } }
}

extension StatusCause {
    /// What the service did by itself.
    fileprivate static func byUs(_ event: EventID, _ type: String, because reason: String? = nil) -> StatusCause {
        StatusCause(eventID: event, type: type, actor: Actor.service(.lifecycle).id, reason: reason)
    }
}
