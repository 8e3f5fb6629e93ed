/// Whatever runs statements: a ``Database`` (each on a connection of the pool), a ``Connection`` or a ``Transaction``.
public protocol SQLExecutor: Sendable {
    /// Runs one statement.
    ///
    /// - Throws: ``DatabaseError``. When the task is cancelled the statement is cancelled on the server too (code `cancelled`).
    func query(_ sql: SQL) async throws -> QueryResult

    /// Runs `statements` in order and in one round trip. Outside of a transaction they are one: all are applied, or none.
    ///
    /// - Throws: ``DatabaseError`` of the first that fails, with its ``DatabaseError/statementIndex``; the ones behind it are not run.
    @discardableResult
    func pipeline(_ statements: [SQL]) async throws -> [QueryResult]
}

extension SQLExecutor {
    /// Runs one statement and returns how many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int { try await query(sql).rowsAffected }

    /// All rows of one statement.
    public func rows(_ sql: SQL) async throws -> [Row] { try await query(sql).rows }

    /// The first row of one statement, or `nil`.
    public func row(_ sql: SQL) async throws -> Row? { try await query(sql).firstRow }
}

extension QueryResult {
    var firstRow: Row? { storage.rowCount > 0 ? Row(storage: storage, index: 0) : nil }
}
