import Postgres
import Testing

@Suite("Cancellation", .timeLimit(.minutes(1)))
struct CancellationTests {
    @Test func `a cancelled task cancels its statement on the server, and the connection is used again`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let watching = try await makeDatabase()
        let backend: Int32 = try await database.value("SELECT pg_backend_pid()")
        let sleeping = Task { try await database.execute("SELECT pg_sleep(600)") }
        try await until { try await watching.state(of: backend) == "active" }
        sleeping.cancel()
        let error = await databaseError { try await sleeping.value }
        #expect(error?.code == .cancelled)
        #expect(try await database.value("SELECT pg_backend_pid()") == backend)
    }

    @Test func `a cancellation never meets the statement behind`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        for round in 0..<40 {
            let task = Task { try await database.execute("SELECT pg_sleep(0.0005)") }
            if round % 2 == 0 { await Task.yield() }
            task.cancel()
            _ = try? await task.value
            #expect(try await database.value("SELECT \(round)") == round)
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await database.execute("INSERT INTO leads VALUES (1)")
        }
        #expect(await databaseError { try await task.value }?.code == .cancelled)
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test func `a cancelled transaction is rolled back and lets go of its locks`() async throws {
        let database = try await makeDatabase(maximumConnections: 2)
        try await database.execute("CREATE TABLE leads (id int)")
        try await database.execute("INSERT INTO leads VALUES (1)")
        let holding = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await database.transaction { transaction in
                try await transaction.execute("UPDATE leads SET id = 2")
                holding.continuation.finish()
                try await transaction.execute("SELECT pg_sleep(600)")
            }
        }
        for await _ in holding.stream {}
        task.cancel()
        #expect(await databaseError { try await task.value }?.code == .cancelled)
        #expect(try await database.execute("UPDATE leads SET id = 3 WHERE id = 1") == 1)
    }

    @Test func `a statement that waits for a lock is cancelled too`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            try await connection.execute("SELECT pg_advisory_lock(4711)")
            let waiting = Task { try await database.execute("SELECT pg_advisory_lock(4711)") }
            try await until {
                try await connection.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted")
                    == 1
            }
            waiting.cancel()
            #expect(await databaseError { try await waiting.value }?.code == .cancelled)
        }
    }
}

extension SQLExecutor {
    fileprivate func state(of backend: Int32) async throws -> String {
        try await value("SELECT coalesce(max(state), 'gone') FROM pg_stat_activity WHERE pid = \(backend) AND query LIKE '%pg_sleep%'")
    }
}
