import Synchronization

/// Answers that somebody waits for, each with a deadline. Every one is settled exactly once: by its answer, its deadline, or cancellation.
///
/// ``begin(until:)`` and ``value(of:)`` are apart so that many requests can be sent in order before the first answer is waited for.
final class Waiters<Value: Sendable>: Sendable {
    typealias ID = UInt64

    private enum Entry {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
    }

    private struct State {
        var last: ID = 0
        var entries: [ID: (deadline: ContinuousClock.Instant, entry: Entry)] = [:]
    }

    private let state = Mutex(State())

    func begin(until deadline: ContinuousClock.Instant) -> ID {
        state.withLock { state in
            state.last += 1
            state.entries[state.last] = (deadline, .open)
            return state.last
        }
    }

    /// - Throws: what it was settled with; `CancellationError` when the waiting task is cancelled first.
    func value(of id: ID) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Value, any Error>? = state.withLock { state in
                    guard let (deadline, entry) = state.entries[id] else { return .failure(CancellationError()) }
                    if case .settled(let result) = entry {
                        state.entries[id] = nil
                        return result
                    }
                    state.entries[id] = (deadline, .awaited(continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            settle(id, with: .failure(CancellationError()))
        }
    }

    func settle(_ id: ID, with result: Result<Value, any Error>) {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            guard let (deadline, entry) = state.entries[id] else { return nil }
            switch entry {
            case .open:
                state.entries[id] = (deadline, .settled(result))
                return nil
            case .awaited(let continuation):
                state.entries[id] = nil
                return continuation
            case .settled:
                return nil
            }
        }
        continuation?.resume(with: result)
    }

    func settleAll(with result: Result<Value, any Error>) {
        let ids = state.withLock { Array($0.entries.keys) }
        for id in ids { settle(id, with: result) }
    }

    /// Fails what is overdue, and forgets answers that nobody came for.
    ///
    /// - Returns: the earliest deadline that is left.
    func expire(at now: ContinuousClock.Instant, with error: NATSError) -> ContinuousClock.Instant? {
        let (overdue, next) = state.withLock { state in
            var overdue: [ID] = []
            var next: ContinuousClock.Instant?
            for (id, (deadline, entry)) in state.entries {
                if deadline > now {
                    next = min(next ?? deadline, deadline)
                } else if case .settled = entry, deadline + .seconds(60) < now {
                    state.entries[id] = nil
                } else {
                    overdue.append(id)
                }
            }
            return (overdue, next)
        }
        for id in overdue { settle(id, with: .failure(error)) }
        return next
    }
}
