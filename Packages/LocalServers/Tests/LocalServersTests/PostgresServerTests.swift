import Foundation
import LocalServers
import Testing

@Suite("A local PostgreSQL", .timeLimit(.minutes(3)))
struct PostgresServerTests {
    @Test func `every test gets an empty database on the shared server`() async throws {
        let server = try await PostgresServer.shared()
        let first = try await server.makeDatabase()
        let second = try await server.makeDatabase()

        #expect(first != second)
        #expect(first.hasPrefix("postgres://postgres@127.0.0.1:\(server.port)/test_"))
        let name = try #require(first.split(separator: "/").last.map(String.init))
        #expect(
            try await server.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", database: name) == "0"
        )
    }

    @Test func `what was committed is there after a kill and a restart, on the same port`() async throws {
        let server = try await PostgresServer.start(authentication: .scram(password: "p@ss/word"))
        let port = server.port
        #expect(server.url(database: "a b") == "postgres://postgres:p%40ss%2Fword@127.0.0.1:\(port)/a%20b")
        try await server.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        #expect(try await server.execute("SHOW fsync") == "on")

        try await server.kill()
        #expect(!server.isRunning)
        try await server.restart()

        #expect(try await server.execute("SELECT n FROM kept") == "7")
        try await server.restart()
        #expect(try await server.execute("SELECT n FROM kept") == "7")
        #expect(server.port == port)

        try await server.stop()
        #expect(!FileManager.default.fileExists(atPath: server.directory))
    }

    @Test func `a killed server takes no further statement on a connection that was open`() async throws {
        let server = try await PostgresServer.start(durability: .fast)
        // Busy, it doesn't look whether the server's first process is still there.
        let busy = Task { try await server.execute("SELECT count(*) FROM (SELECT generate_series(1, 2000000000)) AS numbers") }
        while try await server.execute("SELECT count(*) FROM pg_stat_activity WHERE query ~ 'generate_series' AND pid <> pg_backend_pid()")
            != "1"
        {}

        try await server.kill()
        await #expect(throws: LocalServerError.self) { try await busy.value }
        try await server.stop()
    }

    @Test func `a lasting server is found again by its directory`() async throws {
        let directory = NSTemporaryDirectory() + "plumbline-lasting-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let started = try await PostgresServer.start(directory: directory, lifetime: .lasting, durability: .fast)
        try await started.createDatabase("kept")

        let found = try #require(PostgresServer.attach(directory: directory))
        #expect(found.port == started.port)
        #expect(found.pid == started.pid)
        #expect(try await found.execute("SELECT 1", database: "kept") == "1")

        try await found.stop()
        #expect(PostgresServer.attach(directory: directory) == nil)
        #expect(FileManager.default.fileExists(atPath: directory))
    }

    @Test func `a statement that the server refuses says why`() async throws {
        let server = try await PostgresServer.shared()
        let error = await #expect(throws: LocalServerError.self) { try await server.execute("SELECT nonsense") }
        #expect(error?.code == .commandFailed)
        #expect(error?.message.contains("nonsense") == true)
    }
}
