import Contracts
import Foundation
import Hummingbird
import LifecycleService
import LocalServers
import Logging
import Messaging
import Outbound
import Postgres
import ServiceKit
import ServiceLifecycle
import Synchronization
import Testing

/// The service on a PostgreSQL schema and a NATS of its own, with a lead-intake that knows what it is told.
struct Bench {
    static let publicURL = "https://sites.example"
    static let checkoutURL = "https://pay.example"

    let nats: NATSServer
    let client: NATSClient
    let databaseURL: String
    let database: Database
    let service: LifecycleService
    let leadIntake = LeadIntakeDouble()
    let billing = BillingDouble()
    var jetStream: JetStream { JetStream(client) }
    var commands: CommandClient { CommandClient(client) }

    init(_ settings: [String: String] = [:]) async throws {
        nats = try await NATSServer.start()
        client = NATSClient(NATSConfiguration(servers: [nats.url], name: "test", reconnectWait: .milliseconds(50)), logger: quietLogger)
        try await client.connect()
        let url = try await PostgresServer.shared().makeDatabase()
        databaseURL = url
        database = Database(
            DatabaseConfiguration(url: url, maximumConnections: 16, applicationName: "test", schema: LifecycleService.schema),
            logger: quietLogger
        )
        try await Migrator(database: database, schema: LifecycleService.schema, sets: [messagingMigrations, LifecycleService.migrations])
            .migrate()
        for stream in Catalogue.streams { try await JetStream(client).ensureStream(StreamConfiguration(stream)) }
        let settings = try Settings(
            Setting.common(to: .lifecycle) + LifecycleService.settings,
            values: [
                "DATABASE_URL": url, "PUBLIC_URL": Self.publicURL, "CHECKOUT_URL": Self.checkoutURL, "CHROMIUM": "none",
            ].merging(settings) { $1 }
        )
        service = try LifecycleService(
            ServiceContext(
                settings: settings,
                database: database,
                commands: CommandClient(client),
                outbound: OutboundClient(),
                logger: quietLogger
            )
        )
    }

    func close() async throws {
        await client.drain()
        await database.close()
        try await nats.stop()
    }

    /// Runs the whole service while `body` runs. Without its workers, jobs are left for the test to take.
    func running<Answer>(withWorkers: Bool = true, _ body: () async throws -> Answer) async throws -> Answer {
        var relay = OutboxRelay.Options()
        relay.poll = .milliseconds(200)
        var consuming = EventConsumers.Options()
        consuming.retryDelays = [.milliseconds(20), .milliseconds(40)]
        let services: [any Service] =
            [
                OutboxRelay(database: database, client: client, logger: quietLogger, options: relay),
                EventConsumers(
                    service: .lifecycle,
                    database: database,
                    client: client,
                    handlers: service.consumes,
                    logger: quietLogger,
                    options: consuming
                ),
                CommandServer(service: .lifecycle, client: client, handlers: service.answers, logger: quietLogger),
                CommandServer(service: .leadIntake, client: client, handlers: [leadIntake.handler], logger: quietLogger),
                CommandServer(service: .billingWebhook, client: client, handlers: [billing.handler], logger: quietLogger),
            ] + (withWorkers ? service.runs : [])
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: quietLogger
            )
        )
        async let run: Void = group.run()
        let answer: Answer
        do {
            try await eventually("the services answer") { await answersCommands() }
            answer = try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
        return answer
    }

    private func answersCommands() async -> Bool {
        guard (try? await ask(GetFunnel())) != nil else { return false }
        do {
            _ = try await commands.call(ResolveLead(), as: .service(.lifecycle))
            return true
        } catch {
            return (error as? Problem)?.status == 404
        }
    }

    /// Publishes an event as its owner would, with the envelope's id and time.
    @discardableResult
    func tell(_ event: some Event, at time: Date = Date(), id: EventID = .make(), times: Int = 1) async throws -> EventID {
        let stream = try #require(Catalogue.stream(of: type(of: event)))
        let payload = try WireJSON.encode(Envelope(event, id: id, source: stream.publisher, time: time, trace: nil))
        // Without a Nats-Msg-Id the server can't know a repeat: the inbox must.
        for _ in 0..<times { _ = try await jetStream.publish(event.subject.description, payload: payload) }
        return id
    }

    /// Waits until everything that was published has been applied.
    func settled(within limit: Duration = .seconds(30)) async throws {
        try await eventually("all events are applied", within: limit) {
            for stream in ["LEADS", "CAMPAIGNS", "BILLING"] {
                let state = try? await jetStream.state(ofConsumer: "lifecycle", stream: stream)
                guard let state, state.pending == 0, state.acksPending == 0 else { return false }
            }
            return true
        }
        try await eventually("all that came of it is published", within: limit) {
            try await database.row("SELECT count(*) AS n FROM outbox")?.decode("n", as: Int.self) == 0
        }
    }

    func ask<Question: Command>(
        _ question: Question,
        as role: Role = .manager,
        key: IdempotencyKey = .make()
    ) async throws -> Question.Answer {
        try await commands.call(question, as: Actor(id: "ana", role: role), key: key, timeout: .seconds(20))
    }

    /// Lets the time pass until what was cancelled has ended. Returns how many ends there are.
    @discardableResult
    func letTheEndCome() async throws -> Int {
        try await database.execute("UPDATE sites SET ends_at = now() WHERE ends_at > now()")
        return try await database.execute("UPDATE subscription_ends SET ends_at = now(), due_at = now()")
    }

    func status(of lead: LeadID) async throws -> LeadStatus { try await ask(GetStatus(leadID: lead)) }

    func history(of lead: LeadID, _ field: StatusField? = nil) async throws -> [StatusHistoryEntry] {
        try await ask(GetHistory(leadID: lead, field: field)).entries
    }

    /// What a subscriber of the stream was told of this lead, in order.
    func told<Fact: LeadEvent>(_ type: Fact.Type, of lead: LeadID) async throws -> [Fact] {
        let stream = try #require(Catalogue.stream(of: type))
        return try await jetStream.lastMessages(of: stream.name, 100_000)
            .filter { $0.subject == Fact.subject.description || $0.subject.hasPrefix(Fact.subject.description + ".") }
            .map { try WireJSON.decode(Envelope<Fact>.self, from: $0.payload).fact }
            .filter { $0.leadID == lead }
    }

    /// What the service serves, without a socket.
    var api: some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        service.addRoutes(to: router)
        return Application(router: router, logger: quietLogger)
    }
}

/// Answers as lead-intake does: gets the lead, or creates it.
final class LeadIntakeDouble: Sendable {
    private let leads = Mutex<[LeadID: Lead]>([:])

    var count: Int { leads.withLock { $0.count } }

    func add(_ lead: Lead) { leads.withLock { $0[lead.id] = lead } }

    var handler: CommandHandler {
        .answer(ResolveLead.self) { asked in
            let question = asked.command
            return try self.leads.withLock { leads in
                if let id = question.id {
                    guard let lead = leads[id] else { throw Problem.leadNotFound(id) }
                    return ResolveLead.Answer(lead: lead, created: false, matchedBy: .id)
                }
                if let place = question.gmbID, let lead = leads.values.first(where: { $0.gmbID == place }) {
                    return ResolveLead.Answer(lead: lead, created: false, matchedBy: .gmbID)
                }
                guard let business = question.business else { throw Problem("lead-not-found", "There is no such lead", status: 404) }
                var lead = SampleLeads.lead(business.name, slug: unique("lead-"), country: "US")
                lead.gmbID = question.gmbID
                leads[lead.id] = lead
                return ResolveLead.Answer(lead: lead, created: true)
            }
        }
    }
}

/// Ends subscriptions as billing does, unless it is told that the provider refuses.
final class BillingDouble: Sendable {
    private let state = Mutex((refuses: false, ended: [SubscriptionID]()))

    var ended: [SubscriptionID] { state.withLock { $0.ended } }
    func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

    var handler: CommandHandler {
        .answer(CancelSubscription.self) { asked in
            let id = asked.command.subscriptionID
            try self.state.withLock { state in
                if state.refuses { throw Problem("provider-refused", "The payment provider refused", status: 502) }
                state.ended.append(id)
            }
            return SubscriptionSummary(id: id, providerID: "su_1", state: .cancelled, cancelledAt: Date())
        }
    }
}

/// A name that no other test uses.
func unique(_ prefix: String) -> String { "\(prefix)\(UInt32.random(in: .min ... .max))" }

let quietLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["TEST_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .critical
    return logger
}()

/// Waits until `condition` holds, and fails the test when it doesn't in 30 seconds.
func eventually(
    _ what: Comment,
    within limit: Duration = .seconds(30),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}
