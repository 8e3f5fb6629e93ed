import Contracts
import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Scores all leads anew when the models have changed, in the background: chunk after chunk, each with the place it came to in one transaction,
/// so that it goes on there after whatever stopped it. Instances take turns by the row of the rescoring; one works, the others look again later.
///
/// Leads may meanwhile come from who scores by the former models: an instance that is not restarted yet, or an import that was staged before.
/// When those are done, the leads that were created since the beginning are gone through once more.
package struct RescoringWorker: Service {
    let database: Database
    let models: ScoringModels
    let logger: Logger
    /// How many leads are scored in one transaction at most.
    package var chunk = 2_000
    /// How long to wait when somebody else is at it, or the database is away.
    package var pause = Duration.seconds(5)
    var reportInterval = Duration.seconds(10)
    var now: @Sendable () -> Date = WallClock.now

    package init(database: Database, models: ScoringModels, logger: Logger) {
        self.database = database
        self.models = models
        self.logger = logger
    }

    private enum Step: Sendable {
        case more(StoredRescoring)
        /// All leads are done that were there.
        case passed
        case busy
        case finished
        /// Other models hold by now.
        case superseded
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // Begun once only: whoever started later with other models has the last word.
            var hasBegun = false
            while !Task.isCancelled {
                do {
                    if !hasBegun { try await begin() }
                    hasBegun = true
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
        var reported = ContinuousClock.now
        while !Task.isCancelled {
            switch try await step() {
            case .more(let now):
                guard reported.duration(to: .now) >= reportInterval else { continue }
                reported = .now
                report("Rescoring all leads", now)
            case .passed:
                guard let finished = try await finish() else { return false }
                if finished.total > 0 { report("All leads are rescored", finished) }
                return true
            case .busy: return false
            case .finished, .superseded: return true
            }
        }
        return false
    }

    private func begin() async throws {
        let begun = try await database.transaction { try await $0.beginRescoring(by: models.digest, at: now()) }
        if begun.state == .running, begun.total > 0 { report("Rescoring all leads, for the models changed", begun) }
    }

    /// One chunk: a handful of statements, however many leads it has.
    private func step() async throws -> Step {
        let time = now()
        return try await database.transaction { transaction in
            guard var rescoring = try await transaction.takeRescoring(by: models.digest) else {
                guard let newest = try await transaction.rescoring(), newest.models == models.digest else { return .superseded }
                return newest.state == .running ? .busy : .finished
            }
            let leads = try await transaction.leadsToRescore(after: rescoring.lastID, limit: chunk)
            let changed = try await transaction.rescore(leads, by: models, .intake("new weights"), at: time)
            rescoring.lastID = leads.last?.lead.id ?? rescoring.lastID
            rescoring.done += leads.count
            rescoring.changed += changed.count
            rescoring.updatedAt = time
            try await transaction.note(rescoring)
            return leads.count < chunk ? .passed : .more(rescoring)
        }
    }

    /// Goes through the leads that were created since the beginning: from the start after whatever stopped it, for most have their scores.
    ///
    /// - Returns: `nil` when it can't be finished yet.
    private func finish() async throws -> StoredRescoring? {
        var last: LeadID?
        while true {
            let time = now()
            let (rescoring, next) = try await database.transaction { transaction -> (StoredRescoring?, LeadID?) in
                guard var rescoring = try await transaction.takeRescoring(by: models.digest),
                    try await !transaction.isImporting(rowsStagedBefore: rescoring.startedAt)
                else { return (nil, nil) }
                let leads = try await transaction.leadsToRescore(after: last, createdSince: rescoring.startedAt, limit: chunk)
                let changed = try await transaction.rescore(leads, by: models, .intake("new weights"), at: time)
                // They were not among those that were counted at the beginning.
                rescoring.done += changed.count
                rescoring.total += changed.count
                rescoring.changed += changed.count
                rescoring.updatedAt = time
                if leads.count < chunk { rescoring.state = .finished }
                try await transaction.note(rescoring)
                return (rescoring, leads.last?.lead.id)
            }
            guard let rescoring else { return nil }
            if rescoring.state == .finished { return rescoring }
            last = next
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
