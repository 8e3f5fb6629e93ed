public import Contracts
import Foundation
public import LocalServers
import Outbound
import Synchronization

/// The whole system on this machine: PostgreSQL, NATS, the provider sandbox and the services, each a process of its own.
public final class LocalStack: Sendable {
    public let plan: StackPlan
    public let postgres: PostgresServer
    public let nats: NATSServer
    let directory: StackDirectory
    private let lifetime: Lifetime
    private let isTemporary: Bool
    /// For health checks and the demo's own requests.
    let outbound = OutboundClient()
    private let processes = Mutex<[String: ManagedProcess]>([:])

    private init(
        plan: StackPlan,
        directory: StackDirectory,
        postgres: PostgresServer,
        nats: NATSServer,
        lifetime: Lifetime,
        isTemporary: Bool
    ) {
        self.plan = plan
        self.directory = directory
        self.postgres = postgres
        self.nats = nats
        self.lifetime = lifetime
        self.isTemporary = isTemporary
    }

    /// The names of the processes beside the two servers, in the order of their start.
    public static let processNames = ["sandbox"] + StackPlan.services.map(\.rawValue)

    /// Starts everything and returns once each service says that it is ready.
    ///
    /// - Parameters:
    ///   - plan: what to start.
    ///   - names: which of the sandbox and the services; the two servers are always started.
    ///   - directory: where it is kept; a temporary directory without one.
    ///   - lifetime: whether it ends with this process.
    /// - Returns: the running stack.
    /// - Throws: ``LocalServers/LocalServerError`` that names what didn't come up, with the end of its log.
    public static func start(
        _ plan: StackPlan,
        starting names: [String] = processNames,
        directory: String? = nil,
        lifetime: Lifetime = .thisProcess
    ) async throws -> LocalStack {
        let place = StackDirectory(path: directory ?? NSTemporaryDirectory() + "plumbline-\(EventID.make())")
        try place.create()
        try place.write(plan)
        do {
            let stack = try await startServers(plan, place, lifetime, isTemporary: directory == nil)
            for name in names { try await stack.start(name) }
            for service in StackPlan.services where names.contains(service.rawValue) { try await stack.waitUntilReady(service) }
            return stack
        } catch {
            // Nothing half started stays behind; its data and logs do, where somebody asked for the directory.
            _ = try? await StackProcesses(directory: place.path).stop()
            if directory == nil { try? FileManager.default.removeItem(atPath: place.path) }
            throw error
        }
    }

    private static func startServers(
        _ plan: StackPlan,
        _ place: StackDirectory,
        _ lifetime: Lifetime,
        isTemporary: Bool
    ) async throws -> LocalStack {
        let provisioning = Provisioning(plan: plan)
        async let startedPostgres = PostgresServer.start(
            directory: place.postgres,
            port: plan.port(of: "postgres"),
            lifetime: lifetime,
            authentication: .scram(password: plan.secret(of: "operator")),
            sharedBuffers: plan.overrides["postgres"]?["shared_buffers"] ?? "64MB"
        )
        async let startedNATS = NATSServer.start(
            directory: place.nats,
            port: plan.port(of: "nats"),
            lifetime: lifetime,
            configuration: provisioning.natsConfiguration()
        )
        let (postgres, nats) = try await (startedPostgres, startedNATS)
        if try await postgres.execute("SELECT 1 FROM pg_database WHERE datname = '\(Provisioning.database)'").isEmpty {
            try await postgres.createDatabase(Provisioning.database)
        }
        try await postgres.execute(
            Provisioning.postgresScript,
            database: Provisioning.database,
            variables: provisioning.postgresPasswords()
        )
        return LocalStack(plan: plan, directory: place, postgres: postgres, nats: nats, lifetime: lifetime, isTemporary: isTemporary)
    }

    /// The lasting stack of a directory, or nil when there is none, or its servers don't run.
    public static func attach(directory: String) throws -> LocalStack? {
        let place = StackDirectory(path: directory)
        guard let plan = try place.readPlan(),
            let postgres = PostgresServer.attach(directory: place.postgres, authentication: .scram(password: plan.secret(of: "operator"))),
            let nats = NATSServer.attach(directory: place.nats)
        else { return nil }
        let stack = LocalStack(plan: plan, directory: place, postgres: postgres, nats: nats, lifetime: .lasting, isTemporary: false)
        stack.processes.withLock { processes in
            for name in processNames {
                if let process = ManagedProcess.attach(pidFile: place.pidFile(of: name)) { processes[name] = process }
            }
        }
        return stack
    }

    /// Starts those of the sandbox and the services that don't run, after a crash, and waits until all are ready.
    ///
    /// - Returns: the names of those that were started.
    @discardableResult
    public func startMissing() async throws -> [String] {
        let missing = Self.processNames.filter { process($0)?.isRunning != true }
        for name in missing { try await start(name) }
        try await waitUntilReady()
        return missing
    }

    /// Stops everything, the services first: what they have in hand is finished. A temporary directory is removed.
    public func stop() async throws {
        let running = processes.withLock { $0 }
        try await withThrowingTaskGroup { group in
            for name in StackPlan.services.map(\.rawValue) {
                if let process = running[name] { group.addTask { _ = try await process.stop(grace: .seconds(15)) } }
            }
            try await group.waitForAll()
        }
        if let sandbox = running["sandbox"] { _ = try await sandbox.stop(grace: .seconds(5)) }
        try await nats.stop()
        try await postgres.stop()
        if isTemporary { try? FileManager.default.removeItem(atPath: directory.path) }
    }

    // MARK: One process

    /// Starts a process of the stack that doesn't run: a service by its name, or `sandbox`.
    public func start(_ name: String) async throws {
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "\(plan.executables)/\(name)",
                environment: environment(of: name),
                logFile: directory.log(of: name),
                pidFile: directory.pidFile(of: name),
                lifetime: lifetime,
                // Of a throw-away stack nothing stays behind, also when its owner just ends: one guard sees to it, the others end with it.
                removedByGuard: isTemporary && name == "sandbox" ? directory.path : nil
            )
        )
        processes.withLock { $0[name] = process }
    }

    /// SIGKILL: what the service had in hand is lost, what it committed is not.
    public func kill(_ service: ServiceName) async throws {
        guard let process = process(service.rawValue) else { return }
        process.signal(SIGKILL)
        _ = try await process.waitForExit()
    }

    /// SIGTERM: the service finishes what it has in hand.
    public func stop(_ service: ServiceName) async throws {
        _ = try await process(service.rawValue)?.stop(grace: .seconds(15))
    }

    public func process(_ name: String) -> ManagedProcess? { processes.withLock { $0[name] } }

    func environment(of name: String) -> [String: String] {
        if let service = ServiceName(rawValue: name) {
            return plan.environment(
                of: service,
                databaseURL: databaseURL(of: service),
                migrationURL: migrationURL(of: service),
                in: directory
            )
        }
        return plan.sandboxEnvironment()
    }

    // MARK: Addresses

    /// How the service's own role reaches its schema.
    public func databaseURL(of service: ServiceName) -> String {
        postgres.url(database: Provisioning.database, user: service.schema, password: plan.secret(of: service.rawValue))
    }

    /// How the owner of that schema does, who alone may change its tables.
    public func migrationURL(of service: ServiceName) -> String {
        let password = plan.secret(of: StackPlan.owner(of: service))
        return postgres.url(database: Provisioning.database, user: service.schema + "_owner", password: password)
    }

    public func url(of service: ServiceName) -> String { plan.url(of: service) }
    public var natsURL: String { plan.natsURL }
    public func logFile(of name: String) -> String { directory.log(of: name) }
}
