import Foundation
import Synchronization

/// Wakes the loops that apply deliveries: one for each ring. Rings that find all of them at work are kept, for at most as many as
/// there are: each goes on until nothing is due.
package final class DeliveryBell: Sendable {
    private struct State {
        var rings = 0
        var sleeping: [(id: UUID, continuation: CheckedContinuation<Void, Never>)] = []
    }

    package let loops: Int
    private let state = Mutex(State())

    package init(loops: Int = 4) {
        self.loops = loops
    }

    package func ring() {
        let woken = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.sleeping.isEmpty else { return state.sleeping.removeFirst().continuation }
            state.rings = min(state.rings + 1, loops)
            return nil
        }
        woken?.resume()
    }

    /// Counts a ring that is kept as answered: whoever goes on at work without waiting is about to look as well.
    package func answer() {
        state.withLock { $0.rings = max($0.rings - 1, 0) }
    }

    func ringAll() {
        for _ in 0..<loops { ring() }
    }

    /// Returns at the next ring that nobody else answers, or when the task is cancelled.
    package func wait() async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled { return true }
                    if state.rings > 0 {
                        state.rings -= 1
                        return true
                    }
                    state.sleeping.append((id, continuation))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let woken = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.sleeping.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleeping.remove(at: index).continuation
            }
            woken?.resume()
        }
    }
}
