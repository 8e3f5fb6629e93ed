public import Foundation
public import Logging
import Synchronization

/// How it stands with the connection.
public enum NATSStatus: Hashable, Sendable {
    case connecting, connected, disconnected, closed
}

/// An async client for NATS core on libnats.
///
/// It connects again by itself, for ever, and takes up its subscriptions again. What is sent while it isn't connected fails at once with
/// ``NATSError/Code/disconnected``: whoever must not lose anything keeps it (the outbox does) and tries again.
public final class NATSClient: Sendable {
    struct State {
        var status = NATSStatus.connecting
        var connection: NATSConnection?
        var connectedSince: ContinuousClock.Instant?
        var reopenAt: ContinuousClock.Instant?
        /// Why there was no connection when it was last looked into.
        var trouble: (text: String, foundAt: ContinuousClock.Instant)?
        var lastID: UInt64 = 0
        var subscriptions: [UInt64: Registration] = [:]
        var observers: [UInt64: @Sendable (NATSStatus) -> Void] = [:]

        mutating func makeID() -> UInt64 {
            lastID += 1
            return lastID
        }
    }

    struct Registration {
        let subject: String
        let queue: String?
        let sink: MessageSink
        var subscription: NATSConnection.Subscription?
        var isEnding = false
    }

    public let configuration: NATSConfiguration
    let logger: Logger
    let inbox: String
    let state = Mutex(State())
    let thread = WorkThread()
    let replies = Waiters<NATSMessage>()
    let connectionWaiters = Waiters<Void>()
    /// For pulls that wait for something to come.
    let wakers = Waiters<Void>()
    let subscriptionsEnded = Waiters<Void>()

    public init(_ configuration: NATSConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        // 128 random bits: nobody guesses another client's inbox.
        inbox = "_INBOX.\(configuration.token)." + (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        thread.start(
            name: "nats",
            tick: { [weak self] now in self?.tick(now) },
            flush: { [weak self] in self?.state.withLock { $0.status == .connected ? $0.connection : nil }?.flush() }
        )
        register("\(inbox).*.*", queue: nil) { [replies] message in
            guard let token = message.subject.split(separator: ".").last, let id = UInt64(token, radix: 36) else { return }
            replies.settle(id, with: message.status == 503 ? .failure(NATSError.noResponders) : .success(message))
        }
    }

    deinit {
        let connection = state.withLock { $0.connection }
        thread.enqueue { connection?.close() }
        thread.stop()
    }

    public var status: NATSStatus { state.withLock { $0.status } }
    public var isConnected: Bool { status == .connected }
    /// When this connection was made.
    var connectedSince: ContinuousClock.Instant? { state.withLock { $0.connectedSince } }

    /// Starts to connect, and goes on until ``drain(timeout:)``. Unless `waitForFirstConnection`, it returns at once.
    ///
    /// - Throws: ``NATSError/Code/disconnected`` when there is no connection within `timeout`; the attempts go on all the same.
    public func connect(waitForFirstConnection: Bool = true, timeout: Duration = .seconds(10)) async throws {
        thread.enqueue { [weak self] in self?.open() }
        if waitForFirstConnection { try await connected(within: timeout) }
    }

    /// Waits until there is a connection.
    ///
    /// - Throws: ``NATSError/Code/disconnected`` when there is none within `timeout`, with the reason.
    public func connected(within timeout: Duration) async throws {
        let deadline = ContinuousClock.now + timeout
        let id = connectionWaiters.begin(until: deadline)
        thread.wakeUp(at: deadline)
        if isConnected { connectionWaiters.settle(id, with: .success(())) }
        do {
            try await connectionWaiters.value(of: id)
        } catch let error as NATSError where error.code == .disconnected {
            throw await explained(error)
        }
    }

    /// Publishes, and returns once it has been handed to the connection. ``flush(timeout:)`` tells whether the server has it.
    ///
    /// - Throws: ``NATSError``: `disconnected`, `tooLarge`.
    public func publish(
        _ subject: String,
        headers: NATSHeaders = [:],
        payload: Data = Data(),
        reply: String? = nil
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            thread.enqueue { [self] in
                continuation.resume(with: Result { try send(subject, reply: reply, headers: headers, payload: payload) })
            }
        }
    }

    /// Publishes in the order of the calls, without a word of how it went.
    public func post(_ subject: String, headers: NATSHeaders = [:], payload: Data = Data(), reply: String? = nil) {
        thread.enqueue { [self] in
            do {
                try send(subject, reply: reply, headers: headers, payload: payload)
            } catch {
                logger.debug("not sent", metadata: ["subject": "\(subject)", "error": "\(error)"])
            }
        }
    }

    /// The same for many, handed over together: that the thread is woken for each of them costs more than to send it.
    func post(_ messages: [(subject: String, payload: Data)]) {
        thread.enqueue { [self] in
            for (subject, payload) in messages {
                do {
                    try send(subject, reply: nil, headers: [:], payload: payload)
                } catch {
                    logger.debug("not sent", metadata: ["subject": "\(subject)", "error": "\(error)"])
                }
            }
        }
    }

    /// Asks, and waits for the one answer.
    ///
    /// - Throws: ``NATSError``: `noResponders`; `timeout`, `disconnected` (both may have been received); `tooLarge`.
    public func request(
        _ subject: String,
        headers: NATSHeaders = [:],
        payload: Data = Data(),
        timeout: Duration
    ) async throws -> NATSMessage {
        try await beginRequest(subject, headers: headers, payload: payload, timeout: timeout).value()
    }

    /// Sends a request now; its answer is waited for later, so that many can be on their way in order.
    func beginRequest(_ subject: String, headers: NATSHeaders, payload: Data, timeout: Duration) -> PendingReply {
        let deadline = ContinuousClock.now + timeout
        let id = replies.begin(until: deadline)
        thread.wakeUp(at: deadline)
        thread.enqueue { [self] in
            do {
                // Services may write to `c` of those that may ask them: so they can't answer for the server.
                let kind = subject.hasPrefix("rpc.") ? "c" : "r"
                try send(subject, reply: "\(inbox).\(kind).\(String(id, radix: 36))", headers: headers, payload: payload)
            } catch {
                replies.settle(id, with: .failure(error))
            }
        }
        return PendingReply(id: id, replies: replies)
    }

    /// Sends many messages, in their order; handed over together, as ``post(_:)`` does. Those that want an answer get one.
    func beginRequests(_ requests: [Request], timeout: Duration) -> [PendingReply?] {
        let deadline = ContinuousClock.now + timeout
        let ids = requests.map { $0.wantsAnswer ? replies.begin(until: deadline) : nil }
        thread.wakeUp(at: deadline)
        thread.enqueue { [self] in
            for (id, request) in zip(ids, requests) {
                do {
                    let reply = id.map { "\(inbox).r.\(String($0, radix: 36))" }
                    try send(request.subject, reply: reply, headers: request.headers, payload: request.payload)
                } catch {
                    guard let id else {
                        logger.debug("not sent", metadata: ["subject": "\(request.subject)", "error": "\(error)"])
                        continue
                    }
                    replies.settle(id, with: .failure(error))
                }
            }
        }
        return ids.map { $0.map { PendingReply(id: $0, replies: replies) } }
    }

    /// A round trip through the server: what was published before has been received.
    public func flush(timeout: Duration = .seconds(5)) async throws {
        let deadline = ContinuousClock.now + timeout
        let id = replies.begin(until: deadline)
        thread.wakeUp(at: deadline)
        thread.enqueue { [self] in
            do {
                try send("\(inbox).r.\(String(id, radix: 36))", reply: nil, headers: [:], payload: Data("+".utf8))
            } catch {
                replies.settle(id, with: .failure(error))
            }
        }
        _ = try await replies.value(of: id)
    }

    /// Whether the server really answers, for readiness.
    public func ping(timeout: Duration = .seconds(2)) async throws { try await flush(timeout: timeout) }

    /// The status now, and each change of it. Ends when the client is drained.
    public var statusChanges: AsyncStream<NATSStatus> {
        let (stream, continuation) = AsyncStream.makeStream(of: NATSStatus.self)
        let id = observe { status in
            continuation.yield(status)
            if status == .closed { continuation.finish() }
        }
        continuation.onTermination = { [weak self] _ in self?.stopObserving(id) }
        return stream
    }
}

/// A message that may want an answer.
struct Request: Sendable {
    var subject: String
    var headers: NATSHeaders
    var payload: Data
    var wantsAnswer = true
}

/// A request that has been sent.
struct PendingReply: Sendable {
    let id: UInt64
    let replies: Waiters<NATSMessage>

    func value() async throws -> NATSMessage { try await replies.value(of: id) }
}

extension NATSError {
    static let noResponders = NATSError(.noResponders, "nobody listens there")
    static let disconnected = NATSError(.disconnected, "not connected to NATS")
    static let closed = NATSError(.closed, "the NATS client is closed")
}

// MARK: - On the client's thread

extension NATSClient {
    private func open() {
        guard state.withLock({ $0.connection == nil && $0.status != .closed }) else { return }
        do {
            let (connection, isConnected) = try NATSConnection.open(configuration) { [weak self] event in self?.handle(event) }
            let waiting = state.withLock { state in
                state.connection = connection
                let waiting = state.subscriptions
                // Those of an earlier connection have ended with it; they are freed outside of the lock.
                for id in waiting.keys { state.subscriptions[id]?.subscription = nil }
                return waiting
            }
            for id in waiting.keys { subscribeNow(id) }
            if isConnected { change(to: .connected) }
        } catch {
            logger.error("cannot connect to NATS", metadata: ["error": "\(error)"])
            reopenLater()
        }
    }

    /// libnats gives a connection up when the server refuses our credentials twice, and makes none without the files it is to read; all
    /// that may be mended while we run.
    func reopenLater() {
        let at = ContinuousClock.now + max(configuration.reconnectWait, .seconds(1))
        state.withLock { $0.reopenAt = at }
        thread.wakeUp(at: at)
    }

    private func tick(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let timeout = NATSError(.timeout, "no answer in time")
        let reply = replies.expire(at: now, with: timeout)
        let waiter = connectionWaiters.expire(at: now, with: .disconnected)
        let waker = wakers.expire(at: now, with: timeout)
        let drained = subscriptionsEnded.expire(at: now, with: timeout)
        let (reopenAt, isDue) = state.withLock { state in
            guard let at = state.reopenAt, at <= now else { return (state.reopenAt, false) }
            state.reopenAt = nil
            return (nil, true)
        }
        if isDue { open() }
        return [reply, waiter, waker, drained, reopenAt].compactMap(\.self).min()
    }

    func send(_ subject: String, reply: String?, headers: NATSHeaders, payload: Data) throws(NATSError) {
        let (connection, status) = state.withLock { ($0.connection, $0.status) }
        guard let connection, status == .connected else { throw status == .closed ? .closed : .disconnected }
        try connection.publish(subject, reply: reply, headers: headers, payload: payload)
    }

    func subscribeNow(_ id: UInt64) {
        let (connection, registration) = state.withLock { ($0.connection, $0.subscriptions[id]) }
        // It may have been subscribed together with all others, when the connection was made.
        guard let connection, let registration, registration.subscription == nil, !registration.isEnding else { return }
        do {
            let subscription = try connection.subscribe(registration.subject, queue: registration.queue, to: registration.sink)
            state.withLock { $0.subscriptions[id]?.subscription = subscription }
        } catch {
            logger.error("cannot subscribe", metadata: ["subject": "\(registration.subject)", "error": "\(error)"])
        }
    }
}
