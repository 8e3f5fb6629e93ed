import Postgres
import Testing

@Suite("Pipelines")
struct PipelineTests {
    @Test func `every statement of a pipeline has its own result, in order`() async throws {
        let database = try await makeDatabase()
        let results = try await database.pipeline((0..<200).map { "SELECT \($0) AS number" })
        #expect(try results.map { try #require($0.rows.first).decode("number", as: Int.self) } == Array(0..<200))
        #expect(try await database.pipeline([]).isEmpty)
    }

    @Test func `an error in the middle undoes the whole pipeline and says which statement it was`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.execute("CREATE TABLE leads (id int PRIMARY KEY)")
        for _ in 0..<2 {
            let error = await databaseError {
                try await database.pipeline([
                    "INSERT INTO leads VALUES (\(1))", "INSERT INTO leads VALUES (\(2))",
                    "INSERT INTO leads VALUES (\(1))", "SELECT count(*) FROM leads",
                ])
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.statementIndex == 2)
        }
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test func `a statement that can't even be prepared fails the pipeline and leaves the connection usable`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let backend: Int = try await database.value("SELECT pg_backend_pid()")
        let error = await databaseError { try await database.pipeline(["SELECT 1", "SELEC 2", "SELECT 3"]) }
        #expect(error?.sqlState == .syntaxError)
        #expect(error?.statementIndex == 1)
        let results = try await database.pipeline(["SELECT 1 AS n", "SELECT pg_backend_pid() AS n"])
        #expect(try results[1].rows[0].decode("n") == backend)
    }

    @Test func `a pipeline inside a transaction belongs to it`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await database.transaction { transaction in
                try await transaction.pipeline(["INSERT INTO leads VALUES (1)", "INSERT INTO leads VALUES (2)"])
                throw Stop()
            }
        }
        #expect(try await database.value("SELECT count(*) FROM leads") == 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a pipeline of more than the sockets hold does not stop itself`() async throws {
        let database = try await makeDatabase()
        let text = String(repeating: "x", count: 100_000)
        let results = try await database.pipeline((0..<200).map { _ in "SELECT \(text) AS text" })
        #expect(results.count == 200)
    }
}
