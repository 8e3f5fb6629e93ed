import Contracts
import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Looks at each new version of a site with a browser, and keeps the picture; beside all else, a few at a time.
package struct ScreenshotWorker: Service {
    let database: Database
    /// None: then nothing is looked at, and the pictures are drawn; the jobs stay for when there is one.
    let browser: Browser?
    let logger: Logger
    var concurrency = 1
    var poll = Duration.seconds(3)
    /// How often a page is tried that the browser doesn't manage.
    var attempts = 3

    package init(database: Database, browser: Browser?, logger: Logger, concurrency: Int = 1, poll: Duration = .seconds(3)) {
        self.database = database
        self.browser = browser
        self.logger = logger
        self.concurrency = concurrency
        self.poll = poll
    }

    package func run() async throws {
        guard let browser else {
            logger.info("There is no browser: screenshots are drawn")
            return try await gracefulShutdown()
        }
        await Browser.removeLeftovers()
        await withDiscardingTaskGroup { group in
            for _ in 0..<concurrency {
                group.addTask { await cancelWhenGracefulShutdown { await work(with: browser) } }
            }
        }
    }

    private func work(with browser: Browser) async {
        while !Task.isCancelled {
            do {
                while !Task.isCancelled, try await takeNext(with: browser) {}
            } catch {
                if !Task.isCancelled { logger.warning("Screenshots can't be taken just now", metadata: ["error": "\(error)"]) }
            }
            try? await Task.sleep(for: poll)
        }
    }

    /// Returns false when there is nothing to look at.
    package func takeNext(with browser: Browser) async throws -> Bool {
        // A lease outlives its browser: nobody else begins with a page that is still being looked at.
        let lease = browser.timeout + .seconds(30)
        let claimed = try await database.transaction { try await $0.claimScreenshot(for: lease) }
        guard let job = claimed else { return false }
        guard let html = job.html else {
            try await database.transaction { _ = try await $0.finish(job, with: nil, at: .recordable) }
            return true
        }
        do {
            let image = try await browser.picture(of: html)
            try await database.transaction { _ = try await $0.finish(job, with: image, at: .recordable) }
        } catch let error as Browser.Failure {
            // Ended by ourselves: whoever comes next begins anew.
            try Task.checkCancellation()
            let isLast = job.attempts >= attempts
            logger.warning(
                isLast ? "A page could not be looked at" : "A page could not be looked at yet",
                metadata: ["site.id": "\(job.site)", "error": "\(error)", "attempt": "\(job.attempts)"]
            )
            try await database.postpone(job, for: isLast ? nil : .seconds(30 * job.attempts), because: error.description)
        }
        return true
    }
}
