import CLibPQ
import Foundation
import Synchronization

/// Cancels what one connection is doing, from whatever thread a task is cancelled on.
///
/// `PQcancel` opens a connection of its own and blocks, so it runs on a thread of its own. A cancellation that reaches the server before
/// the statement does is forgotten there; so it is repeated until the statement has ended.
final class Canceller: Sendable {
    /// After this long without an answer the connection is cut off.
    private static let patience: Duration = .seconds(10)

    private let handle: Handle
    private let watch: SocketWatch
    private let state = Mutex(State())

    private struct State {
        /// Counts the statements; even while none is under way.
        var phase = 0
        var attempt: Attempt?
        var isArmed: Bool { phase % 2 == 1 }
    }

    /// One thread's work on one statement.
    private final class Attempt: Sendable {
        let stop = DispatchSemaphore(value: 0)
        let ended = Mutex<(isOver: Bool, waiter: CheckedContinuation<Bool, Never>?)>((false, nil))

        /// Wakes whoever waits for the end; `true` when the thread is really gone.
        func finish(_ isOver: Bool) {
            let waiter = ended.withLock { ended in
                if isOver { ended.isOver = true }
                return ended.waiter.take()
            }
            waiter?.resume(returning: isOver)
        }
    }

    /// `@unchecked Sendable`: a `PGcancel` is never changed after its making, and "PQcancel can safely be invoked from a signal handler",
    /// that is, at any moment beside the connection's own thread (PostgreSQL: libpq, canceling queries in progress).
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { self.pointer = pointer }

        deinit { PQfreeCancel(pointer) }
    }

    init?(connection: OpaquePointer, watch: SocketWatch) {
        guard let pointer = PQgetCancel(connection) else { return nil }
        handle = Handle(pointer)
        self.watch = watch
    }

    /// A statement begins that may be cancelled.
    func arm() {
        state.withLock { $0.phase += 1 }
    }

    /// Cancels the statement that is under way, if there is one. Returns at once.
    func request() {
        let begun = state.withLock { state -> (Attempt, Int)? in
            guard state.isArmed, state.attempt == nil else { return nil }
            let attempt = Attempt()
            state.attempt = attempt
            return (attempt, state.phase)
        }
        guard let (attempt, phase) = begun else { return }
        _ = Reactor.shared.at(.now + Self.patience) { [weak self] in self?.cutOff(ifStillIn: phase) }
        Thread.detachNewThread { [handle] in
            var message = [CChar](repeating: 0, count: 256)
            var pause = 0.1
            repeat {
                _ = PQcancel(handle.pointer, &message, Int32(message.count))
                pause *= 2
            } while attempt.stop.wait(timeout: .now() + pause) == .timedOut && pause < 10
            attempt.finish(true)
        }
    }

    /// The statement has ended: waits until no cancellation is on its way any more, so that it can't meet the next statement.
    ///
    /// Returns what became of the cancellation.
    func disarm() async -> Disarmed {
        let attempt = state.withLock { state in
            state.phase += 1
            return state.attempt.take()
        }
        guard let attempt else { return .untouched }
        attempt.stop.signal()
        let timer = Reactor.shared.at(.now + .seconds(3)) { attempt.finish(false) }
        defer { Reactor.shared.cancelTimer(timer) }
        let isOver = await withCheckedContinuation { continuation in
            let isOver = attempt.ended.withLock { ended in
                if !ended.isOver { ended.waiter = continuation }
                return ended.isOver
            }
            if isOver { continuation.resume(returning: true) }
        }
        return isOver ? .cancelled : .stillOnItsWay
    }

    enum Disarmed {
        case untouched
        case cancelled
        /// The connection must not be used again: the cancellation may meet whatever runs on it next.
        case stillOnItsWay
    }

    private func cutOff(ifStillIn phase: Int) {
        if state.withLock({ $0.phase == phase }) { watch.cutOff() }
    }
}
