import LocalServers
import LocalStack
import Logging
import Postgres

extension LocalStack {
    /// Lends the tables of lead-intake, for what is filled in or changed behind the service's back.
    func withLeadDatabase<Result>(_ body: (Database) async throws -> Result) async throws -> Result {
        let configuration = DatabaseConfiguration(
            url: postgres.url(database: "plumbline"),
            maximumConnections: 1,
            applicationName: "bench",
            schema: "lead_intake"
        )
        let database = Database(configuration, logger: Logger(label: "bench"))
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}

/// A bare statement that changes leads is held against the service; both find the tables alike, and the same counts for both as done.
extension Database {
    /// Waits until all that was told is published, and clears the tables of what earlier changes left behind.
    func settleLeads() async throws {
        // lead-intake scores what was filled in behind its back; the bare statement would pass over leads that change meanwhile.
        try await waitUntilNone(in: "rescorings WHERE state = 'running'", what: "the end of the rescoring")
        try await waitUntilNone(in: "outbox", what: "an empty outbox")
        try await withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            try await connection.execute("VACUUM ANALYZE leads")
            try await connection.execute("VACUUM ANALYZE lead_audit")
            try await connection.execute("CHECKPOINT")
        }
    }

    private func waitUntilNone(in rows: SQL, what: String) async throws {
        try await wait(for: what, patience: .seconds(900)) {
            try await row("SELECT NOT EXISTS (SELECT FROM \(fragment: rows)) AS is_empty")?.decode("is_empty") == true
        }
    }

    /// Runs the statement, which must change or write `count` rows.
    ///
    /// - Returns: rows a second.
    func rate(of statement: SQL, changing count: Int) async throws -> Double {
        try await withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            let start = ContinuousClock.now
            let changed = try await connection.execute(statement)
            let rate = Double(count) / ((ContinuousClock.now - start) / .seconds(1))
            guard changed == count else { throw BenchmarkFault(description: "the bare statement changed \(changed) leads, not \(count)") }
            return rate
        }
    }
}
