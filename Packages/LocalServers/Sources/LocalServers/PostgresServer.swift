import Foundation
import Synchronization

/// A real PostgreSQL of one's own: from the installed binaries, in its own directory, on 127.0.0.1 only.
///
/// When we are root, it runs as the account `postgres`, since PostgreSQL refuses to be root.
public final class PostgresServer: Sendable {
    /// Who may log in, from this machine only.
    public enum Authentication: Hashable, Sendable {
        /// Anybody, as anyone.
        case trust
        /// SCRAM-SHA-256; the password of the superuser `postgres`.
        case scram(password: String)
    }

    /// What a commit promises.
    public enum Durability: Hashable, Sendable {
        /// Committed is on disk, as in production.
        case durable
        /// Survives a killed server, not a dead machine: several times as fast, for tests that ask nothing of the disk.
        case fast
    }

    public let directory: String
    public let port: Int
    public let authentication: Authentication
    public let logFile: String

    private let durability: Durability
    private let sharedBuffers: String
    private let lifetime: Lifetime
    private let isTemporary: Bool
    private let process: Mutex<ManagedProcess>

    private init(plan: PostgresPlan, port: Int, process: ManagedProcess) {
        directory = plan.directory
        self.port = port
        authentication = plan.authentication
        logFile = plan.logFile
        durability = plan.durability
        sharedBuffers = plan.sharedBuffers
        lifetime = plan.lifetime
        isTemporary = plan.isTemporary
        self.process = Mutex(process)
    }

    /// Starts a server and returns once it takes connections. A directory that holds data already is used as it is.
    ///
    /// - Parameters:
    ///   - directory: where all of it is kept; without one a temporary directory, removed at the end.
    ///   - port: without one a free port; it stays the same over ``restart()``.
    ///   - lifetime: whether it ends with this process.
    ///   - authentication: who may log in.
    ///   - durability: what a commit promises.
    ///   - sharedBuffers: PostgreSQL's own memory for data, as its setting is written; by default little, for many small servers.
    /// - Returns: the running server.
    /// - Throws: ``LocalServerError``, with the end of the server's log.
    public static func start(
        directory: String? = nil,
        port: Int? = nil,
        lifetime: Lifetime = .thisProcess,
        authentication: Authentication = .trust,
        durability: Durability = .durable,
        sharedBuffers: String = "64MB"
    ) async throws -> PostgresServer {
        let plan = PostgresPlan(
            directory: try ServerDirectory.make(directory, purpose: "postgres", ownedBy: Account.postgres),
            isTemporary: directory == nil,
            lifetime: lifetime,
            authentication: authentication,
            durability: durability,
            sharedBuffers: sharedBuffers
        )
        do {
            try await plan.initialise()
            let (chosen, process) = try await launch(plan, port: port)
            return PostgresServer(plan: plan, port: chosen, process: process)
        } catch {
            if plan.isTemporary { try? FileManager.default.removeItem(atPath: plan.directory) }
            throw error
        }
    }

    private static func launch(_ plan: PostgresPlan, port: Int?) async throws -> (Int, ManagedProcess) {
        // Between choosing a free port and listening on it somebody else may take it.
        for _ in 0..<5 {
            let chosen = try port ?? FreePort.choose()
            switch try await plan.launch(port: chosen) {
            case .ready(let process): return (chosen, process)
            case .portTaken where port == nil: continue
            case .portTaken: throw LocalServerError(.notReady, "the port \(chosen) is taken")
            }
        }
        throw LocalServerError(.notReady, "no free port stayed free")
    }

    /// The lasting server of a directory, or nil when it doesn't run.
    public static func attach(directory: String, authentication: Authentication = .trust) -> PostgresServer? {
        let plan = PostgresPlan(
            directory: directory,
            isTemporary: false,
            lifetime: .lasting,
            authentication: authentication,
            durability: .durable,
            sharedBuffers: "64MB"
        )
        guard let process = ManagedProcess.attach(pidFile: plan.pidFile), let port = plan.postmaster?.port else { return nil }
        return PostgresServer(plan: plan, port: port, process: process)
    }

    public var pid: Int32 { current.pid }
    public var isRunning: Bool { current.isRunning }

    /// A URL that libpq takes: `postgres://user:password@127.0.0.1:port/database`.
    public func url(database: String = "postgres", user: String = "postgres", password: String? = nil) -> String {
        let known = password ?? (user == "postgres" ? superuserPassword : nil)
        let secret = known.map { ":\(Self.escaped($0))" } ?? ""
        return "postgres://\(Self.escaped(user))\(secret)@127.0.0.1:\(port)/\(Self.escaped(database))"
    }

    /// Ends it: connections are cut, everything is written. A temporary directory is removed.
    public func stop() async throws {
        try await current.stop(signal: SIGINT, grace: .seconds(20))
        if isTemporary { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// SIGKILL to the server's first process and to those of its connections; returns once all have ended.
    ///
    /// A connection's process would notice only later that the first has gone, and might take one more statement.
    public func kill() async throws {
        try await current.killWithChildren()
    }

    /// Starts it again on the same port and data, after ``kill()`` or while it runs.
    public func restart() async throws {
        if isRunning { try await current.stop(signal: SIGINT, grace: .seconds(20)) }
        let plan = PostgresPlan(
            directory: directory,
            isTemporary: isTemporary,
            lifetime: lifetime,
            authentication: authentication,
            durability: durability,
            sharedBuffers: sharedBuffers
        )
        switch try await plan.launch(port: port) {
        case .ready(let started): process.withLock { $0 = started }
        case .portTaken: throw LocalServerError(.notReady, "the port \(port) was taken meanwhile")
        }
    }

    private var current: ManagedProcess { process.withLock { $0 } }

    var superuserPassword: String? {
        switch authentication {
        case .trust: nil
        case .scram(let password): password
        }
    }

    private static func escaped(_ text: String) -> String {
        // RFC 3986, 2.3: what never needs escaping.
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
