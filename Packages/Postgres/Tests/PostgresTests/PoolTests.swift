import LocalServers
import Postgres
import Testing

@Suite("The pool", .timeLimit(.minutes(1)))
struct PoolTests {
    @Test func `no more connections are opened than allowed, however many ask`() async throws {
        let database = try await makeDatabase(maximumConnections: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<60 { group.addTask { try await database.execute("SELECT pg_sleep(0.005)") } }
            try await group.waitForAll()
        }
        #expect(try await database.connectionCount() == 3)
    }

    @Test func `whoever waits for too long is turned away, and whoever is there keeps its connection`() async throws {
        let database = try await makeDatabase(maximumConnections: 1, waitTimeout: .milliseconds(500))
        try await database.withConnection { connection in
            let error = await databaseError { try await database.execute("SELECT 1") }
            #expect(error?.code == .waitTimeout)
            let two: Int = try await connection.value("SELECT 2")
            #expect(two == 2)
        }
        #expect(try await database.value("SELECT 3") == 3)
    }

    @Test func `a task that is cancelled while it waits gives up its place in line`() async throws {
        let database = try await makeDatabase(maximumConnections: 1, waitTimeout: .seconds(50))
        try await database.withConnection { _ in
            let waiting = Task { try await database.execute("SELECT 1") }
            waiting.cancel()
            #expect(await databaseError { try await waiting.value }?.code == .cancelled)
        }
        #expect(try await database.value("SELECT 3") == 3)
    }

    @Test func `a connection that the server ended while it was idle is replaced unnoticed`() async throws {
        let database = try await makeDatabase(maximumConnections: 2)
        let backend: Int32 = try await database.value("SELECT pg_backend_pid()")
        let other = try await makeDatabase()
        try await other.execute("SELECT pg_terminate_backend(\(backend), 10000)")
        #expect(try await database.value("SELECT pg_backend_pid()") != backend)
    }

    @Test func `a statement whose connection is ended under it says that the connection is lost`() async throws {
        let database = try await makeDatabase(maximumConnections: 1)
        let error = await databaseError { try await database.execute("SELECT pg_terminate_backend(pg_backend_pid())") }
        #expect(error?.code == .connectionLost)
        #expect(error?.sqlState == .adminShutdown)
        #expect(try await database.value("SELECT 1") == 1)
    }

    @Test func `after the server was killed and started again the same pool works on`() async throws {
        let server = try await PostgresServer.start(durability: .fast)
        var configuration = DatabaseConfiguration(
            url: server.url(),
            maximumConnections: 3,
            waitTimeout: .milliseconds(300),
            applicationName: "restart"
        )
        let impatient = Database(configuration, logger: .quiet)
        configuration.waitTimeout = .seconds(50)
        let patient = Database(configuration, logger: .quiet)
        for database in [impatient, patient] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await database.execute("SELECT pg_sleep(0.01)") } }
                try await group.waitForAll()
            }
        }

        try await server.kill()
        let error = await databaseError { try await impatient.execute("SELECT 1") }
        #expect(error?.isConnectionLoss == true)
        #expect(await databaseError { try await impatient.ping() }?.isConnectionLoss == true)
        async let waiting: Int = patient.value("SELECT 7")
        try await server.restart()
        // Those who have the time wait for the server as for a free connection.
        #expect(try await waiting == 7)
        // It may take longer than that to connect to a server that has just begun.
        try await until { await databaseError { try await impatient.ping() } == nil }
        #expect(try await impatient.value("SELECT 1") == 1)
        await impatient.close()
        await patient.close()
        try await server.stop()
    }

    @Test func `a wrong password is told at once and not tried again`() async throws {
        let server = try await PostgresServer.start(authentication: .scram(password: "right"), durability: .fast)
        let wrong = Database(
            DatabaseConfiguration(url: server.url(password: "wrong"), waitTimeout: .seconds(50), applicationName: "t"),
            logger: .quiet
        )
        let error = await databaseError { try await wrong.ping() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.sqlState == .invalidPassword)
        #expect(await databaseError { try await wrong.execute("SELECT 1") }?.sqlState == .invalidPassword)
        let right = Database(DatabaseConfiguration(url: server.url(), applicationName: "t"), logger: .quiet)
        #expect(try await right.value("SELECT 1") == 1)
        await right.close()
        try await server.stop()
    }

    @Test(arguments: ["nonsense=1", "postgres://u:secret@h/db?sslmode=wrong", "postgresql//u:secret@h", "host=no.such.host.invalid"])
    func `a URL that leads nowhere is an error without the password in it`(url: String) async throws {
        let database = Database(
            DatabaseConfiguration(url: url, waitTimeout: .seconds(20), applicationName: "t"),
            logger: .quiet
        )
        let error = await databaseError { try await database.ping() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.debugDescription.contains("secret") == false)
    }

    @Test func `libpq's TLS options are obeyed`() async throws {
        let server = try await PostgresServer.shared()
        let database = Database(
            DatabaseConfiguration(url: server.url() + "?sslmode=require", waitTimeout: .seconds(20), applicationName: "t"),
            logger: .quiet
        )
        let error = await databaseError { try await database.ping() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("SSL") == true)
    }

    @Test func `with TLS the server's certificate and name are checked when asked for`() async throws {
        let server = try await PostgresServer.start(durability: .fast)
        // The program runs as the server's own user, in its data directory.
        _ = try await server.execute(
            """
            COPY (SELECT 1) TO PROGRAM 'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
            -addext subjectAltName=IP:127.0.0.1 -keyout server.key -out server.crt 2>&1 && chmod 600 server.key'
            """
        )
        _ = try await server.execute("ALTER SYSTEM SET ssl = on")
        try await server.restart()
        let authority = "\(server.directory)/data/server.crt"
        let checked = Database(
            DatabaseConfiguration(url: server.url() + "?sslmode=verify-full&sslrootcert=\(authority)", applicationName: "t"),
            logger: .quiet
        )
        #expect(try await checked.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self))
        await checked.close()

        let mistaken = Database(
            DatabaseConfiguration(
                url: server.url().replacing("127.0.0.1", with: "localhost") + "?sslmode=verify-full&sslrootcert=\(authority)",
                waitTimeout: .seconds(20),
                applicationName: "t"
            ),
            logger: .quiet
        )
        let error = await databaseError { try await mistaken.ping() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("localhost") == true, "\(String(describing: error))")
        try await server.stop()
    }

    @Test func `a closed pool lends nothing, and closing waits for what is lent`() async throws {
        let database = try await makeDatabase(maximumConnections: 2)
        let inside = AsyncStream.makeStream(of: Void.self)
        let leave = AsyncStream.makeStream(of: Void.self)
        let lent = Task {
            try await database.withConnection { connection in
                inside.continuation.finish()
                for await _ in leave.stream {}
                return try await connection.value("SELECT 5", as: Int.self)
            }
        }
        for await _ in inside.stream {}
        let closing = Task { await database.close() }
        try await until { await databaseError { try await database.execute("SELECT 1") }?.code == .closed }
        leave.continuation.finish()
        await closing.value
        #expect(try await lent.value == 5)
    }
}
