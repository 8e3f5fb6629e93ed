import Synchronization

/// How many messages one worker has under way, and whether its provider is worth trying.
final class Hands: Sendable {
    private struct State {
        var underWay = 0
        var failures = 0
        var restsUntil: ContinuousClock.Instant?
    }

    private static let longestRest = Duration.seconds(30)
    private let count: Int
    private let state = Mutex(State())

    init(_ count: Int) {
        self.count = count
    }

    var free: Int { state.withLock { count - $0.underWay } }
    var areAllFree: Bool { free == count }

    func take() { state.withLock { $0.underWay += 1 } }
    func release() { state.withLock { $0.underWay -= 1 } }

    /// How long to let the provider alone.
    func rest(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { state in state.restsUntil.flatMap { $0 > now ? $0 - now : nil } }
    }

    func reached() {
        state.withLock { state in
            state.failures = 0
            state.restsUntil = nil
        }
    }

    /// A provider that isn't there is not asked for every message of the queue: those under way fail together, and count once.
    func notReached(at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            if let until = state.restsUntil, until > now { return }
            state.failures += 1
            state.restsUntil = now + min(Self.longestRest, .seconds(1 << min(state.failures - 1, 5)))
        }
    }
}
