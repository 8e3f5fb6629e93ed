public import Contracts
public import Hummingbird
public import Logging
public import Messaging
public import Outbound
public import Postgres
public import ServiceLifecycle

/// What an executable is made of, as a table of contents; ``ServiceMain`` runs it.
public protocol PlumblineService: Sendable {
    static var name: ServiceName { get }
    /// The PostgreSQL schema that it owns.
    static var schema: String { get }
    /// Its own settings; ``Setting/common(to:)`` come before.
    static var settings: [Setting] { get }
    static var migrations: MigrationSet { get }
    /// What its executable can do for an operator beside running.
    static var operatorCommands: [any OperatorCommand.Type] { get }

    /// Wires the parts; nothing runs yet.
    ///
    /// - Throws: ``SettingsError`` when values don't fit together.
    init(_ context: ServiceContext) throws

    /// The events it follows.
    var consumes: [EventHandler] { get }
    /// The commands it owns the answer to.
    var answers: [CommandHandler] { get }
    /// What it serves to the outside.
    func addRoutes(to router: Router<ServiceRequestContext>)
    /// What it runs beside those: schedulers, senders, sweepers.
    var runs: [any Service] { get }
}

extension PlumblineService {
    public static var operatorCommands: [any OperatorCommand.Type] { [] }
    public func addRoutes(to router: Router<ServiceRequestContext>) {}
    public var runs: [any Service] { [] }
}

/// What every service is given: its settings, and the clients that share its lifetime.
public struct ServiceContext: Sendable {
    public let settings: Settings
    public let database: Database
    public let commands: CommandClient
    public let outbound: OutboundClient
    public let logger: Logger

    public init(settings: Settings, database: Database, commands: CommandClient, outbound: OutboundClient, logger: Logger) {
        self.settings = settings
        self.database = database
        self.commands = commands
        self.outbound = outbound
        self.logger = logger
    }

    /// How the outside reaches this service, without a slash at its end.
    public var publicURL: String { settings.publicURL }
}
