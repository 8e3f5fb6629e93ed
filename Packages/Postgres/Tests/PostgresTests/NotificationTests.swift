import LocalServers
import Postgres
import Testing

@Suite("Notifications", .timeLimit(.minutes(1)))
struct NotificationTests {
    @Test func `listeners are told what is notified on their channels, in order and only when it is committed`() async throws {
        let database = try await makeDatabase()
        var told = database.notifications(on: ["Out Box", "other"]).makeAsyncIterator()
        #expect(await told.next() == .listening)
        try await database.execute("SELECT pg_notify('unheard', 'x')")
        try await database.transaction { transaction in
            try await transaction.execute("SELECT pg_notify('Out Box', '1')")
            try await transaction.execute("SELECT pg_notify('other', 'ü2')")
        }
        #expect(await told.next() == .received(channel: "Out Box", payload: "1"))
        #expect(await told.next() == .received(channel: "other", payload: "ü2"))
    }

    @Test func `a listener whose connection dies listens again and says so`() async throws {
        let database = try await makeDatabase()
        var told = database.notifications(on: ["outbox"]).makeAsyncIterator()
        #expect(await told.next() == .listening)
        for round in 0..<2 {
            let ended = try await database.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = \(database.configuration.applicationName) AND query LIKE 'LISTEN%'
                """
            )
            #expect(ended == 1)
            #expect(await told.next() == .reconnected)
            try await database.execute("SELECT pg_notify('outbox', \("\(round)"))")
            #expect(await told.next() == .received(channel: "outbox", payload: "\(round)"))
        }
    }

    @Test func `a listener outlives a server that is killed and started again`() async throws {
        let server = try await PostgresServer.start(durability: .fast)
        let database = Database(
            DatabaseConfiguration(url: server.url(), waitTimeout: .seconds(30), applicationName: "listen"),
            logger: .quiet
        )
        var told = database.notifications(on: ["outbox"]).makeAsyncIterator()
        #expect(await told.next() == .listening)
        try await server.kill()
        try await server.restart()
        #expect(await told.next() == .reconnected)
        try await database.execute("SELECT pg_notify('outbox', 'again')")
        #expect(await told.next() == .received(channel: "outbox", payload: "again"))
        await database.close()
        try await server.stop()
    }

    @Test func `the sequence ends with its task`() async throws {
        let database = try await makeDatabase()
        let begun = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            var count = 0
            for await _ in database.notifications(on: ["outbox"]) {
                count += 1
                begun.continuation.finish()
            }
            return count
        }
        for await _ in begun.stream {}
        task.cancel()
        #expect(await task.value == 1)
    }
}
