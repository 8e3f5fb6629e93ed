import CLibPQ
import Foundation
import Synchronization

/// The one thread of this package that waits: on every connection's socket, by epoll, and for deadlines.
///
/// It never talks to libpq; it wakes the task that does.
final class Reactor: Sendable {
    static let shared = Reactor()

    private let epoll = plumbline_epoll_create()
    private let wakeUp = plumbline_eventfd_create()
    private let state = Mutex(State())
    private static let wakeUpID: UInt64 = 0

    private struct State {
        var nextID: UInt64 = 1
        var watches: [UInt64: SocketWatch] = [:]
        /// By deadline, the latest first, so that the next one is taken from the end.
        var timers: [Timer] = []
    }

    private struct Timer {
        var deadline: ContinuousClock.Instant
        var id: UInt64
        var fire: @Sendable () -> Void
    }

    private init() {
        guard epoll >= 0, wakeUp >= 0, plumbline_epoll_add(epoll, wakeUp, plumbline_epoll_level_readable, Self.wakeUpID) == 0 else {
            return
        }
        let thread = Thread { [self] in run() }
        thread.name = "postgres-reactor"
        thread.start()
    }

    /// Watches a socket until ``remove(_:)``.
    ///
    /// - Throws: ``DatabaseError`` with code `connectionFailed` when the process has no file descriptors left.
    func watch(duplicating socket: Int32) throws -> SocketWatch {
        // A descriptor of our own: libpq closes its own one when the connection breaks, and the number is then somebody else's.
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw DatabaseError(.connectionFailed, "No file descriptor is left (errno \(errno))") }
        let watch = state.withLock { state in
            let watch = SocketWatch(id: state.nextID, socket: own, reactor: self)
            state.nextID += 1
            state.watches[watch.id] = watch
            return watch
        }
        guard plumbline_epoll_add(epoll, own, 0, watch.id) == 0 else {
            let code = errno
            watch.close()
            throw DatabaseError(.connectionFailed, "The socket can't be watched (errno \(code))")
        }
        return watch
    }

    /// Arms the watch for its next event only; false when the socket can't be watched any more.
    func arm(_ watch: SocketWatch, for interest: SocketWatch.Interest) -> Bool {
        plumbline_epoll_modify(epoll, watch.socket, interest.events, watch.id) == 0
    }

    func remove(_ watch: SocketWatch) {
        _ = plumbline_epoll_remove(epoll, watch.socket)
        _ = state.withLock { $0.watches.removeValue(forKey: watch.id) }
    }

    /// Runs `fire` on the reactor's thread at `deadline`; it must return at once. Returns an id for ``cancelTimer(_:)``.
    func at(_ deadline: ContinuousClock.Instant, _ fire: @escaping @Sendable () -> Void) -> UInt64 {
        let (id, isNext) = state.withLock { state in
            let timer = Timer(deadline: deadline, id: state.nextID, fire: fire)
            state.nextID += 1
            let index = state.timers.firstIndex { $0.deadline <= deadline } ?? state.timers.endIndex
            state.timers.insert(timer, at: index)
            return (timer.id, index == state.timers.endIndex - 1)
        }
        if isNext { ring() }
        return id
    }

    func cancelTimer(_ id: UInt64) {
        state.withLock { state in
            if let index = state.timers.lastIndex(where: { $0.id == id }) { state.timers.remove(at: index) }
        }
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }

    private func run() {
        var ids = [UInt64](repeating: 0, count: 64)
        while true {
            let count = plumbline_epoll_wait(epoll, &ids, Int32(ids.count), millisecondsToNextTimer())
            for id in ids.prefix(Int(max(count, 0))) {
                if id == Self.wakeUpID {
                    var rung: UInt64 = 0
                    _ = read(wakeUp, &rung, MemoryLayout<UInt64>.size)
                } else {
                    state.withLock { $0.watches[id] }?.signal(.ready)
                }
            }
            for timer in dueTimers() { timer.fire() }
        }
    }

    private func millisecondsToNextTimer() -> Int32 {
        guard let next = state.withLock({ $0.timers.last?.deadline }) else { return -1 }
        let left = ContinuousClock.now.duration(to: next)
        // Rounded up: a timer that is woken for too early would be waited for again, at once, many times.
        return Int32(clamping: max(0, (left / .milliseconds(1)).rounded(.up)).asInt)
    }

    private func dueTimers() -> [Timer] {
        state.withLock { state in
            guard !state.timers.isEmpty else { return [] }
            let now = ContinuousClock.now
            var due: [Timer] = []
            while let timer = state.timers.last, timer.deadline <= now {
                due.append(timer)
                state.timers.removeLast()
            }
            return due
        }
    }
}

extension Double {
    fileprivate var asInt: Int { Int(exactly: self) ?? .max }
}
