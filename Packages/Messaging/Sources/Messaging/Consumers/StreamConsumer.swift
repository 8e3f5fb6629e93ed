import Contracts
import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization

/// Applies one stream's events for one service: a batch in one transaction, or, where that fails, each event in its own.
struct StreamConsumer: Sendable {
    let consumer: String
    let stream: String
    let routes: Routes
    let database: Database
    let jetStream: JetStream
    let logger: Logger
    let options: EventConsumers.Options

    /// The messages that are worked on: they are kept alive until they are settled.
    private let inHand = InHand()
    /// Events known to fail. They are not applied with others again, so that one of them makes a batch fail only once.
    private let failing = Failing()

    init(
        consumer: String,
        stream: String,
        routes: Routes,
        database: Database,
        jetStream: JetStream,
        logger: Logger,
        options: EventConsumers.Options
    ) {
        self.consumer = consumer
        self.stream = stream
        self.routes = routes
        self.database = database
        self.jetStream = jetStream
        var logger = logger
        logger[metadataKey: "stream"] = "\(stream)"
        self.logger = logger
        self.options = options
    }

    func run() async {
        let pull = jetStream.pull(stream: stream, consumer: consumer, batch: options.batch)
        await withDiscardingTaskGroup { group in
            group.addTask { await keepAlive(pull) }
            await work(pull)
            group.cancelAll()
        }
        pull.returnBuffer()
        pull.stop()
    }

    private func work(_ pull: PullSubscription) async {
        var isEnsured = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                let ready = isEnsured
                let batch = try await cancelWhenGracefulShutdown {
                    if !ready { try await ensure() }
                    return try await pull.next(limit: options.batch)
                }
                isEnsured = true
                inHand.take(batch)
                await process(batch)
                inHand.clear()
            } catch is CancellationError {
                break
            } catch {
                // NATS is away, or somebody has deleted the stream or our consumer.
                isEnsured = false
                logger.warning("can't follow the stream, trying again", metadata: ["error": "\(error)"])
                await pause(.milliseconds(500))
            }
        }
    }

    private func ensure() async throws {
        if let known = Catalogue.streams.first(where: { $0.name == stream }) {
            try await jetStream.ensureStream(StreamConfiguration(known))
        }
        try await jetStream.ensureConsumer(
            ConsumerConfiguration(stream: stream, durableName: consumer, ackWait: options.ackWait)
        )
    }

    private func keepAlive(_ pull: PullSubscription) async {
        while (try? await Task.sleep(for: options.ackWait / 3)) != nil {
            for message in inHand.messages { message.inProgress() }
            pull.keepBufferAlive()
        }
    }

    /// A wait that ends with the service.
    private func pause(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}

// MARK: - Batches

extension StreamConsumer {
    private typealias Item = (message: JetStreamMessage, delivery: Delivery)

    private func process(_ batch: [JetStreamMessage]) async {
        var together: [Item] = []
        var alone: [Item] = []
        for message in batch {
            do {
                guard let delivery = try routes.prepare(subject: message.subject, stream: stream, payload: message.payload) else {
                    message.ack()
                    continue
                }
                if failing.contains(delivery.id) { alone.append((message, delivery)) } else { together.append((message, delivery)) }
            } catch {
                await park(message, id: nil, type: nil, reason: error.description)
            }
        }
        if !together.isEmpty { await apply(together) }
        for item in alone { await applyAlone(item) }
    }

    private func apply(_ items: [Item]) async {
        var backoff = Backoff()
        while true {
            do {
                try await database.transaction { transaction in
                    var new = try await Inbox(consumer: consumer).claim(items.map(\.delivery.id), in: transaction)
                    // Removing also drops the second of two deliveries of one event in the same batch.
                    let deliveries = items.map(\.delivery).filter { new.remove($0.id.rawValue) != nil }
                    try await routes.apply(deliveries, in: transaction)
                }
                return settle(items)
            } catch {
                if case .waitForDatabase = Verdict(error) {
                    if await wait(&backoff, error) { continue }
                    return items.forEach { $0.message.nak() }
                }
                logger.debug("the batch failed, applying its events one by one", metadata: ["error": "\(error)"])
                for item in items { await applyAlone(item) }
                return
            }
        }
    }

    private func settle(_ items: [Item]) {
        for item in items { item.message.ack() }
        Counter(label: "plumbline_events_consumed_total", dimensions: [("stream", stream)]).increment(by: items.count)
    }

    private func applyAlone(_ item: Item) async {
        let (message, delivery) = item
        var backoff = Backoff()
        while true {
            do {
                try await database.transaction { transaction in
                    let inbox = Inbox(consumer: consumer)
                    guard try await inbox.claim([delivery.id], in: transaction) == [delivery.id.rawValue] else { return }
                    try await routes.apply([delivery], in: transaction)
                    if message.metadata.deliveries > 1 { try await inbox.forgetFailures(of: [delivery.id], in: transaction) }
                }
                failing.remove(delivery.id)
                settle([item])
                return
            } catch {
                switch Verdict(error) {
                case .waitForDatabase:
                    guard await wait(&backoff, error) else { return message.nak() }
                case .putOff:
                    logger.warning("an event met an outage", metadata: ["event.id": "\(delivery.id)", "error": "\(error)"])
                    return message.nak(delay: options.putOffDelay)
                case .retry(let delay, let reason):
                    return await retry(item, after: delay, reason: reason)
                case .park(let reason):
                    return await park(message, id: delivery.id, type: delivery.event.type, reason: reason)
                }
            }
        }
    }

    /// - Returns: false when the service is shutting down instead.
    private func wait(_ backoff: inout Backoff, _ error: any Error) async -> Bool {
        logger.warning("the database is away, waiting", metadata: ["error": "\(error)"])
        await pause(backoff.next())
        return !Task.isShuttingDownGracefully && !Task.isCancelled
    }
}

// MARK: - Failures

extension StreamConsumer {
    private func retry(_ item: Item, after delay: Duration?, reason: String) async {
        let (message, delivery) = item
        let attempts = await persistently { transaction in
            let inbox = Inbox(consumer: consumer)
            let attempts = try await inbox.countFailure(of: delivery.id, reason, in: transaction)
            if attempts > options.retryDelays.count {
                try await giveUp(message, id: delivery.id, type: delivery.event.type, reason: reason, attempts: attempts, in: transaction)
            }
            return attempts
        }
        // Shutting down: it comes again, and fails again.
        guard let attempts else { return message.nak(delay: options.putOffDelay) }
        guard attempts <= options.retryDelays.count else { return told(message, delivery.id, reason) }
        failing.insert(delivery.id)
        logger.warning(
            "an event failed and is tried again",
            metadata: [
                "event.id": "\(delivery.id)", "event.type": "\(delivery.event.type)", "attempt": "\(attempts)", "reason": "\(reason)",
            ]
        )
        Counter(label: "plumbline_events_retried_total", dimensions: [("stream", stream)]).increment()
        message.nak(delay: delay ?? options.retryDelays[attempts - 1])
    }

    private func park(_ message: JetStreamMessage, id: EventID?, type: String?, reason: String) async {
        let parked: Void? = await persistently { transaction in
            try await giveUp(message, id: id, type: type, reason: reason, attempts: 1, in: transaction)
        }
        guard parked != nil else { return message.nak(delay: options.putOffDelay) }
        told(message, id, reason)
    }

    private func told(_ message: JetStreamMessage, _ id: EventID?, _ reason: String) {
        if let id { failing.remove(id) }
        logger.error(
            "an event was parked",
            metadata: [
                "event.id": "\(id.map(\.description) ?? "unknown")", "sequence": "\(message.metadata.streamSequence)",
                "reason": "\(reason)",
            ]
        )
        Counter(label: "plumbline_events_parked_total", dimensions: [("stream", stream)]).increment()
        message.ack()
    }

    private func giveUp(
        _ message: JetStreamMessage,
        id: EventID?,
        type: String?,
        reason: String,
        attempts: Int,
        in transaction: Transaction
    ) async throws {
        let sequence = message.metadata.streamSequence
        try await DeadLetters(consumer: consumer).park(
            LostCause(
                eventID: id?.description ?? message.headers["Nats-Msg-Id"] ?? "\(stream):\(sequence)",
                stream: stream,
                sequence: Int64(sequence),
                subject: message.subject,
                type: type,
                payload: message.payload,
                reason: reason,
                attempts: attempts
            ),
            in: transaction
        )
        guard let id else { return }
        // Given up is settled: should the ack be lost, its redelivery is not applied behind our back.
        let inbox = Inbox(consumer: consumer)
        _ = try await inbox.claim([id], in: transaction)
        try await inbox.forgetFailures(of: [id], in: transaction)
    }

    /// Writes down what became of an event, however long the database is away.
    ///
    /// - Returns: `nil` when the service is shutting down instead, or the database refuses: then the event is to come again.
    private func persistently<Answer: Sendable>(_ body: (Transaction) async throws -> Answer) async -> Answer? {
        var backoff = Backoff()
        while true {
            do {
                return try await database.transaction { try await body($0) }
            } catch {
                guard case .waitForDatabase = Verdict(error) else {
                    logger.error("can't write down a failure", metadata: ["error": "\(String(reflecting: error))"])
                    return nil
                }
                guard await wait(&backoff, error) else { return nil }
            }
        }
    }
}

/// 50 ms, doubled up to a second.
private struct Backoff {
    private var wait = Duration.milliseconds(50)

    mutating func next() -> Duration {
        defer { wait = min(wait * 2, .seconds(1)) }
        return wait
    }
}

private final class InHand: Sendable {
    private let held = Mutex<[JetStreamMessage]>([])
    var messages: [JetStreamMessage] { held.withLock { $0 } }
    func take(_ batch: [JetStreamMessage]) { held.withLock { $0 = batch } }
    func clear() { held.withLock { $0 = [] } }
}

private final class Failing: Sendable {
    private let ids = Mutex<Set<EventID>>([])
    func contains(_ id: EventID) -> Bool { ids.withLock { $0.contains(id) } }
    func insert(_ id: EventID) { ids.withLock { _ = $0.insert(id) } }
    func remove(_ id: EventID) { ids.withLock { _ = $0.remove(id) } }
}
