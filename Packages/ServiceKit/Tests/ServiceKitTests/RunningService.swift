import Contracts
import Foundation
import LocalServers
import Outbound
import Testing

/// The example service as a process of its own, on servers of its own that a test may stop.
struct RunningService: Sendable {
    let postgres: PostgresServer
    let nats: NATSServer
    let port: Int
    let settings: [String: String]
    let web = OutboundClient()

    /// With a certificate, both servers are reached by TLS alone.
    init(certificate: CertificateAuthority.Issued? = nil) async throws {
        async let startedPostgres = PostgresServer.start()
        async let startedNATS = NATSServer.start(
            configuration: certificate.map { "tls { cert_file: \"\($0.certificateFile)\", key_file: \"\($0.keyFile)\" }" }
        )
        (postgres, nats) = try await (startedPostgres, startedNATS)
        _ = try await postgres.execute("CREATE SCHEMA example")
        if let certificate { try await postgres.useTLS(certificate, only: true) }
        port = try FreePort.choose()
        settings = [
            "DATABASE_URL": postgres.url(),
            "NATS_URL": nats.url,
            "HTTP_PORT": "\(port)",
            "GREETING_URL": "https://greetings.example",
        ]
    }

    func close() async throws {
        await web.shutdown()
        try await nats.stop()
        try await postgres.stop()
    }

    func get(_ path: String) async throws -> OutboundResponse {
        try await web.send(OutboundRequest(.get, "http://127.0.0.1:\(port)\(path)", timeout: .seconds(10)))
    }

    /// What `/health/ready` answers, as soon as anything answers there.
    func readiness() async -> (status: Int, body: String)? {
        guard let response = try? await get("/health/ready") else { return nil }
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    func waitUntilReady(_ sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("it never became ready", sourceLocation) { await readiness()?.status == 200 }
    }

    func eventually(
        _ what: Comment,
        _ sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(40)
        while try await !condition() {
            guard ContinuousClock.now < end else {
                Issue.record(what, sourceLocation: sourceLocation)
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Starts the executable with `arguments`.
    static func start(_ arguments: [String] = [], _ environment: [String: String]) async throws -> (ManagedProcess, log: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "example-\(EventID.make()).log").path
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: executable, arguments: arguments, environment: environment, logFile: log)
        )
        return (process, log)
    }

    /// Runs the executable to its end: its exit, and what it printed.
    static func run(_ arguments: [String], _ environment: [String: String]) async throws -> (ProcessExit, String) {
        let (process, log) = try await start(arguments, environment)
        defer { try? FileManager.default.removeItem(atPath: log) }
        let exit = try await process.waitForExit()
        return (exit, try String(contentsOfFile: log, encoding: .utf8))
    }

    /// Beside the test bundle, where the build put it.
    private static var executable: String {
        let own = CommandLine.arguments[0]
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? own
        let places = [own, running].map { URL(filePath: $0).deletingLastPathComponent().path + "/example-service" }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? places[0]
    }
}
