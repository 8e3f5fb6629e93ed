import Logging
import Synchronization

extension NATSClient {
    /// Called on a thread of libnats.
    func handle(_ event: ConnectionEvent) {
        switch event {
        case .connected: change(to: .connected)
        case .disconnected: change(to: .disconnected)
        case .failed(let text): logger.warning("NATS reports an error", metadata: ["error": "\(text)"])
        case .closed:
            guard status != .closed else { return }
            change(to: .disconnected)
            thread.enqueue { [weak self] in
                guard let self else { return }
                let connection = state.withLock { state in
                    defer { state.connection = nil }
                    return state.connection
                }
                connection?.close()
                reopenLater()
            }
        }
    }

    func change(to status: NATSStatus) {
        let observers = state.withLock { state -> [@Sendable (NATSStatus) -> Void]? in
            guard state.status != .closed, state.status != status else { return nil }
            state.status = status
            state.connectedSince = status == .connected ? .now : nil
            return Array(state.observers.values)
        }
        guard let observers else { return }
        switch status {
        case .connected:
            logger.info("connected to NATS")
            connectionWaiters.settleAll(with: .success(()))
        case .disconnected:
            logger.warning("lost the connection to NATS")
            // The answers would have come over the connection that is gone.
            replies.settleAll(with: .failure(NATSError.disconnected))
        case .closed:
            replies.settleAll(with: .failure(NATSError.closed))
            connectionWaiters.settleAll(with: .failure(NATSError.closed))
        case .connecting: break
        }
        for observer in observers { observer(status) }
    }

    /// The error with what keeps us from the server: a certificate, a password, a name. Many may ask at once; looked into once in five seconds.
    func explained(_ error: NATSError) async -> NATSError {
        let trouble = await withCheckedContinuation { (continuation: CheckedContinuation<String?, Never>) in
            thread.enqueue { [self] in
                let (known, isOver) = state.withLock { ($0.trouble, $0.status == .connected || $0.status == .closed) }
                if isOver { return continuation.resume(returning: nil) }
                if let known, known.foundAt + .seconds(5) > .now { return continuation.resume(returning: known.text) }
                let text = NATSConnection.failure(of: configuration)
                state.withLock { $0.trouble = text.map { ($0, .now) } }
                continuation.resume(returning: text)
            }
        }
        guard let trouble else { return error }
        return NATSError(error.code, "\(error.message): \(trouble)", jetStreamCode: error.jetStreamCode)
    }

    /// Calls `observer` with the status now and at each change, on whatever thread brings it: it must be quick.
    func observe(_ observer: @escaping @Sendable (NATSStatus) -> Void) -> UInt64 {
        let (id, status) = state.withLock { state in
            let id = state.makeID()
            state.observers[id] = observer
            return (id, state.status)
        }
        observer(status)
        return id
    }

    func stopObserving(_ id: UInt64) { state.withLock { _ = $0.observers.removeValue(forKey: id) } }

    /// Ends every subscription once what has arrived is handed over, sends what is queued, and closes. The client is of no use afterwards.
    public func drain(timeout: Duration = .seconds(5)) async {
        let deadline = ContinuousClock.now + timeout
        let ended = subscriptionsEnded.begin(until: deadline)
        thread.wakeUp(at: deadline)
        // The first is for answers: it is needed to the end.
        for id in state.withLock({ Array($0.subscriptions.keys) }) where id != 1 { endSubscription(id, byDraining: true) }
        if state.withLock({ $0.subscriptions.count }) <= 1 { subscriptionsEnded.settle(ended, with: .success(())) }
        try? await subscriptionsEnded.value(of: ended)
        try? await flush(timeout: max(.milliseconds(100), deadline - .now))
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            thread.enqueue { [self] in
                change(to: .closed)
                let connection = state.withLock { state in
                    defer { state.connection = nil }
                    return state.connection
                }
                connection?.close()
                continuation.resume()
            }
        }
    }
}
