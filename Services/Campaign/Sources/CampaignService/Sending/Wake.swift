import Synchronization

/// Wakes one loop that waits for work, at the latest after a while. Calls that come while it works are one call.
final class Wake: Sendable {
    private struct State {
        var isSignalled = false
        var isFinished = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var isFinished: Bool { state.withLock { $0.isFinished } }

    func signal() { wake { $0.isSignalled = true } }

    /// Signals for good: whoever waits now or later doesn't wait any more.
    func finish() { wake { $0.isFinished = true } }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            if state.waiting != nil { state.isSignalled = false }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns at the next signal, after `limit`, or when the task is cancelled. For one waiter at a time.
    func wait(upTo limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.waitForSignal() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForSignal() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isSignalled || state.isFinished || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiting = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }?.resume()
        }
    }
}
