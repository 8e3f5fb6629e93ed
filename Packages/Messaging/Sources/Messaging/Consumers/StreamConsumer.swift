import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Follows one stream for one service: takes batches, has them applied, and comes back to it after every outage.
///
/// One member of a service gets the stream in its order, but for events that fail and are tried again later: what was on its way when a
/// connection or a process broke is delivered again before anything new. Several members share the stream out, each in order.
struct StreamConsumer: Sendable {
    let consumer: String
    let stream: String
    let routes: Routes
    let database: Database
    let jetStream: JetStream
    let logger: Logger
    let options: EventConsumers.Options

    private let inHand = InHand()

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
        await withDiscardingTaskGroup { group in
            group.addTask { await keepAlive() }
            group.addTask { await noteFloors() }
            await work()
            group.cancelAll()
        }
    }

    private func work() async {
        while !isEnding {
            do {
                let pull = try await cancelWhenGracefulShutdown { try await begin() }
                inHand.follow(pull)
                do {
                    try await follow(pull)
                } catch {
                    if isEnding { await pull.giveBack() } else { pull.stop() }
                    throw error
                }
            } catch {
                if isEnding { return }
                // NATS is away, or somebody has deleted the stream or our consumer.
                logger.warning("can't follow the stream, trying again", metadata: ["error": "\(error)"])
                await pause(.milliseconds(200))
            }
        }
    }

    /// Until an error, or the end.
    private func follow(_ pull: PullSubscription) async throws {
        while true {
            let batch = try await cancelWhenGracefulShutdown { try await pull.next(limit: options.batch) }
            inHand.take(batch)
            await process(batch)
            inHand.clear()
        }
    }

    /// While work goes on, the server is told that what we hold is not forgotten.
    private func keepAlive() async {
        while (try? await Task.sleep(for: options.ackWait / 3)) != nil { inHand.keepAlive() }
    }

    var isEnding: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

    /// A wait that ends with the service.
    func pause(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}

// MARK: - The consumer

extension StreamConsumer {
    private func begin() async throws -> PullSubscription {
        if !jetStream.client.isConnected { try await jetStream.client.connected(within: .seconds(60)) }
        if let known = Catalogue.streams.first(where: { $0.name == stream }) {
            try await jetStream.ensureStream(StreamConfiguration(known))
        }
        var configuration = ConsumerConfiguration(stream: stream, durableName: consumer, ackWait: options.ackWait)
        do {
            _ = try await jetStream.state(ofConsumer: consumer, stream: stream)
        } catch let error as NATSError where error.jetStreamCode == JetStreamCode.consumerNotFound {
            configuration.start = try await start()
        }
        try await jetStream.ensureConsumer(configuration)
        try await jetStream.redeliverUnsettled(stream: stream, consumer: consumer, limit: UInt64(options.batch) * 4)
        return jetStream.pull(stream: stream, consumer: consumer, batch: options.batch)
    }

    /// Where a consumer that isn't there begins: at the beginning, or, when it was there once, behind what is settled. The inbox forgets
    /// after a month, so beginning anew would apply what is older than that again.
    private func start() async throws -> ConsumerConfiguration.Start {
        let created = try await jetStream.info(ofStream: stream).created
        guard let floor = try await Inbox(consumer: consumer).floor(of: stream, created: created, in: database) else { return .first }
        logger.warning("the consumer is gone, and begins again where it was", metadata: ["sequence": "\(floor)"])
        return .sequence(UInt64(floor) + 1)
    }

    private func noteFloors() async {
        repeat {
            do {
                let created = try await jetStream.info(ofStream: stream).created
                let floor = try await jetStream.state(ofConsumer: consumer, stream: stream).ackFloor.stream
                try await Inbox(consumer: consumer).note(floor: Int64(floor), of: stream, created: created, in: database)
            } catch {
                logger.debug("the floor was not noted", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: options.floorInterval)) != nil
    }
}

/// The messages that are worked on: they are kept alive until they are settled.
private final class InHand: Sendable {
    private let held = Mutex<(batch: [JetStreamMessage], pull: PullSubscription?)>(([], nil))

    func follow(_ pull: PullSubscription) { held.withLock { $0.pull = pull } }
    func take(_ batch: [JetStreamMessage]) { held.withLock { $0.batch = batch } }
    func clear() { held.withLock { $0.batch = [] } }

    func keepAlive() {
        let (batch, pull) = held.withLock { $0 }
        for message in batch { message.inProgress() }
        pull?.keepBufferAlive()
    }
}
