import Logging
import Synchronization

/// The bounded set of connections behind a ``Database``.
final class Pool: Sendable {
    private typealias State = PoolState<Session>
    private typealias Waiter = CheckedContinuation<State.Place, any Error>

    private struct Guarded {
        var places: State
        var waiters: [State.WaiterID: Waiter] = [:]
        var nextWaiterID: State.WaiterID = 0
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: DatabaseConfiguration
    private let logger: Logger
    private let state: Mutex<Guarded>
    /// Whether the last attempt to connect failed, so that an outage is told once and not by every caller.
    private let isAway = Atomic(false)

    init(_ configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Mutex(Guarded(places: PoolState(limit: configuration.maximumConnections)))
    }

    /// Lends a connection that works, as far as can be known without asking the server.
    ///
    /// Waits for a free place, and for a server that is away, until `waitTimeout` has passed; with `failFast` it does not wait for a server.
    func lease(failFast: Bool = false) async throws -> Session {
        let deadline = ContinuousClock.now + configuration.waitTimeout
        while true {
            guard case .open(let session, let since) = try await place(until: deadline) else { break }
            if await isHealthy(session, idleSince: since) {
                session.failure = nil
                return session
            }
            session.close()
            giveBack(nil)
        }
        do {
            return try await open(until: deadline, failFast: failFast)
        } catch {
            giveBack(nil)
            throw error
        }
    }

    /// Takes a connection back: for the next user if it is as good as new, else to be closed.
    func giveBack(_ session: Session?) {
        var reusable = session
        if let session, !session.isReusable {
            session.close()
            reusable = nil
        }
        let now = ContinuousClock.now
        let (next, isLast, isClosed) = state.withLock { guarded -> (Waiter?, [CheckedContinuation<Void, Never>], Bool) in
            if let id = guarded.places.giveBack(reusable, at: now) { return (guarded.waiters.removeValue(forKey: id), [], false) }
            guard guarded.places.isClosed, guarded.places.placesInUse == 0 else { return (nil, [], guarded.places.isClosed) }
            defer { guarded.closing = [] }
            return (nil, guarded.closing, true)
        }
        if isClosed { reusable?.close() }
        next?.resume(returning: reusable.map { .open($0, idleSince: now) } ?? .empty)
        for continuation in isLast { continuation.resume() }
    }

    /// Lends no more; closes what is idle, and waits for what is lent to come back.
    func close() async {
        let (idle, waiters) = state.withLock { guarded in
            let (idle, ids) = guarded.places.close()
            return (idle, ids.compactMap { guarded.waiters.removeValue(forKey: $0) })
        }
        for session in idle { session.close() }
        for waiter in waiters { waiter.resume(throwing: Self.closedError) }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { guarded in
                if guarded.places.placesInUse > 0 { guarded.closing.append(continuation) }
                return guarded.places.placesInUse == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    private static var closedError: DatabaseError { DatabaseError(.closed, "The database is closed") }
}

// MARK: - Places

extension Pool {
    private func place(until deadline: ContinuousClock.Instant) async throws -> State.Place {
        switch state.withLock({ $0.places.lease() }) {
        case .granted(let place): return place
        case .closed: throw Self.closedError
        case .mustWait: break
        }
        let id = state.withLock { guarded in
            guarded.nextWaiterID += 1
            return guarded.nextWaiterID
        }
        let timer = Reactor.shared.at(deadline) { [weak self] in
            self?.turnAway(id, DatabaseError(.waitTimeout, "All connections were in use for too long"))
        }
        defer { Reactor.shared.cancelTimer(timer) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waitInLine($0, id, deadline) }
        } onCancel: {
            turnAway(id, DatabaseError(.cancelled, "The task was cancelled"))
        }
    }

    private func waitInLine(_ waiter: Waiter, _ id: State.WaiterID, _ deadline: ContinuousClock.Instant) {
        let lease = state.withLock { guarded in
            // A place may have become free since it was asked for.
            let lease = guarded.places.lease()
            if case .mustWait = lease {
                guarded.places.enqueue(id)
                guarded.waiters[id] = waiter
            }
            return lease
        }
        switch lease {
        case .granted(let place): waiter.resume(returning: place)
        case .closed: waiter.resume(throwing: Self.closedError)
        case .mustWait:
            // The timer and the cancellation may have come before there was anybody to turn away.
            if Task.isCancelled { turnAway(id, DatabaseError(.cancelled, "The task was cancelled")) }
            if deadline <= .now { turnAway(id, DatabaseError(.waitTimeout, "All connections were in use for too long")) }
        }
    }

    private func turnAway(_ id: State.WaiterID, _ error: DatabaseError) {
        let waiter = state.withLock { guarded in
            guarded.places.withdraw(id) ? guarded.waiters.removeValue(forKey: id) : nil
        }
        waiter?.resume(throwing: error)
    }
}

// MARK: - Health

extension Pool {
    private func isHealthy(_ session: Session, idleSince: ContinuousClock.Instant) async -> Bool {
        if session.hasBeenEnded { return false }
        guard idleSince.duration(to: .now) > configuration.pingAfterIdle else { return true }
        return await session.answers(within: .seconds(2))
    }

    /// Opens a connection; tries again with growing pauses while the server is away and there is time.
    private func open(until deadline: ContinuousClock.Instant, failFast: Bool) async throws -> Session {
        var pause = Duration.milliseconds(25)
        while true {
            do {
                let session = try await Connector.open(configuration, until: deadline)
                if isAway.exchange(false, ordering: .relaxed) { logger.info("Database is reachable again") }
                return session
            } catch let error as DatabaseError {
                if error.code == .connectionFailed, !isAway.exchange(true, ordering: .relaxed) {
                    // The message names host and port, and never the password.
                    logger.info("Database is not reachable", metadata: ["error": "\(error)", "reason": "\(error.message)"])
                }
                guard error.mayConnectLater, !failFast, .now + pause < deadline else { throw error }
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    throw DatabaseError(.cancelled, "The task was cancelled")
                }
                pause = min(pause * 2, .milliseconds(400))
            }
        }
    }
}

extension Session {
    /// Whether the server answers the shortest question in time; a session that does not is broken.
    func answers(within duration: Duration) async -> Bool {
        do {
            return try await exclusively(cancellable: false) {
                try await within(duration) {
                    _ = try await runScript("")
                    return true
                }
            }
        } catch {
            markBroken()
            return false
        }
    }
}
