import Foundation
public import Logging
import Metrics
public import Postgres
public import ServiceLifecycle
import Synchronization

/// Publishes what is committed in the outbox: everything, in order, once.
///
/// Each instance of a service runs one; an advisory lock lets one of them work. It reads and deletes on the connection that holds the lock,
/// so whoever has lost the lock can't. See ``StreamPublisher`` for how the order in a stream is kept.
public struct OutboxRelay: Service {
    public struct Options: Sendable {
        /// How many events are on their way at once.
        public var batch = 500
        /// How often to look without being woken, for what a process committed that ended before it could tell; and how often a relay
        /// that doesn't have the lock asks for it.
        public var poll = Duration.seconds(1)
        public var ackTimeout = Duration.seconds(5)
        /// For tests: a publish that it names is lost on its way.
        package var loses: @Sendable (OutboxRow) -> Bool = { _ in false }

        public init() {}
    }

    private let database: Database
    private let jetStream: JetStream
    private let logger: Logger
    private let options: Options

    public init(database: Database, client: NATSClient, logger: Logger, options: Options = Options()) {
        self.database = database
        jetStream = JetStream(client, timeout: options.ackTimeout)
        self.logger = logger
        self.options = options
    }

    public func run() async throws {
        let wake = Wake()
        let observer = jetStream.client.observe { if $0 == .connected { wake() } }
        defer { jetStream.client.stopObserving(observer) }

        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                // Others wait for what is committed: it doesn't wait for a thread behind the batches that are applied meanwhile.
                group.addTask(priority: .high) { await work(wake) }
                await withDiscardingTaskGroup { helpers in
                    helpers.addTask { await listen(wake) }
                    helpers.addTask { await tick(wake) }
                    helpers.addTask { await forgetOld() }
                    await group.waitForAll()
                    helpers.cancelAll()
                }
            }
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    /// Until the end: takes the lock, and relays for as long as the connection that holds it lives.
    private func work(_ wake: Wake) async {
        while !wake.isFinished, !Task.isCancelled {
            do {
                try await database.withConnection { connection in
                    // A machine that is gone without a word must not keep the lock for the two hours that are usual.
                    try await connection.pipeline(Outbox.keepAlive)
                    let row = try await connection.row(Outbox.tryLock)
                    guard try row?.decode("locked", as: Bool.self) == true else { return }
                    logger.info("this instance publishes the outbox")
                    do {
                        try await relay(on: connection, wake)
                        _ = try await connection.query(Outbox.unlock)
                    } catch {
                        // A connection that lives must not go back to the pool with the lock; a dead one has let it go. In a task
                        // of its own, since ours may be cancelled, and then runs no statement any more.
                        await Task { _ = try? await connection.query(Outbox.unlock) }.value
                        throw error
                    }
                }
            } catch {
                logger.warning("the outbox can't be read, trying again", metadata: ["error": "\(error)"])
            }
            guard !wake.isFinished, !Task.isCancelled else { break }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: options.poll) }
        }
    }

    /// How many batches are published at once, while there is a whole one to be read: one is read while the other's acks are waited for.
    static let batchesUnderWay = 2

    private func relay(on connection: Connection, _ wake: Wake) async throws {
        wake.isLeading = true
        defer { wake.isLeading = false }
        // Whoever had the lock before read no more than what is there now.
        let sentUpTo: Int64 = try await connection.row(Outbox.lastPosition)?.decode("position") ?? .max
        var streams = OutboxStreams(sentUpTo: sentUpTo, jetStream: jetStream, options: options, logger: logger)
        // Published, and not deleted yet.
        var done: [Int64] = []
        while !Task.isCancelled {
            let now = ContinuousClock.now
            // Asked before it is read: what was committed before the end is still read.
            let isEnding = wake.isFinished
            let select = Outbox.select(limit: options.batch, without: streams.blocked(at: now), beside: streams.positionsUnderWay + done)
            let canSend: Bool
            let isMore: Bool
            do {
                let rows = try await connection.rows(select).map(OutboxRow.init)
                Gauge(label: "plumbline_outbox_batch").record(rows.count)
                canSend = !rows.isEmpty && jetStream.client.isConnected
                isMore = canSend && rows.count == options.batch
                if canSend { await streams.send(rows) }
                // While the acks come: a delete waits for the disk, and nobody is to wait for it.
                if !done.isEmpty { try await connection.execute(Outbox.delete(done)) }
                done = []
            } catch {
                // Whoever takes the lock next reads the streams to see what became of these.
                while !streams.underWay.isEmpty { _ = await streams.settleFirst() }
                throw error
            }

            if !canSend, streams.underWay.isEmpty {
                if isEnding { return }
                await wake.wait(until: streams.nextUnblocked(after: now))
                continue
            }
            while streams.underWay.count >= (isMore && streams.areSound ? Self.batchesUnderWay : 1) { done += await streams.settleFirst() }
            Counter(label: "plumbline_events_published_total").increment(by: done.count)
            if done.isEmpty, streams.underWay.isEmpty {
                // Nothing went through: no tight loop, also at the end.
                if isEnding { return }
                await wake.wait(until: streams.nextUnblocked(after: nil))
            }
        }
    }

    /// Wakes this relay when this process commits something, or, when another relay has the lock, that one.
    private func listen(_ wake: Wake) async {
        var name: String?
        while name == nil, !Task.isCancelled {
            name = try? await database.row("SELECT \(fragment: Outbox.name) AS outbox")?.decode("outbox")
            if name == nil { try? await Task.sleep(for: options.poll) }
        }
        guard let name else { return }
        let (client, subject) = (jetStream.client, OutboxSignal.subject(name, of: jetStream.client.configuration.token))
        let listener = OutboxSignal.add(name) {
            if wake.isLeading { wake() } else { client.post(subject) }
        }
        defer { OutboxSignal.remove(listener) }
        let others = client.subscribe(subject)
        // What was committed before we listened was told to nobody: look once, and again when others can reach us too.
        wake()
        try? await client.flush()
        wake()
        for await _ in others { wake() }
    }

    /// Keys and inbox entries that are older than anything that could still repeat.
    private func forgetOld() async {
        repeat {
            for statement in Outbox.forgetOld {
                // In portions, so that no lock is held for long.
                while let count = try? await database.execute(statement), count == Outbox.forgottenAtOnce, !Task.isCancelled {}
            }
        } while (try? await Task.sleep(for: .seconds(3_600))) != nil
    }

    private func tick(_ wake: Wake) async {
        while (try? await Task.sleep(for: options.poll)) != nil { wake() }
    }
}

/// Wakes one loop. Calls that come while it works are one call.
final class Wake: Sendable {
    private let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let finished = Atomic(false)
    private let leading = Atomic(false)

    init() {
        (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func callAsFunction() { continuation.yield() }

    func finish() {
        finished.store(true, ordering: .sequentiallyConsistent)
        continuation.finish()
    }

    /// Whether this relay has the lock.
    var isLeading: Bool {
        get { leading.load(ordering: .relaxed) }
        set { leading.store(newValue, ordering: .relaxed) }
    }

    var isFinished: Bool { finished.load(ordering: .sequentiallyConsistent) }

    /// Waits for a call, at most until `deadline`.
    func wait(until deadline: ContinuousClock.Instant? = nil) async {
        guard let deadline else { return _ = await signals.first { _ in true } }
        // The timer calls like everybody else: then one waiter is enough.
        let timer = Task {
            try await Task.sleep(until: deadline)
            self()
        }
        _ = await signals.first { _ in true }
        timer.cancel()
    }
}
