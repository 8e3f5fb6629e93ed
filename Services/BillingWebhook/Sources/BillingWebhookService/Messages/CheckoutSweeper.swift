package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Ends checkouts that ran out unpaid, about once a minute.
package struct CheckoutSweeper: Service {
    let database: Database
    let logger: Logger
    var pause = Duration.seconds(60)

    package init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await sweep(at: Date()) > 0 {}
                } catch {
                    if !Task.isCancelled { logger.warning("Checkouts can't be swept just now", metadata: ["error": "\(error)"]) }
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Returns how many ran out.
    package func sweep(at time: Date) async throws -> Int {
        try await database.transaction { try await $0.expireCheckouts(due: time) }
    }
}
