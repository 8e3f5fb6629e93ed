import Contracts
package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Raises follow-ups when leads have waited long enough, and cancels those that nobody needs any more.
///
/// A sweep looks at all leads that have come where a rule begins, in pages: what becomes known late is found like everything else. With very
/// many leads that takes a while, and is rare; what has become due meanwhile is raised every minute. Any number of instances may sweep, and
/// end anywhere: what is raised is a row, written with its event in one transaction.
package struct FollowUpSweeper: Service {
    private let database: Database
    private let rules: [FollowUpRule]
    private let logger: Logger
    private let pause = Duration.seconds(60)
    private let page: Int

    package init(database: Database, rules: [FollowUpRule], logger: Logger, page: Int = 2_000) {
        self.database = database
        self.rules = rules
        self.logger = logger
        self.page = page
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var last: Date?
            var nextSweep = ContinuousClock.now
            while !Task.isCancelled {
                let (start, time) = (ContinuousClock.now, Date.recordable)
                do {
                    if let last, start < nextSweep {
                        report(raised: try await raiseDue(since: last - Self.lateness, at: time))
                    } else {
                        let (raised, cancelled) = try await sweep(at: time)
                        report(raised: raised, cancelled: cancelled)
                        nextSweep = .now + Self.pause(after: .now - start)
                    }
                    last = time
                } catch {
                    if !Task.isCancelled { logger.warning("Follow-ups can't be looked after just now", metadata: ["error": "\(error)"]) }
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// A sweep of a million leads reads 13 blocks of each, so it shall never be more than a hundredth of the time; and rules count in days, so
    /// that what becomes known late, which it is for, can wait some minutes.
    package static func pause(after sweep: Duration) -> Duration { max(.seconds(600), sweep * 100) }

    private func report(raised: Int, cancelled: Int = 0) {
        guard raised + cancelled > 0 else { return }
        logger.info("Follow-ups were looked after", metadata: ["raised": "\(raised)", "cancelled": "\(cancelled)"])
    }

    /// How long a step may be on its way to us and still be due at the next minute, where a rule waits for no day: looking twice raises nothing
    /// twice.
    private static let lateness: TimeInterval = 60

    /// What has become due between `before` and `time`: the work of a moment, however many leads there are.
    package func raiseDue(since before: Date, at time: Date) async throws -> Int {
        var raised = 0
        for rule in rules {
            try await throughPages { transaction, cursor in
                let (count, next) = try await transaction.raiseFollowUps(rule, at: time, since: before, after: cursor, page: page)
                return (count, next)
            } counting: {
                raised += $0
            }
        }
        return raised
    }

    /// Everything that is due at `time`.
    @discardableResult
    package func sweep(at time: Date) async throws -> (raised: Int, cancelled: Int) {
        var (raised, cancelled) = (0, 0)
        for rule in rules {
            try await throughPages { transaction, cursor in
                let (count, next) = try await transaction.raiseFollowUps(rule, at: time, after: cursor, page: page)
                return (count, next)
            } counting: {
                raised += $0
            }
        }
        try await throughPages { transaction, cursor in
            let (count, next) = try await transaction.cancelFollowUps(rules, at: time, after: cursor, page: page)
            return (count, next)
        } counting: {
            cancelled += $0
        }
        return (raised, cancelled)
    }

    private func throughPages(
        _ turn: (Transaction, FollowUpCursor?) async throws -> (count: Int, next: FollowUpCursor?),
        counting: (Int) -> Void
    ) async throws {
        var cursor: FollowUpCursor?
        repeat {
            let (count, next) = try await database.transaction { transaction in
                try await transaction.readAlongIndexes()
                return try await turn(transaction, cursor)
            }
            counting(count)
            cursor = next
        } while cursor != nil && !Task.isCancelled
    }
}
