import LocalServers
import LocalStack
import Logging
import Postgres

/// What PostgreSQL itself takes to keep something: a row in a table without indexes but its key, committed to disk, one
/// after another on one connection.
struct BareCommit: Sendable {
    private let database: Database

    static func with<Result>(_ stack: LocalStack, _ body: (BareCommit) async throws -> Result) async throws -> Result {
        let configuration = DatabaseConfiguration(
            url: stack.postgres.url(database: "plumbline"),
            maximumConnections: 1,
            applicationName: "bench"
        )
        let database = Database(configuration, logger: Logger(label: "bench"))
        do {
            try await database.execute("CREATE SCHEMA IF NOT EXISTS bench")
            try await database.execute(
                "CREATE TABLE IF NOT EXISTS bench.bare_commits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)"
            )
            let result = try await body(BareCommit(database: database))
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    func measure(_ count: Int) async throws -> [Duration] {
        let body = String(repeating: "x", count: 256)
        return try await database.withConnection { connection in
            try await connection.execute("SET synchronous_commit = on")
            var durations: [Duration] = []
            for _ in 0..<count {
                let start = ContinuousClock.now
                try await connection.execute("INSERT INTO bench.bare_commits (body) VALUES (\(body))")
                durations.append(.now - start)
            }
            return durations
        }
    }
}
