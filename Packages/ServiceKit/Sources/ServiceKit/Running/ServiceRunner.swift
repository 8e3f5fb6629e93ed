import Contracts
import CoreMetrics
import Foundation
import Hummingbird
import Logging
import Messaging
import NIOCore
import Outbound
import Postgres
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Builds one service from its settings and runs it: connect, migrate, then everything at once, until SIGTERM.
struct ServiceRunner<S: PlumblineService>: Sendable {
    /// Swift-log and swift-metrics are set up once in a process.
    private static func bootstrapLogging(level: Logger.Level) {
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label, service: S.name.rawValue, level: level) }
    }

    private func readSettings() async throws -> Settings {
        let settings = try await SettingsSource.read(Setting.common(to: S.name) + S.settings)
        let faults = settings.commonFaults
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
        return settings
    }

    private func makeDatabase(_ settings: Settings, logger: Logger) -> Database {
        Database(
            DatabaseConfiguration(
                url: settings.string("DATABASE_URL"),
                caFile: settings.optionalString("DATABASE_CA_FILE"),
                maximumConnections: settings.int("DATABASE_CONNECTIONS"),
                applicationName: S.name.rawValue,
                schema: S.schema
            ),
            logger: logger
        )
    }

    /// Of the owner of the tables, for migrations alone.
    private func withMigrator<Answer: Sendable>(
        _ settings: Settings,
        logger: Logger,
        _ body: (Migrator) async throws -> Answer
    ) async throws -> Answer {
        let database = Database(
            DatabaseConfiguration(
                url: settings.optionalString("MIGRATION_DATABASE_URL") ?? settings.string("DATABASE_URL"),
                caFile: settings.optionalString("DATABASE_CA_FILE"),
                maximumConnections: 1,
                applicationName: "\(S.name.rawValue) migrations",
                schema: S.schema
            ),
            logger: logger
        )
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body(Migrator(database: database, schema: S.schema, sets: [messagingMigrations, S.migrations])))
        } catch {
            answer = .failure(error)
        }
        await database.close()
        return try answer.get()
    }

    /// All that is served by HTTP: what every service has, and its own.
    private func makeRouter(to service: S, readiness: Readiness, metrics: PrometheusMetrics) -> Router<ServiceRequestContext> {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ObservingMiddleware())
        router.add(middleware: ProblemMiddleware())
        // HTTP answers from the start and says "not ready"; what needs tables and streams begins when they are there.
        OperationalRoutes(readiness: readiness, metrics: metrics).add(to: router)
        router.add(middleware: PreparedMiddleware(prepared: readiness.prepared))
        service.addRoutes(to: router)
        return router
    }

    func run() async throws {
        let settings = try await readSettings()
        Self.bootstrapLogging(level: Logger.Level(rawValue: settings.string("LOG_LEVEL")) ?? .info)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: S.name.rawValue)

        let database = makeDatabase(settings, logger: logger)
        let nats = NATSClient(settings.nats(as: S.name), logger: logger)
        let outbound = OutboundClient()
        let commands = CommandClient(nats)
        let service = try S(ServiceContext(settings: settings, database: database, commands: commands, outbound: outbound, logger: logger))

        let prepared = Preparation()
        let readiness = Readiness(database: database, nats: nats, prepared: prepared)
        let http = Application(
            router: makeRouter(to: service, readiness: readiness, metrics: metrics),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.string("HTTP_HOST"), port: settings.int("HTTP_PORT")),
                serverName: "plumbline"
            ),
            logger: logger
        )

        let handlers = service.consumes
        let place = "\(settings.string("HTTP_HOST")):\(settings.int("HTTP_PORT"))"
        let consumers = EventConsumers(service: S.name, database: database, client: nats, handlers: handlers, logger: logger)
        let working: [any Service] =
            [
                OutboxRelay(database: database, client: nats, logger: logger),
                StreamEraser(service: S.name, database: database, client: nats, logger: logger),
                consumers,
                CommandServer(service: S.name, client: nats, handlers: service.answers + consumers.answers, logger: logger),
                StandingFigures(
                    service: S.name,
                    database: database,
                    nats: nats,
                    streams: Set(handlers.map(\.stream)).sorted(),
                    logger: logger
                ),
            ] + service.runs

        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: Closing { await outbound.shutdown() }, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: Closing { await database.close() }, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: Closing { await nats.drain() }, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: Preparing(prepared: prepared, logger: logger) {
                            try await nats.connect()
                            _ = try await withMigrator(settings, logger: logger) { try await $0.migrate() }
                            for stream in Catalogue.streams where stream.publisher == S.name {
                                try await JetStream(nats).ensureStream(StreamConfiguration(stream))
                            }
                        },
                        successTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ]
                    + working.map {
                        .init(
                            service: AfterPreparation(service: $0, prepared: prepared),
                            successTerminationBehavior: .gracefullyShutdownGroup
                        )
                    }
                    + [
                        .init(
                            service: Listening(http: http, place: place, patience: settings.duration("STOP_PATIENCE")),
                            successTerminationBehavior: .gracefullyShutdownGroup
                        )
                    ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        logger.info("Starting", metadata: ["http.port": "\(settings.int("HTTP_PORT"))"])
        try await group.run()
        logger.info("Stopped")
    }

    /// What it serves by HTTP, with these settings: `GET /health/live` and so on. Nothing is connected to.
    func routes() async throws -> [String] {
        let settings = try await readSettings()
        var logger = Logger(label: S.name.rawValue)
        logger.logLevel = .warning
        let (database, nats) = (makeDatabase(settings, logger: logger), NATSClient(settings.nats(as: S.name), logger: logger))
        let outbound = OutboundClient()
        let commands = CommandClient(nats)
        let service = try S(ServiceContext(settings: settings, database: database, commands: commands, outbound: outbound, logger: logger))
        let readiness = Readiness(database: database, nats: nats, prepared: Preparation())
        let router = makeRouter(to: service, readiness: readiness, metrics: PrometheusMetrics())
        return router.routes.map { "\($0.method.rawValue) \($0.path)" }.sorted()
    }

    func migrate() async throws {
        let applied = try await withMigrator(try await readSettings(), logger: Logger(label: S.name.rawValue)) { try await $0.migrate() }
        for migration in applied { print("applied \(migration.module) \(migration.version) \(migration.name)") }
        if applied.isEmpty { print("nothing to apply") }
    }

    /// What the operator asked for, at tables that are brought up to date before, as at the service's own start.
    func run(_ command: any OperatorCommand) async throws -> String {
        let settings = try await readSettings()
        var logger = Logger(label: S.name.rawValue)
        // For people at a terminal, and for pipes: the answer is all that is said.
        logger.logLevel = .warning
        _ = try await withMigrator(settings, logger: logger) { try await $0.migrate() }
        let database = makeDatabase(settings, logger: logger)
        let answer: Result<String, any Error>
        do {
            answer = .success(try await command.run(OperatorContext(settings: settings, database: database, logger: logger)))
        } catch {
            answer = .failure(error)
        }
        await database.close()
        return try answer.get()
    }

    func printMigrationStatus() async throws {
        let status = try await withMigrator(try await readSettings(), logger: Logger(label: S.name.rawValue)) { try await $0.status() }
        for migration in status { print("\(migration.module) \(migration.version) \(migration.name): \(migration.state)") }
    }
}
