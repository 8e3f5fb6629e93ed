import Contracts
import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Scores all leads anew when the models have changed, in the background: chunk after chunk, each with the place it came to in one transaction,
/// so that it goes on there after whatever stopped it. Instances take turns by the row of the rescoring; one works, the others look again later.
package struct RescoringWorker: Service {
    let database: Database
    let models: ScoringModels
    let logger: Logger
    /// How many leads are scored in one transaction at most.
    package var chunk = 2_000
    /// How long to wait when somebody else is at it, or the database is away.
    var pause = Duration.seconds(5)
    var reportInterval = Duration.seconds(10)
    var now: @Sendable () -> Date = WallClock.now

    package init(database: Database, models: ScoringModels, logger: Logger) {
        self.database = database
        self.models = models
        self.logger = logger
    }

    private enum Step: Sendable {
        case more(StoredRescoring)
        case busy
        case finished(StoredRescoring)
        /// Other models hold by now.
        case superseded
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if try await work() { break }
                } catch {
                    if !Task.isCancelled { logger.warning("Leads can't be rescored just now", metadata: ["error": "\(error)"]) }
                }
                try await Task.sleep(for: pause)
            }
        }
        // There is nothing to do until the models change, which takes a restart.
        try? await gracefulShutdown()
    }

    /// - Returns: whether all is done.
    private func work() async throws -> Bool {
        let begun = try await begin()
        guard begun.state == .running else { return true }
        if begun.total > 0 { report("Rescoring all leads, for the models changed", begun) }
        var reported = ContinuousClock.now
        while !Task.isCancelled {
            switch try await step() {
            case .more(let now):
                guard reported.duration(to: .now) >= reportInterval else { continue }
                reported = .now
                report("Rescoring all leads", now)
            case .busy: return false
            case .superseded: return true
            case .finished(let now):
                if now.total > 0 { report("All leads are rescored", now) }
                return true
            }
        }
        return false
    }

    private func begin() async throws -> StoredRescoring {
        try await database.transaction { try await $0.beginRescoring(by: models.digest, at: now()) }
    }

    /// One chunk: a handful of statements, however many leads it has.
    private func step() async throws -> Step {
        let time = now()
        return try await database.transaction { transaction in
            guard var rescoring = try await transaction.takeRescoring(by: models.digest) else {
                guard let newest = try await transaction.rescoring(), newest.models == models.digest else { return .superseded }
                return newest.state == .running ? .busy : .finished(newest)
            }
            let leads = try await transaction.leadsToRescore(after: rescoring.lastID, limit: chunk)
            let changed = try await transaction.rescore(leads, by: models, .intake("new weights"), at: time)
            rescoring.lastID = leads.last?.lead.id ?? rescoring.lastID
            rescoring.done += leads.count
            rescoring.changed += changed.count
            rescoring.updatedAt = time
            if leads.count < chunk { rescoring.state = .finished }
            try await transaction.note(rescoring)
            return rescoring.state == .finished ? .finished(rescoring) : .more(rescoring)
        }
    }

    private func report(_ message: Logger.Message, _ rescoring: StoredRescoring) {
        logger.info(
            message,
            metadata: [
                "models": "\(rescoring.models.prefix(12))", "done": "\(rescoring.done)", "total": "\(rescoring.total)",
                "changed": "\(rescoring.changed)", "leads_per_second": "\(Int(rescoring.rate))",
            ]
        )
    }
}
