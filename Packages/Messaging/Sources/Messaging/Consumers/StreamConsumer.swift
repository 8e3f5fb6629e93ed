import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Follows one stream for one service: takes batches, has them applied, and comes back to it after every outage.
///
/// One member of a service gets the stream in its order, but for events that fail and are tried again later: what was on its way when a
/// connection or a process broke is delivered again before anything new. Several members share the stream out, each in order; or, where
/// a handler asks for all of it in order, take turns at it: who has the turn reads what was on its way from the stream itself (``Passage``).
struct StreamConsumer: Sendable {
    let consumer: String
    let stream: String
    /// Into how many it is parted when one instance at a time follows it; `nil` when all do.
    let lanes: Int?
    let routes: Routes
    let database: Database
    let jetStream: JetStream
    let logger: Logger
    let options: EventConsumers.Options

    private let inHand = InHand()

    init(
        consumer: String,
        stream: String,
        lanes: Int? = nil,
        routes: Routes,
        database: Database,
        jetStream: JetStream,
        logger: Logger,
        options: EventConsumers.Options
    ) {
        self.consumer = consumer
        self.stream = stream
        self.lanes = lanes
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
                if let lanes {
                    let hadTurn = try await inTurn(lanes: lanes) { try await follow(applyingOn: $0) }
                    if !hadTurn { await pause(options.turnInterval) }
                } else {
                    try await follow(applyingOn: [database])
                }
            } catch {
                if isEnding { return }
                // NATS is away, or somebody has deleted the stream or our consumer; or, with our turn, the database.
                logger.warning("can't follow the stream, trying again", metadata: ["error": "\(error)"])
                await pause(.milliseconds(200))
            }
        }
    }

    /// Until an error, or the end. What comes is read ahead, put into the lane of what it is about, and applied by as many workers as there
    /// are places, each in a place of its own.
    private func follow(applyingOn places: [any Transacting]) async throws {
        let (pull, state) = try await cancelWhenGracefulShutdown { try await begin() }
        inHand.follow(pull)
        let lanes = Lanes<Item>(count: places.count, room: options.batch * (places.count + 1), crowd: options.crowd)
        let passage = self.lanes == nil ? nil : Passage(self, behind: state)
        do {
            try await withThrowingTaskGroup(of: Void.self) { reading in
                reading.addTask {
                    defer { lanes.end() }
                    try await cancelWhenGracefulShutdown { try await read(pull, passage, into: lanes) }
                }
                if let passage { reading.addTask { await passage.lookOut(for: pull, every: options.turnInterval) } }
                // Somebody may be held up, and nothing else come that would call another.
                if places.count > 1 {
                    reading.addTask { while (try? await Task.sleep(for: options.turnInterval)) != nil { lanes.wake() } }
                }
                let trouble = await apply(lanes, on: places)
                reading.cancelAll()
                if let trouble { throw trouble }
                try await reading.waitForAll()
            }
        } catch {
            let unsettled = inHand.clear()
            // Whoever goes on with the stream, we or another, gets it at once: what was read comes before what the pull still has. Who has the
            // turn next reads it from the stream.
            if passage == nil, jetStream.client.isConnected { await pull.giveBack(unsettled) } else { pull.stop() }
            throw error
        }
    }

    private func read(_ pull: PullSubscription, _ passage: Passage?, into lanes: Lanes<Item>) async throws {
        try await passage?.catchUp { try await take($0, into: lanes) }
        while true {
            let messages = try await pull.next(limit: options.batch)
            let time = ContinuousClock.now
            if let passage {
                try await passage.bring(messages) { try await take($0, into: lanes) }
            } else {
                try await take(messages, into: lanes)
            }
            // One that comes alone is applied at once; what comes soon behind it is applied together.
            if !messages.isEmpty, messages.count < options.crowd { try await Task.sleep(until: time + options.gathering) }
        }
    }

    private func take(_ messages: [JetStreamMessage], into lanes: Lanes<Item>) async throws {
        inHand.take(messages)
        for message in messages {
            do {
                if let delivery = try routes.prepare(subject: message.subject, stream: stream, payload: message.payload) {
                    lanes.add(Item(message, delivery), about: delivery.event.head.subject)
                } else {
                    message.ack()
                    inHand.settle([message])
                }
            } catch {
                await park(message, id: nil, type: nil, reason: error.description)
                inHand.settle([message])
            }
        }
        lanes.wake()
        try await lanes.waitForRoom()
    }

    /// A worker for each place. All finish what they have begun: where one has lost its place, the others begin nothing more.
    private func apply(_ lanes: Lanes<Item>, on places: [any Transacting]) async -> (any Error)? {
        await withTaskGroup(of: (any Error)?.self) { group in
            for (worker, place) in places.enumerated() {
                group.addTask {
                    while let items = await lanes.next(limit: options.batch, for: worker) {
                        do {
                            try await process(items, on: place)
                        } catch {
                            lanes.end()
                            return error
                        }
                        inHand.settle(items.lazy.map(\.message))
                    }
                    return nil
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
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
    /// Answers with how far the consumer has come, too.
    private func begin() async throws -> (pull: PullSubscription, state: ConsumerState) {
        if !jetStream.client.isConnected { try await jetStream.client.connected(within: .seconds(60)) }
        try await waitForStream()
        var configuration = ConsumerConfiguration(stream: stream, durableName: consumer, ackWait: options.ackWait)
        do {
            _ = try await jetStream.state(ofConsumer: consumer, stream: stream)
        } catch let error as NATSError where error.jetStreamCode == JetStreamCode.consumerNotFound {
            configuration.start = try await start()
        }
        try await jetStream.ensureConsumer(configuration)
        if lanes == nil {
            try await jetStream.redeliverUnsettled(stream: stream, consumer: consumer, limit: UInt64(configuration.maximumAcksPending))
        }
        let state = try await jetStream.state(ofConsumer: consumer, stream: stream)
        return (jetStream.pull(stream: stream, consumer: consumer, batch: options.batch), state)
    }

    /// A stream is its publisher's to make, and ours to wait for: services start in any order.
    private func waitForStream() async throws {
        var isTold = false
        while true {
            do {
                return _ = try await jetStream.state(ofStream: stream)
            } catch let error as NATSError where error.jetStreamCode == JetStreamCode.streamNotFound {
                if !isTold { logger.info("the stream isn't there yet, and is waited for") }
                isTold = true
                try await Task.sleep(for: .milliseconds(200))
            }
        }
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

/// The messages that were read and are not settled: they are kept alive.
private final class InHand: Sendable {
    private let held = Mutex<(messages: [UInt64: JetStreamMessage], pull: PullSubscription?)>(([:], nil))

    func follow(_ pull: PullSubscription) { held.withLock { $0.pull = pull } }
    func take(_ messages: [JetStreamMessage]) { held.withLock { for message in messages { $0.messages[message.sequence] = message } } }
    func settle(_ messages: some Sequence<JetStreamMessage>) {
        held.withLock { for message in messages { $0.messages[message.sequence] = nil } }
    }

    /// Answers with what was not settled, in its order.
    func clear() -> [JetStreamMessage] {
        held.withLock { held in
            defer { held = ([:], nil) }
            return held.messages.values.sorted { $0.sequence < $1.sequence }
        }
    }

    func keepAlive() {
        let (messages, pull) = held.withLock { $0 }
        for message in messages.values { message.inProgress() }
        pull?.keepBufferAlive()
    }
}
