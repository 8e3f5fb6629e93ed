import Contracts
package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Goes on with commands on many leads that nobody works on: those of a service that ended in the middle.
package struct BulkResumer: Service {
    let database: Database
    let models: ScoringModels
    let logger: Logger
    /// Somebody who works on a command says so with each part.
    let patience: TimeInterval
    private let pause = Duration.seconds(15)

    package init(database: Database, models: ScoringModels, logger: Logger, patience: TimeInterval = 30) {
        self.database = database
        self.models = models
        self.logger = logger
        self.patience = patience
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await resume()
                } catch {
                    if !Task.isCancelled {
                        logger.warning("Commands on many leads can't be resumed just now", metadata: ["error": "\(error)"])
                    }
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// One that can't be done doesn't hold up the others.
    package func resume() async throws {
        for id in try await database.bulkCommands(idleSince: WallClock.now().addingTimeInterval(-patience)) {
            do {
                let change = try await BulkWork(database: database, models: models).finish(id)
                logger.info("A command on many leads was resumed", metadata: ["command.id": "\(id)", "changed": "\(change.changed)"])
            } catch {
                if Task.isCancelled { throw error }
                logger.error("A command on many leads can't be finished", metadata: ["command.id": "\(id)", "error": "\(error)"])
            }
        }
    }
}
