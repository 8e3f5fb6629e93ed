import Contracts
import Logging
import Messaging
import Postgres
import ServiceLifecycle

/// What time brings: leases that run out, messages nobody knows of, campaigns that are done, clicks and deliveries that can be judged now.
///
/// Every step works on rows that it locks, so that instances may do it at the same time.
struct Housekeeper: Service {
    let database: Database
    let resolver: UnknownResolver
    let hits: HitHandlers
    let deliveries: DeliveryHandlers
    let wake: Wake
    /// Called when messages are queued again.
    let requeued: @Sendable () -> Void
    let logger: Logger
    var pause = Duration.seconds(1)

    func run() async throws {
        await withGracefulShutdownHandler {
            while !wake.isFinished, !Task.isCancelled {
                await keepHouse()
                // Not more often than this, however often it is woken.
                try? await Task.sleep(for: min(pause, .milliseconds(50)))
                await wake.wait(upTo: pause)
            }
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    private func keepHouse() async {
        await attempt("leases") {
            let expired = try await database.transaction { try await $0.expireLeases() }
            if expired.requeued > 0 { requeued() }
            if expired.unknown > 0 {
                logger.warning("It is not known whether messages were sent", metadata: ["messages": "\(expired.unknown)"])
            }
        }
        await attempt("unknown messages") { if try await resolver.resolve() { requeued() } }
        await attempt("deliveries") { try await deliveries.applyDue() }
        await attempt("hits") { try await hits.judgeDue() }
        await attempt("campaigns") {
            try await database.transaction { transaction in
                let completed = try await transaction.completeCampaigns()
                if !completed.isEmpty { try await transaction.publish(completed.map { $0 as any Event }) }
            }
        }
    }

    /// One step that fails keeps none of the others from being done.
    private func attempt(_ what: String, _ step: () async throws -> Void) async {
        do {
            try await step()
        } catch {
            if Task.isCancelled { return }
            logger.warning("Housekeeping is put off", metadata: ["step": "\(what)", "error": "\(error)"])
        }
    }
}
