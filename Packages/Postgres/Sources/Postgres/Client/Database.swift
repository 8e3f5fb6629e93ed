public import Logging

/// One service's database: a bounded pool of connections, opened when they are first needed.
///
/// When the server restarts, the connections it ended are replaced as they are next asked for; a caller waits for a server that is away
/// as long as for a free connection.
public final class Database: SQLExecutor, Sendable {
    private let pool: Pool
    let logger: Logger

    public init(_ configuration: DatabaseConfiguration, logger: Logger) {
        pool = Pool(configuration, logger: logger)
        self.logger = logger
    }

    public var configuration: DatabaseConfiguration { pool.configuration }

    public func query(_ sql: SQL) async throws -> QueryResult {
        try await withSession { try await $0.query(sql) }
    }

    @discardableResult
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] {
        try await withSession { try await $0.pipeline(statements) }
    }

    /// Lends one connection for several statements that belong to it: `SET`, advisory locks, COPY.
    ///
    /// What the closure leaves behind (settings, session locks, temporary tables, an open transaction) is undone before the next user.
    @discardableResult
    public func withConnection<Result>(_ body: (Connection) async throws -> Result) async throws -> Result {
        let session = try await pool.lease()
        let connection = Connection(session)
        do {
            let result = try await body(connection)
            await connection.end()
            pool.giveBack(session)
            return result
        } catch {
            await connection.end()
            pool.giveBack(session)
            throw error
        }
    }

    /// Runs `body` in one transaction: commits when it returns, rolls back when it throws.
    ///
    /// Run again from its beginning, on a serialization failure or a deadlock, up to ``TransactionOptions/maximumAttempts`` times; so
    /// what it does outside of the database must bear that. BEGIN travels with the first statement; without any, nothing is sent.
    ///
    /// - Throws: what `body` throws, unchanged; ``DatabaseError`` with code `commitFailed` when nothing was applied, and with
    ///   `commitUncertain` when the connection broke before the answer came.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ options: TransactionOptions = .init(),
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await Transaction.retrying(options) {
            try await withSession { try await Transaction.run(on: $0, options, body) }
        }
    }

    /// Asks the server for an answer, and does not wait for one that is away.
    ///
    /// - Throws: ``DatabaseError`` when there is no answer within two seconds, or no free connection within `waitTimeout`.
    public func ping() async throws {
        let session = try await pool.lease(failFast: true)
        let answers = await session.answers(within: .seconds(2))
        pool.giveBack(session)
        if !answers { throw DatabaseError(.connectionLost, "The server did not answer in time") }
    }

    /// What is notified on `channels`, over a connection of its own that is opened again whenever it breaks.
    ///
    /// The sequence ends with the task, and never throws.
    public func notifications(on channels: [String]) -> Notifications {
        Notifications(configuration: configuration, channels: channels, logger: logger)
    }

    /// Lends no more connections, waits for those in use, and closes all.
    public func close() async {
        await pool.close()
    }

    private func withSession<Result>(_ body: (Session) async throws -> Result) async throws -> Result {
        let session = try await pool.lease()
        defer { pool.giveBack(session) }
        return try await body(session)
    }
}
