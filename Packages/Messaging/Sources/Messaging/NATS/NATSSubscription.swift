import Synchronization

/// The messages of one subject, until it is ended. Goes on over reconnects.
public struct NATSSubscription: AsyncSequence, Sendable {
    public typealias Element = NATSMessage
    public typealias Failure = Never

    let id: UInt64
    let client: NATSClient
    let messages: AsyncStream<NATSMessage>

    public func makeAsyncIterator() -> AsyncStream<NATSMessage>.Iterator { messages.makeAsyncIterator() }

    /// Takes no more from the server; the sequence ends behind what has arrived.
    public func drain() { client.endSubscription(id, byDraining: true) }

    /// Ends at once.
    public func unsubscribe() { client.endSubscription(id, byDraining: false) }
}

extension NATSClient {
    /// Subscribes; with a `queue`, each message goes to one member of it.
    ///
    /// Messages that nobody reads are kept in memory: read them, or end it.
    public func subscribe(_ subject: String, queue: String? = nil) -> NATSSubscription {
        let (messages, continuation) = AsyncStream.makeStream(of: NATSMessage.self)
        let id = register(subject, queue: queue, receive: { continuation.yield($0) }, ended: { continuation.finish() })
        continuation.onTermination = { [weak self] _ in self?.endSubscription(id, byDraining: false) }
        return NATSSubscription(id: id, client: self, messages: messages)
    }

    /// `receive` is called on a thread of libnats: it must be quick.
    @discardableResult
    func register(
        _ subject: String,
        queue: String?,
        readsHeaders: Bool = true,
        receive: @escaping @Sendable (NATSMessage) -> Void,
        ended: @escaping @Sendable () -> Void = {}
    ) -> UInt64 {
        let id = state.withLock { $0.makeID() }
        let sink = MessageSink(readsHeaders: readsHeaders, receive: receive) { [weak self] in
            // The library ends subscriptions also when it gives up a connection; those go on with the next one.
            guard let self else { return ended() }
            let (isOver, isLast) = state.withLock { state in
                guard let registration = state.subscriptions[id] else { return (true, false) }
                guard registration.isEnding || state.status == .closed else { return (false, false) }
                state.subscriptions[id] = nil
                return (true, state.subscriptions.count <= 1)
            }
            if isOver { ended() }
            // Those who drain the client wait until there is none but the first, for answers.
            if isLast { subscriptionsEnded.settleAll(with: .success(())) }
        }
        state.withLock { $0.subscriptions[id] = Registration(subject: subject, queue: queue, sink: sink) }
        thread.enqueue { [weak self] in self?.subscribeNow(id) }
        return id
    }

    func endSubscription(_ id: UInt64, byDraining: Bool) {
        let isKnown = state.withLock { state in
            guard let registration = state.subscriptions[id], !registration.isEnding else { return false }
            state.subscriptions[id]?.isEnding = true
            return true
        }
        guard isKnown else { return }
        thread.enqueue { [self] in
            // The registration keeps it until it has ended: to free it now would cut the draining short.
            let (subscription, sink) = state.withLock { ($0.subscriptions[id]?.subscription, $0.subscriptions[id]?.sink) }
            guard let subscription else {
                sink?.end()
                return
            }
            if byDraining, isConnected { subscription.drain() } else { subscription.unsubscribe() }
        }
    }
}
