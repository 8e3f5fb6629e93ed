import Synchronization

/// One open transaction, lent to a closure by ``Database/transaction(_:_:)`` and useless outside of it.
public final class Transaction: SQLExecutor, Sendable {
    let session: Session
    private let hasEnded = Atomic(false)
    private let commitActions = Mutex<[@Sendable () -> Void]>([])

    private init(_ session: Session) {
        self.session = session
    }

    public func query(_ sql: SQL) async throws -> QueryResult {
        try await lent().query(sql)
    }

    @discardableResult
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] {
        try await lent().pipeline(statements)
    }

    /// Runs `body` so that it can fail without the transaction: when it throws, what it did is undone, and the error is thrown on.
    ///
    /// A serialization failure or a deadlock undoes the whole transaction all the same.
    @discardableResult
    public func savepoint<Result>(_ body: (Transaction) async throws -> Result) async throws -> Result {
        // One name for all: an inner savepoint hides the outer one until it is released, and the statements stay prepared.
        try await execute("SAVEPOINT plumbline")
        let result: Result
        do {
            result = try await body(self)
        } catch {
            try await lent().rollBackToSavepoint()
            throw error
        }
        try await execute("RELEASE SAVEPOINT plumbline")
        return result
    }

    /// Runs `action` once this transaction is committed: to wake up who waits for what it wrote.
    ///
    /// `NOTIFY` inside the transaction would do the same across processes, but makes the commits of a whole server wait for one another
    /// (measured: 3,800 a second without, 320 with). Also run when nobody knows whether the COMMIT was received; never after a rollback,
    /// nor when the process ends first: so it may only hasten what would be done anyway. It must be quick.
    public func afterCommit(_ action: @escaping @Sendable () -> Void) {
        commitActions.withLock { $0.append(action) }
    }

    private func runCommitActions() {
        for action in commitActions.withLock({ $0 }) { action() }
    }

    /// Runs a text of several statements without parameters.
    ///
    /// - Throws: ``DatabaseError`` with code `invalidStatement` when the text has ended the transaction itself.
    func script(_ text: String) async throws {
        let session = try lent()
        try await session.exclusively {
            try await session.beginNow()
            _ = try await session.runScript(text)
            guard session.isInTransaction else {
                throw DatabaseError(.invalidStatement, "The script ended the transaction that it runs in")
            }
        }
    }

    func lent() throws -> Session {
        if hasEnded.load(ordering: .acquiring) { throw DatabaseError(.closed, "The transaction was used after its closure had ended") }
        return session
    }
}

// MARK: - Begin and end

extension Transaction {
    /// An error that calls for another attempt.
    private struct Conflict: Error {
        var cause: any Error
    }

    static func retrying<Result>(_ options: TransactionOptions, _ attempt: () async throws -> Result) async throws -> Result {
        var attempts = 1
        while true {
            do {
                return try await attempt()
            } catch let conflict as Conflict {
                guard attempts < options.maximumAttempts, !Task.isCancelled else { throw conflict.cause }
                // Those who met once would meet again in step: each waits for a time of its own.
                let longest = min(10 << attempts, 500)
                do {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...longest)))
                } catch {
                    throw conflict.cause
                }
                attempts += 1
            }
        }
    }

    /// One attempt. Conflicts leave it wrapped, for ``retrying(_:_:)``.
    static func run<Result>(
        on session: Session,
        _ options: TransactionOptions,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await session.begin(options)
        let transaction = Transaction(session)
        let result: Result
        do {
            result = try await body(transaction)
        } catch {
            transaction.hasEnded.store(true, ordering: .releasing)
            let isConflict = await session.rollBack() || (error as? DatabaseError)?.isTransactionConflict == true
            throw isConflict ? Conflict(cause: error) : error
        }
        transaction.hasEnded.store(true, ordering: .releasing)
        do {
            try await session.commit()
        } catch let error as DatabaseError {
            if error.code == .commitUncertain { transaction.runCommitActions() }
            throw error.isTransactionConflict ? Conflict(cause: error) : error
        }
        transaction.runCommitActions()
        return result
    }
}

extension TransactionOptions {
    fileprivate var statement: String {
        var text = "BEGIN"
        if let isolation { text += " ISOLATION LEVEL \(isolation.rawValue)" }
        if readOnly { text += " READ ONLY" }
        return text
    }
}

extension Session {
    fileprivate func begin(_ options: TransactionOptions) async throws {
        await turn.take()
        defer { turn.give() }
        guard !isInTransaction, pendingBegin == nil else {
            throw DatabaseError(.invalidStatement, "A transaction is open on this connection; nest with savepoint")
        }
        failure = nil
        pendingBegin = options.statement
    }

    /// Undoes everything, whatever state the connection is in; a connection that can't even do that is broken. Not ended by the task's
    /// cancellation. Returns whether a conflict was what broke the transaction.
    fileprivate func rollBack() async -> Bool {
        await turn.take()
        defer { turn.give() }
        let isConflict = failure?.isTransactionConflict == true
        if pendingBegin != nil || isBroken {
            pendingBegin = nil
            return isConflict
        }
        do {
            _ = try await within(.seconds(5)) { try await runScript("ROLLBACK") }
        } catch {
            markBroken()
        }
        return isConflict
    }

    /// Not ended by the task's cancellation. A connection on which it fails is broken.
    fileprivate func rollBackToSavepoint() async {
        await turn.take()
        defer { turn.give() }
        // Not after a conflict: PostgreSQL would let the transaction go on, only to fail it again.
        guard !isBroken, failure?.isTransactionConflict != true else { return }
        do {
            _ = try await within(.seconds(5)) { try await runScript("ROLLBACK TO SAVEPOINT plumbline; RELEASE SAVEPOINT plumbline") }
            failure = nil
        } catch {
            markBroken()
        }
    }

    /// Not ended by the task's cancellation: a COMMIT that is cancelled on its way is a COMMIT nobody knows about.
    ///
    /// - Throws: ``DatabaseError``: `commitFailed` when nothing is applied, `commitUncertain` when nobody knows.
    fileprivate func commit() async throws {
        await turn.take()
        defer { turn.give() }
        if pendingBegin != nil {
            pendingBegin = nil
            return
        }
        if isBroken { throw DatabaseError(.commitFailed, "The connection was lost before", underlying: failure) }
        let result: QueryResult
        do {
            result = try await runScript("COMMIT")
        } catch var error as DatabaseError {
            error.code = isBroken ? .commitUncertain : .commitFailed
            throw error
        }
        // The closure swallowed an error; the server had not forgotten it.
        guard result.storage.commandTag != "ROLLBACK" else {
            throw DatabaseError(.commitFailed, "A statement had failed before", sqlState: failure?.sqlState, underlying: failure)
        }
    }
}
