import CLibPQ
import Foundation
import Synchronization

/// One connection to the server and all that is kept with it.
///
/// `@unchecked Sendable`: libpq allows a connection to be used by any thread, but by one at a time. Everything that touches `connection`
/// or the variables below runs inside ``exclusively(cancellable:_:)``, or while the pool alone holds the session; ``Canceller`` and
/// ``SocketWatch``, which others touch meanwhile, are thread-safe by themselves.
final class Session: @unchecked Sendable {
    let connection: OpaquePointer
    let watch: SocketWatch
    let canceller: Canceller
    let turn = Turn()
    var statements: StatementCache
    /// BEGIN, as it will be sent together with the first statement: a transaction costs one round trip less.
    var pendingBegin: String?
    /// What broke the transaction that is open; a closure may have swallowed it.
    var failure: DatabaseError?
    /// Set when the conversation with the server has broken off: never to be used again.
    private(set) var isBroken = false
    /// The end of what is done now, for what must not take for ever.
    var deadline: ContinuousClock.Instant?
    private var isClosed = false
    /// While rows are copied, the closure or loop that copies them has the turn: another statement in it would wait for itself.
    let isCopying = Atomic(false)

    init(owning connection: OpaquePointer, preparedStatements: Int) throws {
        self.connection = connection
        statements = StatementCache(capacity: preparedStatements)
        do {
            watch = try Reactor.shared.watch(duplicating: PQsocket(connection))
        } catch {
            PQfinish(connection)
            throw error
        }
        guard PQsetnonblocking(connection, 1) == 0, let canceller = Canceller(connection: connection, watch: watch) else {
            watch.close()
            PQfinish(connection)
            throw DatabaseError(.connectionFailed, "The connection can't be made non-blocking")
        }
        self.canceller = canceller
    }

    deinit {
        close()
    }

    /// Says goodbye to the server and frees everything. Only for who holds the session alone.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        isBroken = true
        PQfinish(connection)
        watch.close()
    }

    func markBroken() {
        isBroken = true
    }

    var isInTransaction: Bool {
        switch PQtransactionStatus(connection) {
        case PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_ACTIVE: true
        default: false
        }
    }

    /// Whether the next user gets it as good as new.
    var isReusable: Bool {
        !isBroken && pendingBegin == nil && PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    /// Whether the server has ended the connection while nobody used it. One system call where nothing has come, and nothing is sent.
    var hasBeenEnded: Bool {
        // By TLS the last words come in several records, and what is in one can't be seen from outside.
        for _ in 0..<16 {
            switch watch.peek() {
            case .nothing: return false
            case .end: return true
            // An error nobody asked for: the server's last words ("terminating connection due to administrator command").
            case .byte(UInt8(ascii: "E")): return true
            case .byte:
                guard PQconsumeInput(connection) == 1, PQisBusy(connection) == 0, PQstatus(connection) == CONNECTION_OK else { return true }
            }
        }
        return true
    }
}

// MARK: - One at a time

extension Session {
    /// Runs one conversation with the server while all other tasks wait, and cancels it on the server when the task is cancelled.
    func exclusively<Result>(cancellable: Bool = true, _ body: () async throws -> Result) async throws -> Result {
        if isCopying.load(ordering: .acquiring) {
            throw DatabaseError(.invalidStatement, "A COPY is under way on this connection")
        }
        await turn.take()
        defer { turn.give() }
        guard !isBroken else { throw DatabaseError(.connectionLost, "The connection is broken", underlying: failure) }
        guard cancellable else { return try await noting { try await body() } }
        if Task.isCancelled { throw DatabaseError(.cancelled, "The task was cancelled") }

        canceller.arm()
        do {
            let result = try await withTaskCancellationHandler {
                try await noting { try await body() }
            } onCancel: { [canceller] in
                canceller.request()
            }
            await settleCancellation()
            return result
        } catch {
            let wasRequested = await settleCancellation()
            guard wasRequested, let error = error as? DatabaseError, error.sqlState == .queryCancelled || isBroken else { throw error }
            var cancelled = DatabaseError(.cancelled, "The task was cancelled", underlying: error)
            cancelled.statement = error.statement
            throw cancelled
        }
    }

    @discardableResult
    private func settleCancellation() async -> Bool {
        switch await canceller.disarm() {
        case .untouched: return false
        case .cancelled: return true
        case .stillOnItsWay:
            markBroken()
            return true
        }
    }

    private func noting<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            if failure == nil { failure = error as? DatabaseError }
            throw error
        }
    }

    /// Runs `body` with an end set to it; when that has passed, the connection counts as broken.
    func within<Result>(_ duration: Duration, _ body: () async throws -> Result) async throws -> Result {
        deadline = .now + duration
        defer { deadline = nil }
        return try await body()
    }
}

// MARK: - Waiting

extension Session {
    /// Sends all that libpq holds back, reading meanwhile, so that neither side waits for the other to read.
    func flush() async throws {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                try proceed(after: await watch.wait(for: [.read, .write], until: deadline))
                try consumeInput()
            default: throw lost()
            }
        }
    }

    /// Suspends until ``PQgetResult`` would not block. Nothing can be there right after sending, so it waits before it reads.
    func waitForResult() async throws {
        while PQisBusy(connection) == 1 {
            try proceed(after: await watch.wait(for: .read, until: deadline))
            try consumeInput()
        }
    }

    func consumeInput() throws {
        guard PQconsumeInput(connection) == 1 else { throw lost() }
    }

    func proceed(after outcome: SocketWatch.Outcome) throws {
        switch outcome {
        case .ready: return
        case .timedOut:
            markBroken()
            throw DatabaseError(.connectionLost, "The server did not answer in time")
        case .cancelled, .closed: throw lost()
        }
    }

    /// Marks the connection as broken and says why.
    func lost() -> DatabaseError {
        markBroken()
        return DatabaseError(.connectionLost, lastMessage)
    }

    var lastMessage: String {
        PQerrorMessage(connection).map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
    }
}
