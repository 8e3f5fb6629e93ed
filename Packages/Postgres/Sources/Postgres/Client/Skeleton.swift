public import Foundation
public import Logging

public final class Database: SQLExecutor, Sendable {
    public init(_ configuration: DatabaseConfiguration, logger: Logger) {}
    public func query(_ sql: SQL) async throws -> QueryResult { throw DatabaseError(.connectionFailed, "Not connected") }
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] { throw DatabaseError(.connectionFailed, "Not connected") }
    public func transaction<Result: Sendable>(
        _ options: TransactionOptions = .init(),
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result { throw DatabaseError(.connectionFailed, "Not connected") }
    public func withConnection<Result>(_ body: (Connection) async throws -> Result) async throws -> Result {
        throw DatabaseError(.connectionFailed, "Not connected")
    }
    public func notifications(on channels: [String]) -> Notifications { Notifications() }
    public func ping() async throws { throw DatabaseError(.connectionFailed, "Not connected") }
    public func close() async {}
}

public final class Connection: SQLExecutor, Sendable {
    public func query(_ sql: SQL) async throws -> QueryResult { throw DatabaseError(.connectionFailed, "Not connected") }
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] { throw DatabaseError(.connectionFailed, "Not connected") }
    @discardableResult
    public func copyIn(_ sql: SQL, _ write: (CopyWriter) async throws -> Void) async throws -> Int { 0 }
    @discardableResult
    public func copyIn<Rows: AsyncSequence>(_ sql: SQL, rows: Rows) async throws -> Int where Rows.Element == Data { 0 }
    public func copyOut(_ sql: SQL) -> CopyOut { CopyOut() }
}

public final class Transaction: SQLExecutor, Sendable {
    public func query(_ sql: SQL) async throws -> QueryResult { throw DatabaseError(.connectionFailed, "Not connected") }
    public func pipeline(_ statements: [SQL]) async throws -> [QueryResult] { throw DatabaseError(.connectionFailed, "Not connected") }
    public func savepoint<Result>(_ body: (Transaction) async throws -> Result) async throws -> Result { try await body(self) }
    @discardableResult
    public func copyIn(_ sql: SQL, _ write: (CopyWriter) async throws -> Void) async throws -> Int { 0 }
    @discardableResult
    public func copyIn<Rows: AsyncSequence>(_ sql: SQL, rows: Rows) async throws -> Int where Rows.Element == Data { 0 }
    public func copyOut(_ sql: SQL) -> CopyOut { CopyOut() }
}

/// What one end of ``Database/notifications(on:)`` is told.
public enum DatabaseNotification: Hashable, Sendable {
    /// LISTEN is in force for the first time: what was committed before is not told.
    case listening
    /// LISTEN is in force again after the connection was lost: what was notified meanwhile is not told, so look.
    case reconnected
    case received(channel: String, payload: String)
}

public struct Notifications: AsyncSequence, Sendable {
    public typealias Element = DatabaseNotification
    public typealias Failure = Never
    public struct AsyncIterator: AsyncIteratorProtocol {
        public mutating func next() async -> DatabaseNotification? { nil }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

public struct CopyWriter: Sendable {
    public func write(_ data: Data) async throws {}
    public func write(row fields: [String?]) async throws {}
}

public struct CopyOut: AsyncSequence, Sendable {
    public typealias Element = Data
    public struct AsyncIterator: AsyncIteratorProtocol {
        public mutating func next() async throws -> Data? { nil }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

public struct Migration: Sendable {
    public var version: Int
    public var name: String
    public var sql: [UInt8]
    public init(_ version: Int, _ name: String, _ sql: [UInt8]) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}

public struct MigrationSet: Sendable {
    public var module: String
    public var migrations: [Migration]
    public init(module: String, migrations: [Migration]) {
        self.module = module
        self.migrations = migrations
    }
}

public struct MigrationStatus: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case pending
        case applied(at: Date)
        case changed
        case unknown
    }
    public var module: String
    public var version: Int
    public var name: String
    public var state: State
}

public struct Migrator: Sendable {
    public init(database: Database, schema: String, sets: [MigrationSet]) {}
    @discardableResult
    public func migrate() async throws -> [MigrationStatus] { [] }
    public func status() async throws -> [MigrationStatus] { [] }
}
