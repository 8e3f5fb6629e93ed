import Foundation
import Synchronization

/// A consumer's messages in batches: as soon as there is one, whatever has arrived.
///
/// One pull request for up to a whole batch stands at the server all the time, so that a new message comes at once, without a request
/// of its own. It is renewed when it is used up, runs out, or falls silent (the server's heartbeats stop).
///
/// It lives as long as its connection. What was on its way when that broke comes again after the ack wait, behind newer messages: whoever
/// cares for the order has it delivered again before making the next one, as ``EventConsumers`` does.
public final class PullSubscription: Sendable {
    fileprivate struct State {
        var buffer: [JetStreamMessage] = []
        /// What the standing pull may still bring; zero when there is none.
        var outstanding = 0
        var pull: UInt64 = 0
        var lastHeard = ContinuousClock.now
        var trouble: NATSError?
        /// Whoever waits is to go on with nothing.
        var isPoked = false
        /// The connection was lost, or the end has come: nothing is taken any more.
        var isCut = false
        var waiter: Waiters<Void>.ID?
        var ending: Waiters<Void>.ID?
        var subscription: UInt64?
        var observer: UInt64?
    }

    private static let expiry = Duration.seconds(30)

    private let jetStream: JetStream
    private let stream: String
    private let consumer: String
    private let batch: Int
    private let heartbeat: Duration
    private let inbox: String
    private let state = Mutex(State())
    private let waiters: Waiters<Void>
    private var client: NATSClient { jetStream.client }
    /// A pull that stands misses no two heartbeats in a row.
    private var silence: Duration { heartbeat * 2 + .milliseconds(500) }

    init(jetStream: JetStream, stream: String, consumer: String, batch: Int, heartbeat: Duration) {
        self.jetStream = jetStream
        self.stream = stream
        self.consumer = consumer
        self.batch = batch
        self.heartbeat = heartbeat
        waiters = jetStream.client.wakers
        inbox = "\(jetStream.client.inbox).p.\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let subscription = client.register(
            "\(inbox).*",
            queue: nil,
            readsHeaders: false,
            receive: { [weak self] message in self?.receive(message) },
            ended: { [weak self] in self?.hasEnded() }
        )
        let observer = client.observe { [weak self] status in
            if status != .connected { self?.cut() }
        }
        state.withLock {
            $0.subscription = subscription
            $0.observer = observer
        }
    }

    deinit { stop() }

    /// Ends the subscription. What was delivered and not settled comes again after the ack wait.
    public func stop() {
        let (subscription, observer) = state.withLock { state in
            defer { (state.subscription, state.observer) = (nil, nil) }
            return (state.subscription, state.observer)
        }
        if let subscription { client.endSubscription(subscription, byDraining: false) }
        if let observer { client.stopObserving(observer) }
    }

    /// Ends the subscription, and gives back what has arrived and nobody has read, so that others get it at once and in its order.
    /// `unsettled` is what was read before that, and is given back with it.
    public func giveBack(_ unsettled: [JetStreamMessage] = [], timeout: Duration = .seconds(2)) async {
        let deadline = ContinuousClock.now + timeout
        let ending = waiters.begin(until: deadline)
        let subscription = state.withLock { state in
            state.ending = ending
            defer { state.subscription = nil }
            return state.subscription
        }
        if let subscription {
            client.thread.wakeUp(at: deadline)
            client.endSubscription(subscription, byDraining: true)
            // It may end late or never, as with a server that hangs: then the ack wait has to bring the messages back.
            try? await waiters.value(of: ending)
        }
        let buffer = state.withLock { state in
            state.isCut = true
            defer { state.buffer = [] }
            return state.buffer
        }
        if !unsettled.isEmpty || !buffer.isEmpty {
            // Asked about the consumer, the server drops pulls that nobody listens to any more. Else it would notice that ours is one
            // when it has already taken a message from those to be delivered again, and forget it until its ack wait (2.9.10).
            _ = try? await jetStream.state(ofConsumer: consumer, stream: stream)
        }
        for message in unsettled + buffer { message.nak() }
        stop()
    }

    /// Has ``next(limit:)`` return with nothing, if it waits.
    func poke() {
        wake(
            state.withLock { state in
                guard state.waiter != nil else { return nil }
                state.isPoked = true
                return state.takeWaiter()
            }
        )
    }

    /// One message or more, up to `limit`, in the stream's order but for redeliveries; none when it was poked.
    ///
    /// - Throws: ``NATSError``: `refused` when the consumer isn't there (noticed when the server falls silent); `disconnected` when the
    ///   connection was lost, and all is read that came before, or when the server ended the pull. `CancellationError`.
    public func next(limit: Int) async throws -> [JetStreamMessage] {
        while true {
            try Task.checkCancellation()
            let (taken, waiter) = try state.withLock { state in
                let taken = Array(state.buffer.prefix(limit))
                state.buffer.removeFirst(taken.count)
                defer { state.isPoked = false }
                guard taken.isEmpty, !state.isPoked else { return (taken, Waiters<Void>.ID?.none) }
                if let trouble = state.takeTrouble() { throw trouble }
                let waiter = waiters.begin(until: .now + silence)
                state.waiter = waiter
                return (taken, waiter)
            }
            pullIfNone()
            guard let waiter else { return taken }
            client.thread.wakeUp(at: .now + silence)
            do {
                try await waiters.value(of: waiter)
            } catch let error as NATSError where error.code == .timeout {
                // Not even a heartbeat: the pull is gone without a word.
                let isSilent = state.withLock { state in
                    guard state.lastHeard.duration(to: .now) >= silence else { return false }
                    state.outstanding = 0
                    return true
                }
                // To a pull from a consumer that isn't there the server says nothing at all.
                if isSilent { _ = try await jetStream.state(ofConsumer: consumer, stream: stream) }
            }
        }
    }

    /// How many have arrived and wait to be read.
    var unread: Int { state.withLock { $0.buffer.count } }

    /// Tells the server that what waits here to be read is not forgotten.
    func keepBufferAlive() {
        for message in state.withLock({ $0.buffer }) { message.inProgress() }
    }

    private func pullIfNone() {
        let request: (id: UInt64, count: Int)? = state.withLock { state in
            let room = batch - state.buffer.count
            guard state.outstanding == 0, room > 0, !state.isCut else { return nil }
            state.pull += 1
            state.outstanding = room
            state.lastHeard = .now
            return (state.pull, room)
        }
        guard let request else { return }
        let body = """
            {"batch":\(request.count),"expires":\(Self.expiry.nanoseconds),"idle_heartbeat":\(heartbeat.nanoseconds)}
            """
        client.post(
            "$JS.API.CONSUMER.MSG.NEXT.\(stream).\(consumer)",
            payload: Data(body.utf8),
            reply: "\(inbox).\(request.id)"
        )
    }
}

// MARK: - On threads of libnats

extension PullSubscription {
    private func receive(_ message: NATSMessage) {
        let waiter = state.withLock { state -> Waiters<Void>.ID? in
            // Behind a gap the order would be lost.
            if state.isCut { return nil }
            state.lastHeard = .now
            guard let status = message.status else {
                guard let metadata = message.reply.flatMap(JetStreamMessage.Metadata.init(ackSubject:)) else { return nil }
                state.buffer.append(JetStreamMessage(message: message, metadata: metadata, client: client))
                state.outstanding = max(0, state.outstanding - 1)
                return state.takeWaiter()
            }
            // Heartbeats say no more than that the pull stands; what an older pull says no longer matters.
            guard status != 100, message.subject == "\(inbox).\(state.pull)" else { return nil }
            state.outstanding = 0
            switch status {
            case 404, 408: break
            case 503: state.trouble = .noResponders
            default:
                let description = message.headers["Description"] ?? "status \(status)"
                // A pull that a leader change or a shutdown cut short is simply made anew; but not in a tight loop.
                state.trouble = NATSError(.disconnected, "the pull ended: \(description)")
            }
            return state.takeWaiter()
        }
        wake(waiter)
    }

    private func cut() {
        let waiter = state.withLock { state in
            state.isCut = true
            return state.takeWaiter()
        }
        wake(waiter)
    }

    private func hasEnded() {
        wake(state.withLock { $0.ending })
    }

    private func wake(_ waiter: Waiters<Void>.ID?) {
        if let waiter { waiters.settle(waiter, with: .success(())) }
    }
}

extension PullSubscription.State {
    fileprivate mutating func takeWaiter() -> Waiters<Void>.ID? {
        defer { waiter = nil }
        return waiter
    }

    fileprivate mutating func takeTrouble() -> NATSError? {
        defer { trouble = nil }
        return trouble ?? (isCut ? .disconnected : nil)
    }
}
