import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Outbound
import Postgres
import ServiceKit
import ServiceLifecycle
import Synchronization
import Testing

@testable import CampaignService

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

/// The service on a database of its own, with providers that the test plays.
final class Stage: Sendable {
    static let publicURL = "https://mail.example.com"
    static let authToken = "the auth token"

    let databaseURL: String
    let database: Database
    let smtp: SMTPPeer
    let twilio: TwilioPeer
    let twilioPort: Int
    let service: CampaignService
    private let nats: NATSClient
    private let settings: [String: String]

    private init(smtp: SMTPPeer, twilio: TwilioPeer, twilioPort: Int, _ overrides: [String: String]) async throws {
        self.smtp = smtp
        self.twilio = twilio
        self.twilioPort = twilioPort
        databaseURL = try await PostgresServer.shared().makeDatabase()
        database = Self.connect(databaseURL)
        try await Migrator(
            database: database,
            schema: CampaignService.schema,
            sets: [messagingMigrations, CampaignService.migrations]
        ).migrate()
        // Nothing is asked of other services: never connected.
        nats = NATSClient(NATSConfiguration(servers: ["nats://127.0.0.1:1"], name: "test"), logger: .quiet)
        settings = [
            "DATABASE_URL": databaseURL, "PUBLIC_URL": Self.publicURL, "LINK_SECRETS": "the secret of all tests",
            "SMTP_URL": "smtp://127.0.0.1:\(smtp.port)", "SMTP_STARTTLS": "none", "MAIL_FROM": "hello@example.com",
            "MAIL_FROM_NAME": "Plumb & Co", "MAIL_POSTAL_ADDRESS": "1 Main St, Springfield",
            "TWILIO_API_URL": "http://127.0.0.1:\(twilioPort)", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKENS": Self.authToken,
            "TWILIO_FROM": "+15005550006", "CHECKOUT_URL": "https://buy.example.com", "SEND_RATE_EMAIL": "5000", "SEND_RATE_SMS": "5000",
        ].merging(overrides) { $1 }
        service = try Self.makeService(settings, database: database, nats: nats)
    }

    /// Sets a stage for the length of `body`.
    static func set(
        _ settings: [String: String] = [:],
        smtp manner: @escaping @Sendable (_ recipient: String, _ attempt: Int) -> SMTPPeer.Manner = { _, _ in .take },
        twilio twilioManner: @escaping @Sendable (_ number: String, _ attempt: Int) -> TwilioPeer.Manner = { _, _ in .take },
        _ body: (Stage) async throws -> Void
    ) async throws {
        let smtp = try await SMTPPeer.start(manner)
        let twilio = TwilioPeer(twilioManner)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let serving = Task { try await twilio.run { continuation.yield($0) } }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let stage = try await Stage(smtp: smtp, twilio: twilio, twilioPort: port, settings)
        try await body(stage)
        await stage.database.close()
        await smtp.stop()
    }

    private static func connect(_ url: String) -> Database {
        Database(
            DatabaseConfiguration(url: url, maximumConnections: 6, applicationName: "campaign-tests", schema: CampaignService.schema),
            logger: .quiet
        )
    }

    private static func makeService(_ settings: [String: String], database: Database, nats: NATSClient) throws -> CampaignService {
        try CampaignService(
            ServiceContext(
                settings: Settings(Setting.common(to: .campaign) + CampaignService.settings, values: settings),
                database: database,
                commands: CommandClient(nats),
                outbound: OutboundClient(logger: .quiet),
                logger: .quiet
            )
        )
    }

    /// Runs one more instance of the service's engine, with connections of its own, until `body` ends; then it is killed, not stopped.
    func running<Result: Sendable>(
        instances: Int = 1,
        _ overrides: [String: String] = [:],
        _ body: () async throws -> Result
    ) async throws -> Result {
        var tasks: [Task<Void, Never>] = []
        for _ in 0..<instances {
            let database = Self.connect(databaseURL)
            let service = try Self.makeService(settings.merging(overrides) { $1 }, database: database, nats: nats)
            tasks.append(
                Task {
                    await withTaskGroup { group in
                        for runner in service.runs { group.addTask { try? await runner.run() } }
                    }
                    await database.close()
                }
            )
        }
        defer { for task in tasks { task.cancel() } }
        let result = try await body()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        return result
    }
}

// MARK: - Leads and campaigns

extension Stage {
    static let manager = Actor(id: "manager", role: .manager)

    /// Leads as lead-intake would have published them.
    @discardableResult
    func leads(_ count: Int, _ change: (Int, inout Lead) -> Void = { _, _ in }) async throws -> [Lead] {
        let leads = (0..<count).map { number in
            var lead = Lead(
                id: .make(),
                slug: "lead-\(number)",
                name: "Lead \(number)",
                category: "Plumber",
                city: "Austin",
                state: "TX",
                country: "US",
                phone: "+1512555\(String(format: "%04d", number))",
                email: "lead\(number)@example.com",
                rating: 4.5,
                source: .googleBusiness,
                qualificationScore: 80,
                createdAt: Date(),
                updatedAt: Date()
            )
            change(number, &lead)
            return lead
        }
        try await database.transaction { transaction in
            try await transaction.keep(leads)
            try await transaction.keep(
                leads.map { lead in
                    SiteChange(
                        site: .make(),
                        lead: lead.id,
                        slug: lead.slug,
                        url: "https://sites.example.com/sites/\(lead.slug)",
                        event: .make()
                    )
                }
            )
        }
        return leads
    }

    @discardableResult
    func start(
        _ channel: Contracts.Channel = .email,
        _ filter: AudienceFilter = AudienceFilter(),
        template: MessageTemplate? = nil,
        key: IdempotencyKey = .make(),
        as actor: Actor = manager
    ) async throws -> StartCampaign.Answer {
        let command = StartCampaign(name: "Spring", channel: channel, filter: filter, template: template)
        return try await service.commands.start(Asked(command: command, actor: actor, key: key))
    }

    func results(_ campaign: StartCampaign.Answer) async throws -> GetCampaignResults.Answer {
        try await #require(database.results(of: campaign.campaignID))
    }

    /// How many messages are in each state.
    func states() async throws -> [MessageState: Int] {
        var states: [MessageState: Int] = [:]
        for row in try await database.rows("SELECT state, count(*) AS messages FROM messages GROUP BY state") {
            let state: MessageState = try row.value("state")
            states[state] = try row.decode("messages")
        }
        return states
    }

    /// A message to a lead that was sent a while ago, so that what happens now isn't too soon for a person.
    func sentMessage(
        to lead: Lead,
        _ channel: Contracts.Channel = .email,
        links: [String] = ["https://sites.example.com/sites/a"]
    ) async throws -> MessageID {
        let campaign = try await start(channel, AudienceFilter(leadIDs: [lead.id]))
        let row = try await database.row(
            """
            UPDATE messages
            SET state = 'sent', handed_over_at = now() - interval '1 hour', out_since = now() - interval '1 hour',
                sent_at = now() - interval '1 hour', links = \(links),
                provider_id = \(channel == .sms ? "SM-\(lead.slug)" : nil)
            WHERE campaign_id = \(campaign.campaignID.rawValue)
            RETURNING id
            """
        )
        return try #require(try row?.id("id"))
    }
}

// MARK: - What was told

extension Stage {
    struct Told: Hashable, Sendable {
        var subject: String
        var data: String
    }

    /// What was published so far, in its order; nobody takes it from the outbox here.
    func told(_ subject: Subject? = nil) async throws -> [Told] {
        try await database.rows("SELECT subject, convert_from(payload, 'UTF8')::jsonb -> 'data' AS data FROM outbox ORDER BY position")
            .map { Told(subject: try $0.decode("subject"), data: try $0.decode("data")) }
            .filter { subject == nil || $0.subject == subject?.description }
    }

    /// How often each kind was published.
    func tellings() async throws -> [String: Int] {
        Dictionary(try await told().map { ($0.subject, 1) }, uniquingKeysWith: +)
    }

    func suppression(of address: String) async throws -> String? {
        try await database.row("SELECT reason FROM suppressions WHERE address = \(address) AND lifted_at IS NULL")?.decode("reason")
    }
}

/// Waits until something holds, and fails with what it was when it doesn't for half a minute.
func eventually(_ what: Comment, _ holds: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
