import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeadIntakeService
import LocalServers
import Logging
import Messaging
import NIOCore
import Outbound
import Postgres
import ServiceKit
import ServiceLifecycle
import Testing

/// lead-intake on a database of its own, and on a NATS of its own where commands are asked.
struct IntakeBench {
    let database: Database
    let url: String
    let settings: [String: String]

    init(settings: [String: String] = [:]) async throws {
        url = try await PostgresServer.shared().makeDatabase()
        database = Self.connect(url)
        self.settings = settings.merging(["DATABASE_URL": url]) { given, _ in given }
        try await Migrator(database: database, schema: "lead_intake", sets: [messagingMigrations, leadIntakeMigrations]).migrate()
    }

    private static func connect(_ url: String) -> Database {
        let configuration = DatabaseConfiguration(
            url: url,
            maximumConnections: 8,
            waitTimeout: .seconds(30),
            applicationName: "test",
            schema: "lead_intake"
        )
        return Database(configuration, logger: quietLogger)
    }

    /// A service of its own, with connections of its own.
    func service(_ nats: NATSClient) throws -> (LeadIntakeService, Database) {
        let database = Self.connect(url)
        let context = ServiceContext(
            settings: try Settings(Setting.common(to: .leadIntake) + LeadIntakeService.settings, values: settings),
            database: database,
            commands: CommandClient(nats),
            outbound: OutboundClient(),
            logger: quietLogger
        )
        return (try LeadIntakeService(context), database)
    }

    // MARK: HTTP

    func http(
        _ live: Bool = false,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let (service, database) = try service(NATSClient(NATSConfiguration(servers: [], name: "test"), logger: quietLogger))
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        service.addRoutes(to: router)
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: quietLogger)
        try await withRunning(service.runs) {
            if live {
                try await application.test(.live) { try await body($0) }
            } else {
                try await application.test(.router) { try await body($0) }
            }
        }
        await database.close()
    }

    /// Runs what the service runs beside its routes.
    private func withRunning(_ services: [any Service], _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0, successTerminationBehavior: .ignore) }, logger: quietLogger)
        )
        async let run: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
    }

    /// An API key, put into the table as the command would.
    func makeKey(scopes: [String] = ["intake"], revoked: Bool = false) async throws -> String {
        let (id, secret) = (APIKeyID.make(), APISecret.make())
        try await database.execute(
            """
            INSERT INTO api_keys (id, name, key_hash, scopes, created_by, idempotency_key, created_at, revoked_at)
            VALUES (\(id), 'test', \(secret.hash), \(scopes), 'test', \(id.description), now(), \(revoked ? Date() : nil))
            """
        )
        return secret.text
    }

    /// Sends a body as a client with a good key.
    func post(
        _ path: String,
        _ body: some Sequence<UInt8>,
        type: String? = "text/csv",
        key: String? = nil,
        idempotencyKey: String? = nil,
        prefer: String? = nil,
        live: Bool = false
    ) async throws -> Answer {
        let key = if let key { key } else { try await makeKey() }
        let bytes = ByteBuffer(bytes: body)
        let answer = AnswerBox()
        try await http(live) { client in
            var headers: HTTPFields = [.authorization: "Bearer \(key)"]
            if let type { headers[.contentType] = type }
            if let idempotencyKey { headers[try #require(HTTPField.Name("Idempotency-Key"))] = idempotencyKey }
            if let prefer { headers[try #require(HTTPField.Name("Prefer"))] = prefer }
            try await client.execute(uri: path, method: .post, headers: headers, body: bytes) { response in
                await answer.set(Answer(status: response.status, headers: response.headers, body: Data(response.body.readableBytesView)))
            }
        }
        return try #require(await answer.value)
    }

    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var body: Data

        func report(_ location: SourceLocation = #_sourceLocation) throws -> Report {
            try #require(status == .ok, "\(String(decoding: body, as: UTF8.self))", sourceLocation: location)
            return try WireJSON.decode(Report.self, from: body)
        }

        func problem(_ expected: HTTPResponse.Status, _ location: SourceLocation = #_sourceLocation) throws -> Problem {
            #expect(status == expected, sourceLocation: location)
            #expect(headers[.contentType] == "application/problem+json", sourceLocation: location)
            return try WireJSON.decode(Problem.self, from: body)
        }
    }

    private actor AnswerBox {
        var value: Answer?
        func set(_ answer: Answer) { value = answer }
    }

    /// What both endpoints answer.
    struct Report: Decodable, Sendable {
        var read: Int
        var created: Int
        var matched: Int
        var rejected: Int
        var updated: Int
        var rejections: [Remark]
        var warnings: [Remark]?
        var leads: [Taken]?

        var counts: [Int] { [read, created, matched, rejected] }

        struct Remark: Decodable, Hashable, Sendable {
            var line: Int
            var field: String?
            var reason: String
        }

        struct Taken: Decodable, Sendable {
            var line: Int
            var id: LeadID
            var slug: String
            var created: Bool
            var matchedBy: MatchedBy?

            enum CodingKeys: String, CodingKey {
                case line, id, slug, created
                case matchedBy = "matched_by"
            }
        }
    }

    // MARK: Commands

    /// Runs `instances` of the service side by side, each with its own connections, and lends a way to ask them.
    func running(instances: Int = 1, _ body: (CommandClient) async throws -> Void) async throws {
        // As the stack has it: a command may name 100,000 leads.
        let nats = try await NATSServer.start(configuration: "max_payload: 8MB")
        var clients: [NATSClient] = []
        var databases: [Database] = []
        var servers: [any Service] = []
        for _ in 0...instances {
            let client = NATSClient(NATSConfiguration(servers: [nats.url], name: "test"), logger: quietLogger)
            try await client.connect()
            clients.append(client)
        }
        for client in clients.dropFirst() {
            let (service, database) = try service(client)
            databases.append(database)
            servers.append(CommandServer(service: .leadIntake, client: client, handlers: service.answers, logger: quietLogger))
        }
        let group = ServiceGroup(
            configuration: .init(services: servers.map { .init(service: $0, successTerminationBehavior: .ignore) }, logger: quietLogger)
        )
        let asking = CommandClient(clients[0])
        async let run: Void = group.run()
        do {
            try await eventually("it answers") {
                do {
                    _ = try await asking.call(LeadStatistics(), as: .operator)
                    return true
                } catch let problem as Problem where problem.status == 503 {
                    return false
                }
            }
            try await body(asking)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
        for client in clients { await client.drain() }
        for database in databases { await database.close() }
        try await nats.stop()
    }

    // MARK: What is stored

    func leadCount() async throws -> Int {
        try await database.row("SELECT count(*) AS n FROM leads")?.decode("n") ?? -1
    }

    /// The subjects of the events that wait to be published, in their order.
    func events() async throws -> [String] {
        try await database.rows("SELECT subject FROM outbox ORDER BY position").map { try $0.decode("subject") }
    }

    /// The column `value` of all rows, as text.
    func values(_ sql: SQL) async throws -> [String] {
        try await database.rows(sql).compactMap { try $0.decodeIfPresent("value") }
    }

    func payloads<Fact: Event>(of type: Fact.Type) async throws -> [Fact] {
        try await database.rows("SELECT payload FROM outbox WHERE subject = \(Fact.subject.description) ORDER BY position").map { row in
            try WireJSON.decode(Envelope<Fact>.self, from: row.decode("payload", as: Data.self)).fact
        }
    }

    func close() async {
        await database.close()
    }
}

let quietLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["TEST_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .critical
    return logger
}()

/// Waits until `condition` holds, and fails the test when it doesn't in time.
func eventually(
    _ what: Comment,
    within patience: Duration = .seconds(30),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}
