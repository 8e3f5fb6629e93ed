import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Postgres
import ServiceLifecycle
import Testing

/// One service's surroundings: NATS of its own (the streams' names are fixed), a database of its own, and its messaging tables.
struct Bench {
    let nats: NATSServer
    let postgres: PostgresServer
    let client: NATSClient
    let database: Database
    var jetStream: JetStream { JetStream(client, timeout: patience) }

    init(postgres own: PostgresServer? = nil) async throws {
        nats = try await NATSServer.start()
        if let own { postgres = own } else { postgres = try await PostgresServer.shared() }
        client = try await connectedClient(nats)
        let url = try await postgres.makeDatabase()
        database = Database(
            DatabaseConfiguration(url: url, maximumConnections: 6, waitTimeout: .seconds(20), applicationName: "test", schema: "public"),
            logger: quietLogger
        )
        try await Migrator(database: database, schema: "public", sets: [messagingMigrations]).migrate()
        try await database.execute(
            "CREATE TABLE applied (position bigint GENERATED ALWAYS AS IDENTITY, event_id text, value text)"
        )
        for stream in Catalogue.streams {
            try await jetStream.ensureStream(StreamConfiguration(stream))
        }
    }

    func close() async throws {
        await client.drain()
        await database.close()
        try await nats.stop()
    }

    func relay(_ change: (inout OutboxRelay.Options) -> Void = { _ in }) -> OutboxRelay {
        var options = OutboxRelay.Options()
        options.poll = .milliseconds(100)
        change(&options)
        return OutboxRelay(database: database, client: client, logger: quietLogger, options: options)
    }

    func consumers(_ handlers: [EventHandler], _ change: (inout EventConsumers.Options) -> Void = { _ in }) -> EventConsumers {
        var options = EventConsumers.Options()
        options.retryDelays = [.milliseconds(20), .milliseconds(40)]
        options.putOffDelay = .milliseconds(50)
        options.ackWait = .seconds(5)
        change(&options)
        return EventConsumers(
            service: .lifecycle,
            database: database,
            client: client,
            handlers: handlers,
            logger: quietLogger,
            options: options
        )
    }

    /// Runs `services` while `body` runs, then shuts them down gracefully and waits for their end.
    func running<Answer>(_ services: [any Service], _ body: () async throws -> Answer) async throws -> Answer {
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: quietLogger
            )
        )
        async let run: Void = group.run()
        let answer: Answer
        do {
            answer = try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
        return answer
    }

    /// Publishes by the outbox, in one transaction.
    func publish(_ events: [any Event]) async throws {
        try await database.transaction { transaction in _ = try await transaction.publish(events) }
    }

    /// What a stream holds, in its order.
    func stored(_ stream: String = "SITES", last count: Int = 10_000) async throws -> [StoredMessage] {
        try await jetStream.lastMessages(of: stream, count)
    }

    /// What the handlers have applied, in their order.
    func applied() async throws -> [String] {
        try await database.rows("SELECT value FROM applied ORDER BY position").map { try $0.decode("value") }
    }

    func outboxIsEmpty() async throws -> Bool {
        try await database.row("SELECT count(*) AS n FROM outbox")?.decode("n", as: Int.self) == 0
    }
}

/// Distinct events of one kind, told apart by their site.
func visits(_ count: Int) -> [SiteVisited] {
    (0..<count).map { _ in SiteVisited(leadID: .make(), siteID: .make(), byMachine: false) }
}

extension [SiteVisited] {
    var sites: [String] { map(\.siteID.description) }
}

extension [StoredMessage] {
    func visitedSites() throws -> [String] {
        try map { try WireJSON.decode(Envelope<SiteVisited>.self, from: $0.payload).fact.siteID.description }
    }
}

/// Writes down each visit that it applies.
let noteVisits = EventHandler.on(SiteVisited.self) { visit, transaction in
    try await transaction.note(visit)
    return .done
}

extension Transaction {
    func note(_ visit: Received<SiteVisited>) async throws {
        try await execute("INSERT INTO applied (event_id, value) VALUES (\(visit.id.description), \(visit.fact.siteID.description))")
    }
}

struct Broken: Error {}
