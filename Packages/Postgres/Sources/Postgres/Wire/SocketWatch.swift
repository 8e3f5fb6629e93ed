import CLibPQ
import Foundation
import Synchronization

/// One socket's readiness, awaited by one task at a time.
final class SocketWatch: Sendable {
    enum Outcome: Sendable {
        case ready
        case timedOut
        case cancelled
        case closed
    }

    struct Interest: OptionSet, Sendable {
        let rawValue: Int
        static let read = Interest(rawValue: 1)
        static let write = Interest(rawValue: 2)

        var events: UInt32 {
            (contains(.read) ? plumbline_epoll_readable : 0) | (contains(.write) ? plumbline_epoll_writable : 0)
        }
    }

    let id: UInt64
    let socket: Int32
    private let reactor: Reactor
    private let state = Mutex(State())

    private struct State {
        var waiter: CheckedContinuation<Outcome, Never>?
        /// Counts the waits, so that a late timer ends only the wait it was set for.
        var wait = 0
        var isClosed = false
    }

    init(id: UInt64, socket: Int32, reactor: Reactor) {
        self.id = id
        self.socket = socket
        self.reactor = reactor
    }

    /// Suspends until the socket is ready. Not ended by the task's cancellation.
    func wait(for interest: Interest, until deadline: ContinuousClock.Instant? = nil) async -> Outcome {
        guard let deadline else {
            return await withCheckedContinuation { begin($0, interest) }
        }
        let number = state.withLock { $0.wait + 1 }
        let timer = reactor.at(deadline) { [weak self] in self?.signal(.timedOut, wait: number) }
        defer { reactor.cancelTimer(timer) }
        return await withCheckedContinuation { continuation in
            begin(continuation, interest)
            // The timer may have fired before there was anybody to wake.
            if deadline <= .now { signal(.timedOut, wait: number) }
        }
    }

    /// As ``wait(for:until:)``, but ends with `cancelled` when the task is cancelled.
    func cancellableWait(for interest: Interest, until deadline: ContinuousClock.Instant) async -> Outcome {
        await withTaskCancellationHandler {
            if Task.isCancelled { return .cancelled }
            let number = state.withLock { $0.wait + 1 }
            let timer = reactor.at(deadline) { [weak self] in self?.signal(.timedOut, wait: number) }
            defer { reactor.cancelTimer(timer) }
            return await withCheckedContinuation { continuation in
                begin(continuation, interest)
                // The handler may have run before there was anybody to wake.
                if Task.isCancelled { signal(.cancelled) }
                if deadline <= .now { signal(.timedOut, wait: number) }
            }
        } onCancel: {
            signal(.cancelled)
        }
    }

    private func begin(_ continuation: CheckedContinuation<Outcome, Never>, _ interest: Interest) {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.wait += 1
            state.waiter = continuation
            return true
        }
        guard isOpen else { return continuation.resume(returning: .closed) }
        if !reactor.arm(self, for: interest) { signal(.closed) }
    }

    /// Ends the wait that is under way, if there is one (and it is that one).
    func signal(_ outcome: Outcome, wait: Int? = nil) {
        let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            if let wait, state.wait != wait { return nil }
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// Cuts the connection off, from whatever thread: its next read or write fails.
    func cutOff() {
        state.withLock { state in
            if !state.isClosed { _ = shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Whether something can be read right now: bytes, or the end.
    func peek() -> Peek {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        if count > 0 { return .byte(byte) }
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? .nothing : .end
    }

    enum Peek: Equatable {
        case nothing
        case byte(UInt8)
        case end
    }

    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard wasOpen else { return }
        reactor.remove(self)
        signal(.closed)
        _ = Foundation.close(socket)
    }
}
