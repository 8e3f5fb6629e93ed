import BillingWebhookService
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
import Testing
import WebhookSignatures

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

/// Billing on a real database of its own; nothing runs but what a test runs. What would be published stands in the outbox.
struct Billing {
    let databaseURL: String
    let database: Database
    let nats: NATSClient
    let service: BillingWebhookService

    init(_ settings: [String: String] = [:], databaseURL: String? = nil, natsURL: String = "nats://127.0.0.1:1") async throws {
        if let databaseURL { self.databaseURL = databaseURL } else { self.databaseURL = try await PostgresServer.shared().makeDatabase() }
        database = Database(
            DatabaseConfiguration(
                url: self.databaseURL,
                maximumConnections: 8,
                applicationName: "test",
                schema: BillingWebhookService.schema
            ),
            logger: quietLogger
        )
        try await Migrator(
            database: database,
            schema: BillingWebhookService.schema,
            sets: [messagingMigrations, BillingWebhookService.migrations]
        ).migrate()
        nats = NATSClient(NATSConfiguration(servers: [natsURL], name: "test"), logger: quietLogger)

        var values = [
            "DATABASE_URL": self.databaseURL, "PUBLIC_URL": "https://pay.example", "RECURRENTE_WEBHOOK_SECRETS": webhookSecret,
            "RECURRENTE_SECRET_KEY": "sk_test_1", "RECURRENTE_PUBLIC_KEY": "pk_test_1", "RECURRENTE_API_URL": "http://127.0.0.1:1/api",
        ]
        values.merge(settings) { $1 }
        service = try BillingWebhookService(
            ServiceContext(
                settings: Settings(Setting.common(to: .billingWebhook) + BillingWebhookService.settings, values: values),
                database: database,
                commands: CommandClient(nats),
                outbound: OutboundClient(),
                logger: quietLogger
            )
        )
    }

    func close() async {
        await database.close()
    }

    /// The routes as ServiceKit serves them.
    var app: some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        service.addRoutes(to: router)
        return Application(router: router, logger: quietLogger)
    }

    func worker(acceptsTestMode: Bool = false, at time: Date? = nil) -> DeliveryWorker {
        DeliveryWorker(database: database, acceptsTestMode: acceptsTestMode, logger: quietLogger) { time ?? Date() }
    }

    /// Applies all that is due at `time`.
    func applyAll(at time: Date? = nil, acceptsTestMode: Bool = false) async throws {
        let worker = worker(acceptsTestMode: acceptsTestMode, at: time)
        while try await worker.applyNext() {}
    }
}

// MARK: What there is

/// A site that can be bought, known here as if lifecycle had told.
struct SiteForTest: Hashable, Sendable {
    var lead = LeadID.make()
    var site = SiteID.make()
    var slug = "cafe-\(UUID().uuidString.lowercased())"
    var checkout = CheckoutID.make()
    /// The provider's id of the checkout.
    var providerCheckout = "ch_\(UUID().uuidString.lowercased())"
}

extension SiteForTest {
    /// Its lead, as lead-intake tells of it.
    func snapshot(assignedTo assignee: String? = nil) -> Lead {
        var lead = Lead(
            id: lead,
            slug: slug,
            name: "Café Uno",
            source: .api,
            qualificationScore: 70,
            createdAt: Date(),
            updatedAt: Date()
        )
        lead.assignedTo = assignee
        return lead
    }
}

extension Billing {
    func addSite(_ site: SiteForTest = SiteForTest()) async throws -> SiteForTest {
        try await database.pipeline([
            "INSERT INTO leads (lead_id, version, name, email) VALUES (\(site.lead), 1, 'Café Uno', 'uno@example.com')",
            """
            INSERT INTO sites (site_id, lead_id, slug, title, url)
            VALUES (\(site.site), \(site.lead), \(site.slug), 'Café Uno', 'https://sites.example/cafe-uno')
            """,
        ])
        return site
    }

    /// A site somebody went to buy: its checkout stands at the provider.
    func addOpenCheckout(_ site: SiteForTest = SiteForTest()) async throws -> SiteForTest {
        let site = try await addSite(site)
        try await database.execute(
            """
            INSERT INTO checkouts (
                id, site_id, lead_id, state, amount_minor, currency, billing_interval, billing_interval_count, provider_id, url,
                created_at, lease_ends_at, opened_at, expires_at
            )
            VALUES (
                \(site.checkout), \(site.site), \(site.lead), 'open', 150000, 'GTQ', 'month', 1, \(site.providerCheckout),
                'https://pay.example/1', now(), now(), now(), now() + interval '1 day'
            )
            """
        )
        return site
    }

    /// As if the webhook route had taken it.
    func store(_ body: Data, id: String = "msg_\(UUID().uuidString)", at time: Date = Date()) async throws {
        try await database.execute(
            """
            INSERT INTO webhook_deliveries (provider, delivery_id, body, received_at, next_attempt_at)
            VALUES ('recurrente', \(id), \(body), \(time), \(time))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// What would be published, in its order.
    func published() async throws -> [StoredEvent] {
        try await database.rows("SELECT subject, payload FROM outbox ORDER BY position").map(StoredEvent.init)
    }

    /// The states of all deliveries, oldest first.
    func states() async throws -> [String] {
        try await database.rows("SELECT state FROM webhook_deliveries ORDER BY id").map { try $0.decode("state") }
    }

    func count(_ sql: SQL) async throws -> Int {
        try await database.row("SELECT count(*) AS n FROM (\(fragment: sql)) AS counted")?.decode("n") ?? 0
    }

    /// The tables that have one of `words` in any column of any row, in small letters; bytes as the text that they are.
    func tables(holding words: [String]) async throws -> Set<String> {
        try await database.transaction { transaction in
            try await transaction.execute("SET LOCAL bytea_output = 'escape'")
            let tables = try await transaction.rows("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()")
                .map { try $0.decode("name", as: String.self) }
            var found: Set<String> = []
            for table in tables {
                let rows = try await transaction.rows("SELECT lower(t::text) AS line FROM \(identifier: table) AS t")
                let lines = try rows.map { try $0.decode("line", as: String.self) }
                if lines.contains(where: { line in words.contains { line.contains($0) } }) { found.insert(table) }
            }
            return found
        }
    }

    func figures() async throws -> GetBillingFigures.Answer { try await database.billingFigures() }
    func customer(of lead: LeadID) async throws -> GetCustomer.Answer { try await database.customer(of: lead) }
}

struct StoredEvent: Sendable {
    var subject: String
    var payload: Data

    init(_ row: Row) throws {
        subject = try row.decode("subject")
        payload = try row.decode("payload")
    }

    func fact<Fact: Event>(_ type: Fact.Type = Fact.self) throws -> Fact {
        try WireJSON.decode(Envelope<Fact>.self, from: payload).fact
    }
}

// MARK: What tests do again and again

/// The headers that Svix sends with `body`.
func signed(
    _ body: Data,
    id: String = "msg_\(UUID().uuidString)",
    at time: Date = Date(),
    secret: String = webhookSecret
) throws -> HTTPFields {
    let signature = try SvixSigner(secret: secret).sign(id: id, rawBody: body, at: time)
    var headers: HTTPFields = [.contentType: "application/json"]
    for (name, value) in [("svix-id", signature.id), ("svix-timestamp", signature.timestamp), ("svix-signature", signature.signature)] {
        headers[try #require(HTTPField.Name(name))] = value
    }
    return headers
}

/// Waits until `condition` holds.
func eventually(
    _ what: Comment,
    within patience: Duration = .seconds(30),
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
