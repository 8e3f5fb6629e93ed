import Foundation
import Postgres
import Testing

@Suite("Statements")
struct QueryTests {
    @Test func `a value that looks like SQL stays a value`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (name text)")
        let evil = "x'); DROP TABLE leads; --"
        #expect(try await database.execute("INSERT INTO leads VALUES (\(evil))") == 1)
        #expect(try await database.value("SELECT name FROM leads WHERE name = \(evil)") == evil)
    }

    @Test func `a statement is prepared once on its connection and its plan is used again`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            for number in 0..<5 { #expect(try await connection.value("SELECT \(number) + 1") == number + 1) }
            let plans = try await connection.rows(
                "SELECT generic_plans + custom_plans AS uses FROM pg_prepared_statements WHERE statement = 'SELECT $1 + 1'"
            )
            #expect(try plans.map { try $0.decode("uses", as: Int.self) } == [5])
        }
    }

    @Test func `the statements used longest ago are given up`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            for number in 0..<30 { try await connection.execute(SQL(unsafe: "SELECT \(number)")) }
            let count: Int = try await connection.value("SELECT count(*) FROM pg_prepared_statements")
            #expect(count <= 10)
        }
    }

    @Test func `a plan that a migration made stale is made anew`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.execute("CREATE TABLE leads (id int)")
        #expect(try await database.query("SELECT * FROM leads").columns == ["id"])
        try await database.execute("ALTER TABLE leads ADD COLUMN name text")
        #expect(try await database.query("SELECT * FROM leads").columns == ["id", "name"])
    }

    @Test func `a statement whose plan is gone from the server is prepared again`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            #expect(try await connection.value("SELECT \(1)") == 1)
            try await connection.execute("DEALLOCATE ALL")
            #expect(try await connection.value("SELECT \(1)") == 1)
        }
    }

    @Test func `an error names its state, constraint and statement, and shows no value by itself`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (email text CONSTRAINT leads_email_key UNIQUE)")
        try await database.execute("INSERT INTO leads VALUES (\("anna@example.com"))")
        let error = await databaseError { try await database.execute("INSERT INTO leads VALUES (\("anna@example.com"))") }
        #expect(error?.code == .server)
        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.violates("leads_email_key") == true)
        let words = "duplicate key value violates unique constraint \"leads_email_key\""
        #expect(error?.description == "Database error server 23505, constraint leads_email_key, table leads: \(words)")
        #expect(error?.debugDescription.contains("anna") == true)
        #expect(error?.statement == "INSERT INTO leads VALUES ($1)")
        #expect(error?.isConnectionLoss == false)
    }

    @Test(arguments: [
        ("SELECT 'anna@example.com'::int", "Database error server 22P02: invalid input syntax for type integer"),
        ("SELECT 'anna@example.com'::timestamptz", "Database error server 22007: invalid input syntax for type timestamp with time zone"),
        ("DO $$ BEGIN RAISE 'anna@example.com: no'; END $$", "Database error server P0001"),
        ("SELECT nothing", "Database error server 42703: column \"nothing\" does not exist"),
    ])
    func `what an error quotes of a value is not for the log`(statement: String, words: String) async throws {
        let database = try await makeDatabase()
        let error = await databaseError { try await database.execute(SQL(unsafe: statement)) }
        #expect(error?.description == words)
        #expect(error?.description.contains("anna") == false)
    }

    @Test func `a connection works on after any error of a statement`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let backend: Int = try await database.value("SELECT pg_backend_pid()")
        for broken in ["SELEC", "SELECT 1/0", "SELECT nothing", "COMMIT PREPARED 'x'"] {
            for _ in 0..<2 { #expect(await databaseError { try await database.execute(SQL(unsafe: broken)) }?.code == .server) }
        }
        #expect(try await database.value("SELECT pg_backend_pid()") == backend)
    }

    @Test func `many rows are written by one statement through unnest`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id bigint, name text, rating double precision)")
        let ids = Array(0..<5000)
        let written = try await database.execute(
            """
            INSERT INTO leads (id, name, rating)
            SELECT * FROM unnest(\(ids), \(ids.map { "lead \($0)" }), \(ids.map { $0 % 2 == 0 ? nil : Double($0) }))
            """
        )
        #expect(written == 5000)
        #expect(try await database.value("SELECT count(rating) FROM leads") == 2500)
        let rows = try await database.rows("SELECT name FROM leads ORDER BY id")
        #expect(try rows.last?.decode("name", as: String.self) == "lead 4999")
    }

    @Test func `a large value goes and comes while neither side can take it all at once`() async throws {
        let database = try await makeDatabase()
        let text = String(repeating: "0123456789abcdef", count: 1 << 19)
        #expect(try await database.value("SELECT \(text)") == text)
    }

    @Test func `statements sent at once over one connection are run one after another`() async throws {
        let database = try await makeDatabase()
        try await database.withConnection { connection in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<50 { group.addTask { try await connection.value("SELECT \(number)") } }
                return try await group.reduce(0, +)
            }
            #expect(sum == 1225)
        }
    }

    @Test func `a statement that runs too long is ended by the server`() async throws {
        let database = try await makeDatabase(statementTimeout: .seconds(1))
        let error = await databaseError { try await database.execute("SELECT pg_sleep(30)") }
        #expect(error?.code == .server)
        #expect(error?.sqlState == .queryCancelled)
    }

    @Test func `COPY as an ordinary statement is refused and does not hang`() async throws {
        let database = try await makeDatabase()
        try await database.execute("CREATE TABLE leads (id int)")
        for statement: SQL in ["COPY leads FROM STDIN", "COPY leads TO STDOUT"] {
            let error = await databaseError { try await database.execute(statement) }
            #expect(error?.code == .invalidStatement, "\(String(reflecting: error))")
        }
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test func `a connection that was lent returns as it was opened`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        try await database.withConnection { connection in
            try await connection.execute("SET work_mem TO '7MB'")
            try await connection.execute("SELECT pg_advisory_lock(42)")
            try await connection.execute("CREATE TEMPORARY TABLE leftover (id int)")
            try await connection.execute("BEGIN")
        }
        #expect(try await database.value("SELECT current_setting('work_mem')") != "7MB")
        #expect(try await database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") == 0)
        #expect(try await database.value("SELECT to_regclass('leftover') IS NULL") == true)
    }
}
