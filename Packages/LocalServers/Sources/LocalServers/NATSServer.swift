import Foundation
import Synchronization

/// A real nats-server with JetStream of one's own: from the installed binary, in its own directory, on 127.0.0.1 only.
public final class NATSServer: Sendable {
    public let directory: String
    public let port: Int
    public let logFile: String

    private let plan: NATSPlan
    private let process: Mutex<ManagedProcess>

    private init(plan: NATSPlan, port: Int, process: ManagedProcess) {
        directory = plan.directory
        self.port = port
        logFile = plan.logFile
        self.plan = plan
        self.process = Mutex(process)
    }

    /// Starts a server and returns once it takes connections. A directory that holds streams already is used as it is.
    ///
    /// - Parameters:
    ///   - directory: where all of it is kept; without one a temporary directory, removed at the end.
    ///   - port: without one a free port; it stays the same over ``restart()``.
    ///   - lifetime: whether it ends with this process.
    ///   - configuration: text of a nats-server configuration file, for accounts, TLS and limits. Address, ports and store are ours.
    /// - Returns: the running server.
    /// - Throws: ``LocalServerError``, with the end of the server's log.
    public static func start(
        directory: String? = nil,
        port: Int? = nil,
        lifetime: Lifetime = .thisProcess,
        configuration: String? = nil
    ) async throws -> NATSServer {
        let plan = NATSPlan(
            directory: try ServerDirectory.make(directory, purpose: "nats", ownedBy: nil),
            isTemporary: directory == nil,
            lifetime: lifetime
        )
        do {
            // It may hold passwords.
            let text = Data((configuration ?? "").utf8)
            guard FileManager.default.createFile(atPath: plan.configurationFile, contents: text, attributes: [.posixPermissions: 0o600])
            else {
                throw LocalServerError(.cannotStart, "\(plan.configurationFile) can't be written")
            }
            let (chosen, process) = try await launch(plan, port: port)
            return NATSServer(plan: plan, port: chosen, process: process)
        } catch {
            if plan.isTemporary { try? FileManager.default.removeItem(atPath: plan.directory) }
            throw error
        }
    }

    private static func launch(_ plan: NATSPlan, port: Int?) async throws -> (Int, ManagedProcess) {
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
    public static func attach(directory: String) -> NATSServer? {
        let plan = NATSPlan(directory: directory, isTemporary: false, lifetime: .lasting)
        guard let process = ManagedProcess.attach(pidFile: plan.pidFile),
            let text = try? String(contentsOfFile: plan.portFile, encoding: .utf8), let port = Int(text)
        else { return nil }
        return NATSServer(plan: plan, port: port, process: process)
    }

    /// One server for all tests of this process, started at the first call and gone with the process. Name your streams apart.
    public static func shared() async throws -> NATSServer {
        let task = sharedServer.withLock { server in
            if let server { return server }
            let started = Task { try await NATSServer.start() }
            server = started
            return started
        }
        return try await task.value
    }

    // A task, so that tests that start at once wait for the same server.
    private static let sharedServer = Mutex<Task<NATSServer, any Error>?>(nil)

    public var url: String { "nats://127.0.0.1:\(port)" }
    public var pid: Int32 { current.pid }
    public var isRunning: Bool { current.isRunning }

    /// Ends it in order. A temporary directory is removed.
    public func stop() async throws {
        resume()
        try await current.stop()
        if plan.isTemporary { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// SIGKILL; returns once it has ended.
    public func kill() async throws {
        let process = current
        process.signal(SIGKILL)
        try await process.waitForExit()
    }

    /// Stands still (SIGSTOP): connections stay open and nothing answers, as with a hung machine.
    public func pause() async throws { try await current.pause() }

    /// Goes on after ``pause()``.
    public func resume() { current.signal(SIGCONT) }

    /// Starts it again on the same port, store and configuration, after ``kill()`` or while it runs.
    public func restart() async throws {
        if isRunning {
            resume()
            try await current.stop()
        }
        switch try await plan.launch(port: port) {
        case .ready(let started): process.withLock { $0 = started }
        case .portTaken: throw LocalServerError(.notReady, "the port \(port) was taken meanwhile")
        }
    }

    private var current: ManagedProcess { process.withLock { $0 } }
}

/// How one server is laid out and started.
struct NATSPlan: Sendable {
    enum Launch {
        case ready(ManagedProcess)
        case portTaken
    }

    let directory: String
    let isTemporary: Bool
    let lifetime: Lifetime

    var logFile: String { "\(directory)/nats.log" }
    var pidFile: String { "\(directory)/nats.pid" }
    var portFile: String { "\(directory)/nats.port" }
    var configurationFile: String { "\(directory)/nats.conf" }

    /// Starts the server and waits until it says that it is ready.
    func launch(port: Int) async throws -> Launch {
        let said = ServerDirectory.size(of: logFile)
        let process = try await ManagedProcess.start(
            .init(
                executable: "nats-server",
                arguments: [
                    "--config", configurationFile, "--addr", "127.0.0.1", "--port", String(port),
                    "--jetstream", "--store_dir", "\(directory)/jetstream",
                    // A configuration's port for monitoring is one for all servers of this machine.
                    "--http_port", "0",
                ],
                directory: directory,
                logFile: logFile,
                pidFile: pidFile,
                lifetime: lifetime,
                removedByGuard: isTemporary ? directory : nil
            )
        )
        let isSettled = try await poll(within: .seconds(30)) {
            !process.isRunning || ServerDirectory.text(of: logFile, from: said).contains("Server is ready")
        }
        if isSettled, process.isRunning {
            try Data(String(port).utf8).write(to: URL(filePath: portFile))
            return .ready(process)
        }
        if process.isRunning { try await process.stop() }
        let log = ServerDirectory.tail(of: logFile, from: said)
        if log.contains("address already in use") { return .portTaken }
        throw LocalServerError(.notReady, "nats-server did not start in \(directory):\n\(log)")
    }
}
