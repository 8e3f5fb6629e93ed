import Contracts
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// A door that opens once: connected, migrated, streams there.
final class Preparation: Sendable {
    private struct State {
        var isDone = false
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    var isDone: Bool { state.withLock { $0.isDone } }

    func open() {
        let waiting = state.withLock { state in
            state.isDone = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// - Throws: `CancellationError` when the task is cancelled before the door opens.
    func wait() async throws {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.isDone { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
        }
    }
}

/// Does what must be done before the others work, again and again until it succeeds: each service starts without the
/// others and waits for what it needs.
struct Preparing: Service {
    let prepared: Preparation
    let logger: Logger
    let prepare: @Sendable () async throws -> Void

    /// - Throws: what waiting can't mend: migrations that don't fit the database.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await prepareUntilItSucceeds() }
            prepared.open()
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
    }

    private func prepareUntilItSucceeds() async throws {
        var pause = Duration.milliseconds(200)
        while true {
            try Task.checkCancellation()
            do {
                return try await prepare()
            } catch let error as DatabaseError where error.code == .migration {
                throw error
            } catch {
                try Task.checkCancellation()
                // What the server says is for the log: which migration, which host. No bound value can be in it, since none was sent.
                let reason = (error as? DatabaseError)?.message ?? "\(error)"
                logger.warning(
                    "Not ready to work yet; trying again",
                    metadata: ["error": "\(error)", "reason": "\(reason)", "pause": "\(pause)"]
                )
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }
}

/// A service that begins once all is prepared.
struct AfterPreparation: Service {
    let service: any Service
    let prepared: Preparation

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await prepared.wait() }
        } catch is CancellationError {
            return
        }
        try await service.run()
    }
}

/// Closes a client when all that use it have ended: it is listed before them, and services stop in reverse order.
struct Closing: Service {
    let close: @Sendable () async -> Void

    init(_ close: @escaping @Sendable () async -> Void) {
        self.close = close
    }

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
