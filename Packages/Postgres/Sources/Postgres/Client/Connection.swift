import Synchronization

/// One connection, lent by ``Database/withConnection(_:)`` and useless outside of its closure.
public final class Connection: SQLExecutor, Sendable {
    let session: Session
    private let hasEnded = Atomic(false)

    init(_ session: Session) {
        self.session = session
    }

    public func query(_ sql: SQL) async throws -> QueryResult {
        try await lent().query(sql)
    }

    @discardableResult
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] {
        try await lent().pipeline(statements)
    }

    /// As ``Database/transaction(_:_:)``, on this connection. Not to be nested: that is ``Transaction/savepoint(_:)``.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ options: TransactionOptions = .init(),
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await Transaction.retrying(options) {
            try await Transaction.run(on: lent(), options, body)
        }
    }

    func lent() throws -> Session {
        if hasEnded.load(ordering: .acquiring) { throw DatabaseError(.closed, "The connection was used after its closure had ended") }
        return session
    }

    /// Undoes what the closure left behind, so that the next user gets the connection as it was opened.
    func end() async {
        hasEnded.store(true, ordering: .releasing)
        await session.reset()
    }
}

extension Session {
    fileprivate func reset() async {
        await turn.take()
        defer { turn.give() }
        pendingBegin = nil
        guard !isBroken else { return }
        do {
            try await within(.seconds(5)) {
                if isInTransaction { _ = try await runScript("ROLLBACK") }
                // As DISCARD ALL, which would throw away the prepared statements too.
                _ = try await runScript("CLOSE ALL; UNLISTEN *; RESET ALL; SELECT pg_advisory_unlock_all(); DISCARD TEMP")
            }
        } catch {
            markBroken()
        }
    }
}
