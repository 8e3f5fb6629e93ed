import Dispatch
import Foundation
import Synchronization

/// A thread of our own for calls that may block, in the order they were handed over, and for deadlines.
///
/// libnats writes to the socket in the caller's thread and waits when its buffer is full: not a thing for the cooperative pool. What is
/// handed over while it works is done together, and sent together: the more there is to do, the less each costs.
final class WorkThread: Sendable {
    typealias Job = @Sendable () -> Void

    fileprivate struct State {
        var jobs: [Job] = []
        var wakeAt: ContinuousClock.Instant?
        var isAsleep = false
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// `tick` is called once the time given to ``wakeUp(at:)`` has come; it returns the next time that it wants to be called. `flush` is
    /// called after all that was handed over together.
    func start(
        name: String,
        tick: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?,
        flush: @escaping @Sendable () -> Void
    ) {
        let thread = Thread { [self] in run(tick: tick, flush: flush) }
        thread.name = name
        thread.start()
    }

    func enqueue(_ job: @escaping Job) {
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.takeSleep()
        }
        if mustWake { wake.signal() }
    }

    /// Calls `tick` no later than `instant`.
    func wakeUp(at instant: ContinuousClock.Instant) {
        let mustWake = state.withLock { state in
            if let planned = state.wakeAt, planned <= instant { return false }
            state.wakeAt = instant
            return state.takeSleep()
        }
        if mustWake { wake.signal() }
    }

    /// Runs what is queued, then ends.
    func stop() {
        let mustWake = state.withLock { state in
            state.isStopped = true
            return state.takeSleep()
        }
        if mustWake { wake.signal() }
    }

    private enum Step {
        case work([Job])
        case tick
        case sleep(until: ContinuousClock.Instant?)
        case end
    }

    private func run(tick: (ContinuousClock.Instant) -> ContinuousClock.Instant?, flush: () -> Void) {
        while true {
            switch nextStep() {
            case .work(let jobs):
                for job in jobs { job() }
                flush()
            case .tick:
                if let next = tick(.now) { wakeUp(at: next) }
            case .sleep(nil):
                wake.wait()
            case .sleep(let instant?):
                let left = max(.zero, instant - .now)
                let nanoseconds = left.components.seconds * 1_000_000_000 + left.components.attoseconds / 1_000_000_000
                if wake.wait(timeout: .now() + .nanoseconds(Int(nanoseconds))) == .timedOut { wokeByItself() }
            case .end:
                return
            }
        }
    }

    private func nextStep() -> Step {
        state.withLock { state in
            if let wakeAt = state.wakeAt, wakeAt <= .now {
                state.wakeAt = nil
                return .tick
            }
            if !state.jobs.isEmpty {
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return .work(state.jobs)
            }
            if state.isStopped { return .end }
            state.isAsleep = true
            return .sleep(until: state.wakeAt)
        }
    }

    /// Somebody may have seen us asleep just as the wait timed out: then the signal is there, or on its way, and is taken.
    private func wokeByItself() {
        let wasStillAsleep = state.withLock { $0.takeSleep() }
        if !wasStillAsleep { wake.wait() }
    }
}

extension WorkThread.State {
    fileprivate mutating func takeSleep() -> Bool {
        defer { isAsleep = false }
        return isAsleep
    }
}
