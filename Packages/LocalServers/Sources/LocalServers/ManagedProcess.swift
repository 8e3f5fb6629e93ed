import CProcessSpawn
public import Foundation
import Synchronization

/// How long something that was started here may live.
public enum Lifetime: Sendable {
    /// Ends with this process, also when this process is killed with SIGKILL: a guard waits on a pipe that only we hold open.
    case thisProcess
    /// Goes on after this process, in a session of its own; found again by its pid file.
    case lasting
}

/// How a process ended.
public enum ProcessExit: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)
    /// It was not our child, so only its end is known.
    case unknown

    public var isSuccess: Bool { self == .code(0) }
}

/// A process that was started here, or was found again by its pid file.
public final class ManagedProcess: Sendable {
    /// What to start.
    public struct Configuration: Sendable {
        /// A path, or a name to look up in `PATH`.
        public var executable: String
        public var arguments: [String]
        /// The whole environment; nothing is inherited but what is put here.
        public var environment: [String: String]
        /// The working directory; this process's own without one.
        public var directory: String?
        /// Where standard output and error are appended; nowhere without one.
        public var logFile: String?
        /// Written once the process runs: its number and its start time, so that a reused number isn't taken for it.
        public var pidFile: String?
        public var lifetime: Lifetime
        /// The account to run as; only root may name another.
        public var user: String?
        /// What a guard removes once the process has ended after ours: the directory of a throw-away server.
        public var removedByGuard: String?
        /// How a guard asks the process to end; SIGKILL follows after 5 seconds.
        public var guardSignal: Int32

        public init(
            executable: String,
            arguments: [String] = [],
            environment: [String: String] = ProcessInfo.processInfo.environment,
            directory: String? = nil,
            logFile: String? = nil,
            pidFile: String? = nil,
            lifetime: Lifetime = .thisProcess,
            user: String? = nil,
            removedByGuard: String? = nil,
            guardSignal: Int32 = SIGTERM
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
            self.logFile = logFile
            self.pidFile = pidFile
            self.lifetime = lifetime
            self.user = user
            self.removedByGuard = removedByGuard
            self.guardSignal = guardSignal
        }
    }

    private struct State {
        var exit: ProcessExit?
        var waiting: [UUID: AsyncStream<ProcessExit>.Continuation] = [:]
    }

    public let pid: Int32
    /// A pidfd: it stands for this process even when its number is used again. Closed in `deinit`.
    private let descriptor: Int32
    private let state = Mutex(State())

    private init(pid: Int32, descriptor: Int32) {
        self.pid = pid
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Starts a process; returns once its program was loaded.
    ///
    /// - Throws: ``LocalServerError`` when the program isn't there, may not be run, or the log can't be written.
    public static func start(_ configuration: Configuration) async throws -> ManagedProcess {
        let request = try SpawnRequest(configuration)
        let pidFile = configuration.pidFile
        return try await withCheckedThrowingContinuation { continuation in
            // The thread that spawns stays to reap: it blocks, so it can't be one of the pool's.
            Thread.detachNewThread {
                do {
                    let spawned = try request.spawn()
                    let process = ManagedProcess(pid: spawned.pid, descriptor: plumbline_open_process(spawned.pid))
                    if let pidFile { try PIDFile(pid: spawned.pid).write(to: pidFile) }
                    continuation.resume(returning: process)
                    process.reap(spawned)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// The process that a pid file speaks of, or nil when it no longer runs.
    public static func attach(pidFile: String) -> ManagedProcess? {
        guard let known = PIDFile(path: pidFile), known.isRunning else { return nil }
        let descriptor = plumbline_open_process(known.pid)
        guard descriptor >= 0 else { return nil }
        let process = ManagedProcess(pid: known.pid, descriptor: descriptor)
        Thread.detachNewThread {
            plumbline_wait_process(process.descriptor)
            process.finish(.unknown)
        }
        return process
    }

    /// Whether it has not ended yet. A stopped (SIGSTOP) process still runs.
    public var isRunning: Bool { state.withLock { $0.exit == nil } }

    /// How it ended, or nil while it runs.
    public var exit: ProcessExit? { state.withLock { $0.exit } }

    /// Sends a signal; nothing happens when the process has ended.
    public func signal(_ number: Int32) {
        _ = plumbline_signal_process(descriptor, number)
    }

    /// Sends SIGSTOP and returns once every thread stands still: the signal itself only says that they soon will.
    public func pause() async throws {
        signal(SIGSTOP)
        _ = try await poll(within: .seconds(10)) { !isRunning || PIDFile.isStopped(pid) }
    }

    /// Waits for its end.
    ///
    /// - Throws: `CancellationError`; the process goes on.
    @discardableResult
    public func waitForExit() async throws -> ProcessExit {
        let key = UUID()
        let (ends, continuation) = AsyncStream.makeStream(of: ProcessExit.self)
        state.withLock { state in
            if let exit = state.exit {
                continuation.yield(exit)
                continuation.finish()
            } else {
                state.waiting[key] = continuation
            }
        }
        defer { state.withLock { $0.waiting[key] = nil } }
        for await exit in ends { return exit }
        throw CancellationError()
    }

    /// Waits for its end at most for a time; nil when it still runs then.
    public func waitForExit(within time: Duration) async throws -> ProcessExit? {
        try await withThrowingTaskGroup(of: ProcessExit?.self) { group in
            group.addTask { try await self.waitForExit() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Asks it to end, and kills it when it hasn't within `grace`.
    @discardableResult
    public func stop(signal number: Int32 = SIGTERM, grace: Duration = .seconds(10)) async throws -> ProcessExit {
        signal(number)
        if let exit = try await waitForExit(within: grace) { return exit }
        signal(SIGKILL)
        return try await waitForExit()
    }

    /// SIGKILL to it and to the processes that it started itself; returns once all have ended.
    func killWithChildren() async throws {
        // Stopped, it starts no more of them while they are counted.
        try await pause()
        // The number of one that has ended may be another's.
        guard isRunning else { return }
        let children = PIDFile.children(of: pid)
        signal(SIGKILL)
        for child in children where child.isRunning { kill(child.pid, SIGKILL) }
        try await waitForExit()
        guard try await poll(within: .seconds(10), { !children.contains(where: \.isRunning) }) else {
            throw LocalServerError(.notReady, "processes of \(pid) are still there after SIGKILL")
        }
    }

    private func reap(_ spawned: plumbline_spawned) {
        var status: Int32 = 0
        while waitpid(spawned.pid, &status, 0) < 0 && errno == EINTR {}
        if spawned.guard_pid > 0 {
            // With the process gone the guard has nothing left to end, and its number may soon be another's.
            _ = "done\n".withCString { write(spawned.guard_pipe, $0, 5) }
            close(spawned.guard_pipe)
            while waitpid(spawned.guard_pid, nil, 0) < 0 && errno == EINTR {}
        }
        // wait(2): the low seven bits are the signal, the next eight the code.
        let signal = status & 0x7f
        finish(signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal))
    }

    private func finish(_ exit: ProcessExit) {
        let waiting = state.withLock { state in
            state.exit = exit
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting {
            continuation.yield(exit)
            continuation.finish()
        }
    }
}
