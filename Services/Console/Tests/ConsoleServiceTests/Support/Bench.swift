import ConsoleService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LocalServers
import Logging
import Messaging
import Outbound
import Postgres
import ServiceKit
import ServiceLifecycle
import Testing

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The console on a real database of its own; what runs beside it a test says.
struct Bench {
    let databaseURL: String
    let database: Database
    let service: ConsoleService
    let client: NATSClient
    let lifecycle = LifecycleDouble()

    /// On the database of another one, it is another instance.
    init(_ settings: [String: String] = [:], databaseURL: String? = nil, natsURL: String = "nats://127.0.0.1:1") async throws {
        if let databaseURL { self.databaseURL = databaseURL } else { self.databaseURL = try await PostgresServer.shared().makeDatabase() }
        database = Database(
            DatabaseConfiguration(url: self.databaseURL, maximumConnections: 8, applicationName: "test", schema: ConsoleService.schema),
            logger: quietLogger
        )
        try await Migrator(database: database, schema: ConsoleService.schema, sets: [messagingMigrations, ConsoleService.migrations])
            .migrate()
        client = NATSClient(NATSConfiguration(servers: [natsURL], name: "test", reconnectWait: .milliseconds(50)), logger: quietLogger)
        let values = ["DATABASE_URL": self.databaseURL, "PUBLIC_URL": "http://crm.example"].merging(settings) { $1 }
        service = try ConsoleService(
            ServiceContext(
                settings: Settings(Setting.common(to: .console) + ConsoleService.settings, values: values),
                database: database,
                commands: CommandClient(client),
                outbound: OutboundClient(),
                logger: quietLogger
            ),
            passwords: try PasswordDesk(cost: .init(logN: 4))
        )
    }

    func close() async { await database.close() }

    /// The routes as ServiceKit serves them.
    var app: some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        service.addRoutes(to: router)
        return Application(router: router, logger: quietLogger)
    }

    /// With the console's routes; nothing else runs.
    static func serving(
        _ settings: [String: String] = [:],
        _ body: @Sendable @escaping (Bench, any TestClientProtocol) async throws -> Void
    ) async throws {
        let bench = try await Bench(settings)
        try await bench.app.test(.router) { try await body(bench, $0) }
        await bench.close()
    }

    /// The whole console on a NATS of its own, beside a lifecycle that does what it is told.
    static func running(_ body: @Sendable @escaping (Bench, any TestClientProtocol) async throws -> Void) async throws {
        let nats = try await NATSServer.start()
        let bench = try await Bench(natsURL: nats.url)
        try await bench.client.connect()
        for stream in Catalogue.streams { try await JetStream(bench.client).ensureStream(StreamConfiguration(stream)) }
        let handlers = bench.service.consumes
        let services: [any Service] = [
            EventConsumers(service: .console, database: bench.database, client: bench.client, handlers: handlers, logger: quietLogger),
            CommandServer(service: .lifecycle, client: bench.client, handlers: bench.lifecycle.handlers, logger: quietLogger),
        ]
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0, successTerminationBehavior: .ignore) }, logger: quietLogger)
        )
        async let run: Void = group.run()
        do {
            try await eventually("lifecycle answers") {
                (try? await CommandClient(bench.client).call(ListFollowUps(), as: .operator)) != nil
            }
            try await bench.app.test(.router) { try await body(bench, $0) }
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
        await bench.client.drain()
        await bench.close()
        try await nats.stop()
    }

    /// Publishes an event as its owner would, with the envelope's id and time.
    func tell(_ event: some Event, at time: Date = Date(), id: EventID = .make(), times: Int = 1) async throws {
        let stream = try #require(Catalogue.stream(of: type(of: event)))
        let payload = try WireJSON.encode(Envelope(event, id: id, source: stream.publisher, time: time, trace: nil))
        // Without a Nats-Msg-Id the server can't know a repeat: the inbox must.
        for _ in 0..<times { _ = try await JetStream(client).publish(event.subject.description, payload: payload) }
    }

    /// Waits until everything that was told has been applied.
    func settled() async throws {
        try await eventually("all events are applied") {
            for stream in ["LEADS", "STATUS"] {
                let state = try? await JetStream(client).state(ofConsumer: "console", stream: stream)
                guard let state, state.pending == 0, state.acksPending == 0 else { return false }
            }
            return true
        }
    }

    // MARK: What there is

    /// An account of which tests know no more than that it is signed in.
    func account(_ staffID: String, _ role: Role = .manager) async throws -> Account {
        let account = Account(id: .make(), email: "\(staffID)@example.com", name: staffID.capitalized, role: role, staffID: staffID)
        let hash = try PasswordHash("\(staffID)'s long password", cost: .init(logN: 4))
        #expect(try await database.insert(account, password: hash, at: Date()))
        return account
    }

    /// A session of a new account.
    func session(_ staffID: String = "mia", _ role: Role = .manager) async throws -> SessionForTest {
        let session = SessionForTest(account: try await account(staffID, role), token: .make())
        try await database.insertSession(session.token, of: session.account.id, at: Date())
        return session
    }

    /// An API token of a new account, as a header.
    func bearer(_ staffID: String = "bot", _ role: Role = .manager, expiresAt: Date? = nil) async throws -> HTTPFields {
        let (account, token) = (try await account(staffID, role), SecretToken.make(prefix: SecretToken.apiPrefix))
        _ = try await database.insertToken(token, named: "test", ofEmail: account.email, expiresAt: expiresAt, at: Date())
        return [.authorization: "Bearer \(token.text)"]
    }

    /// A task, known here as if it had been told of.
    @discardableResult
    func task(
        _ name: String = "Café Uno",
        rule: String = "clicked_not_purchased",
        due: Date = someTime,
        assignedTo: String? = nil
    ) async throws -> LeadID {
        let lead = LeadID.make()
        try await database.pipeline([
            """
            INSERT INTO leads (lead_id, version, name, phone, email, assigned_to, lead_score)
            VALUES (\(lead), 1, \(name), '+50255550100', 'uno@example.com', \(assignedTo), 71)
            """,
            """
            INSERT INTO follow_ups (lead_id, rule, title, due_at) VALUES (\(lead), \(rule), 'Clicked, and has not bought', \(due))
            """,
        ])
        return lead
    }

    func tasks(_ state: FollowUpState = .open, as viewer: Actor = Actor(id: "mia", role: .manager)) async throws -> [LeadTask] {
        try await database.tasks(TaskQuery(viewer: viewer, state: state)).tasks
    }
}

let someTime = Date(timeIntervalSince1970: 1_780_000_000)

/// Somebody who is signed in.
struct SessionForTest {
    var account: Account
    var token: SecretToken

    var cookie: HTTPFields { [.cookie: "plumbline=\(token.text)"] }

    /// What a browser posts.
    func form(_ fields: [String: String], withCSRF: Bool = true) -> ByteBuffer {
        let all = withCSRF ? fields.merging(["csrf": token.csrf]) { $1 } : fields
        return ByteBuffer(form: all)
    }
}

extension ByteBuffer {
    init(form fields: [String: String]) {
        let text = fields.map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        self.init(string: text.joined(separator: "&"))
    }
}

extension TestClientProtocol {
    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await execute(uri: path, method: .get, headers: headers)
    }

    func post(_ path: String, _ headers: HTTPFields = [:], _ body: ByteBuffer? = nil) async throws -> TestResponse {
        try await execute(uri: path, method: .post, headers: headers, body: body)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try WireJSON.decode(type, from: Data(body.readableBytesView))
    }
}

extension HTTPFields {
    func adding(_ name: String, _ value: String) throws -> HTTPFields {
        var fields = self
        fields[try #require(HTTPField.Name(name))] = value
        return fields
    }
}

/// Waits until `condition` holds.
func eventually(
    _ what: Comment,
    within patience: Duration = .seconds(40),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
