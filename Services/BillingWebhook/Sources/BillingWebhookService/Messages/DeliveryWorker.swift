import Contracts
package import Foundation
package import Logging
import Messaging
import Metrics
package import Postgres
import ServiceLifecycle

/// Applies stored deliveries, the one that has been due for longest first, each in a transaction of its own.
///
/// Several loops share the work; which of them takes which delivery is settled by row locks, also between processes.
package struct DeliveryWorker: Service {
    let database: Database
    let acceptsTestMode: Bool
    let bell: DeliveryBell
    let logger: Logger
    /// How often to look without being woken, at least.
    package var poll = Duration.seconds(1)
    private let now: @Sendable () -> Date

    package init(
        database: Database,
        acceptsTestMode: Bool,
        bell: DeliveryBell = DeliveryBell(),
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.database = database
        self.acceptsTestMode = acceptsTestMode
        self.bell = bell
        self.logger = logger
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for _ in 0..<bell.loops { group.addTask { await work() } }
                group.addTask { await ringWhenNotified() }
                group.addTask { await ringWhenDue() }
            }
        }
    }

    private func work() async {
        while !Task.isCancelled {
            do {
                while try await applyNext() { bell.answer() }
            } catch {
                // The next ring, at most a poll away, tries again.
                if !Task.isCancelled { logger.warning("Deliveries can't be applied just now", metadata: ["error": "\(error)"]) }
            }
            await bell.wait()
        }
    }

    private func ringWhenNotified() async {
        for await notification in database.notifications(on: [deliveryChannel]) {
            switch notification {
            case .received: bell.ring()
            case .listening, .reconnected: bell.ringAll()
            }
        }
    }

    /// What waits comes due without a notification, and what another process stored and didn't live to apply.
    private func ringWhenDue() async {
        var seen: Date?
        while !Task.isCancelled {
            let next = (try? await database.nextDeliveryDue()).flatMap(\.self)
            let wait = next.map { Duration.seconds($0.timeIntervalSince(now())) }
            // What was not there a moment ago has rung by itself, and is being applied.
            if let wait, wait <= .zero, next == seen { bell.ring() }
            seen = next
            try? await Task.sleep(for: min(max(wait ?? poll, .milliseconds(50)), poll))
        }
    }

    /// Applies the next delivery that is due. Returns whether another one may be.
    ///
    /// - Throws: when the database can't be worked with; a fault with one delivery puts that one off instead.
    package func applyNext() async throws -> Bool {
        var current: Delivery?
        do {
            let settled = try await database.transaction { transaction -> Settled? in
                guard let delivery = try await transaction.nextDelivery(due: now()) else { return nil }
                current = delivery
                return try await TraceContext.$current.withValue(delivery.trace) {
                    try await apply(delivery, in: transaction)
                }
            }
            guard let settled else { return false }
            report(settled)
            return settled.mayBeMore
        } catch {
            guard let delivery = current, !Task.isCancelled, (error as? DatabaseError)?.isConnectionLoss != true else { throw error }
            logger.error("A delivery could not be applied", metadata: ["delivery.id": "\(delivery.id)", "error": "\(error)"])
            try await database.postpone(delivery, because: "it could not be applied: \(error)", at: now())
            return true
        }
    }

    private struct Settled: Sendable {
        var delivery: Int
        var verdict: Verdict
        var mayBeMore: Bool
    }

    /// Reads, decides, and writes down what is to be told with all else.
    private func apply(_ delivery: Delivery, in transaction: Transaction) async throws -> Settled {
        let (applied, eventType) = try await decide(delivery, in: transaction)
        let mayBeMore = try await transaction.record(applied, of: delivery, eventType: eventType, at: now())
        return Settled(delivery: delivery.id, verdict: applied.verdict, mayBeMore: mayBeMore)
    }

    private func report(_ settled: Settled) {
        Counter(label: "plumbline_webhooks_applied", dimensions: [("verdict", settled.verdict.name)]).increment()
        guard case .parked(let reason) = settled.verdict else { return }
        logger.warning("A delivery was put aside", metadata: ["delivery.id": "\(settled.delivery)", "reason": "\(reason)"])
    }

    private func decide(_ delivery: Delivery, in transaction: Transaction) async throws -> (Applied, eventType: String?) {
        let notice: ProviderNotice
        do {
            notice = try RecurrenteNotice.read(delivery.body, receivedAt: delivery.receivedAt)
        } catch {
            return (.nobody(.parked("it can't be understood: \(error)")), nil)
        }
        guard acceptsTestMode || !notice.isTest else {
            return (.nobody(.parked("it is of test mode: no money was paid")), notice.eventType)
        }
        return (try await transaction.decide(notice, now: now()), notice.eventType)
    }
}
