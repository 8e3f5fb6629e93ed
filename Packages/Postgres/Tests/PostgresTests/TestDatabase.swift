import Foundation
import LocalServers
import Logging
import Postgres

/// A schema of its own on the server that all tests share.
func makeDatabase(
    maximumConnections: Int = 4,
    waitTimeout: Duration = .seconds(20),
    statementTimeout: Duration? = nil
) async throws -> Database {
    let schema = "Test \(UUID().uuidString)"
    let server = try await PostgresServer.shared()
    var configuration = DatabaseConfiguration(
        url: server.url(),
        maximumConnections: maximumConnections,
        waitTimeout: waitTimeout,
        statementTimeout: statementTimeout,
        applicationName: schema,
        schema: schema
    )
    configuration.preparedStatementsPerConnection = 8
    let database = Database(configuration, logger: .quiet)
    try await database.execute("CREATE SCHEMA \(identifier: schema)")
    return database
}

extension Database {
    /// How many connections of this database the server sees.
    func connectionCount() async throws -> Int {
        try await value("SELECT count(*) FROM pg_stat_activity WHERE application_name = \(configuration.applicationName)")
    }
}

extension SQLExecutor {
    /// The first column of the first row.
    func value<Value: PostgresDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> Value {
        guard let row = try await row(sql), let column = row.columns.first else { throw DatabaseError(.decoding, "No row") }
        return try row.decode(column)
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// Asks until the answer is yes, or the test's time is over.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}

/// The error that `body` throws, if it is one of ours.
func databaseError<Result>(_ body: () async throws -> Result) async -> DatabaseError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? DatabaseError
    }
}
