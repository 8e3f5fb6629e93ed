import ConsoleService
import Contracts
import Foundation
import LocalServers
import Messaging
import Outbound
import Postgres
import ServiceKit
import Testing

/// The executable itself, on a PostgreSQL and a NATS of its own, as an operator has it.
@Suite("The executable", .timeLimit(.minutes(2)))
struct ExecutableTests {
    @Test func `from an empty database to a first account, its token, and a task that was told of`() async throws {
        let nats = try await NATSServer.start()
        let url = try await PostgresServer.shared().makeDatabase()
        let client = NATSClient(NATSConfiguration(servers: [nats.url], name: "test"), logger: quietLogger)
        try await client.connect()
        for stream in Catalogue.streams { try await JetStream(client).ensureStream(StreamConfiguration(stream)) }
        let port = try FreePort.choose()
        let settings = ["DATABASE_URL": url, "NATS_URL": nats.url, "HTTP_PORT": "\(port)", "LOG_LEVEL": "warning"]
        let password = NSTemporaryDirectory() + "plumbline-password-\(UUID().uuidString)"
        try "ann's long password".write(toFile: password, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: password) }

        let added = try await run(
            ["add-account", "--email", "ann@example.com", "--name", "Ann", "--role", "manager", "--password-file", password],
            settings
        )
        #expect(added.exit.isSuccess && added.output.contains("role manager"), "\(added.output)")
        let token = try await run(["add-token", "--email", "ann@example.com", "--name", "test"], settings)
        #expect(token.exit.isSuccess)
        #expect(try await run(["add-account", "--email", "x"], settings).exit == .code(64))
        #expect(try await run([], settings.merging(["SESSION_IDLE": "1", "TRUSTED_PROXIES": "x"]) { $1 }).exit == .code(78))

        let (process, log) = try await start([], settings)
        let web = OutboundClient()
        let bearer = token.output.trimmingCharacters(in: .whitespacesAndNewlines)
        func tasks() async throws -> TaskPage {
            let headers = [(name: "Authorization", value: "Bearer \(bearer)")]
            let request = OutboundRequest(.get, "http://127.0.0.1:\(port)/api/v1/crm/tasks", headers: headers, retry: .never)
            return try WireJSON.decode(TaskPage.self, from: try await web.send(request).body)
        }
        try await eventually("ready") {
            try #require(process.isRunning, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
            return (try? await web.send(OutboundRequest(.get, "http://127.0.0.1:\(port)/health/ready")).status) == 200
        }
        #expect(try await tasks().tasks.isEmpty)
        let lead = Lead(
            id: .make(),
            slug: "a",
            name: "Café Uno",
            source: .api,
            qualificationScore: 1,
            createdAt: someTime,
            updatedAt: someTime
        )
        try await tell(LeadCreated(snapshot: lead), by: client)
        try await tell(FollowUpDue(leadID: lead.id, rule: "r", title: "Call them", dueAt: someTime), by: client)
        try await eventually("the task is there") { try await tasks().tasks.map(\.title) == ["Call them"] }

        #expect(try await process.stop().isSuccess)
        await web.shutdown()
        await client.drain()
        try await nats.stop()
        for path in [password, log] { try? FileManager.default.removeItem(atPath: path) }
    }

    private func tell(_ event: some Event, by client: NATSClient) async throws {
        let stream = try #require(Catalogue.stream(of: type(of: event)))
        let envelope = Envelope(event, source: stream.publisher, time: Date(), trace: nil)
        _ = try await JetStream(client).publish(
            event.subject.description,
            payload: WireJSON.encode(envelope),
            messageID: "\(envelope.id)"
        )
    }

    private func start(_ arguments: [String], _ settings: [String: String]) async throws -> (ManagedProcess, log: String) {
        let log = NSTemporaryDirectory() + "plumbline-console-\(UUID().uuidString).log"
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH"].contains($0.key) }
        let process = try await ManagedProcess.start(
            .init(
                executable: Self.executable,
                arguments: arguments,
                environment: settings.merging(inherited) { first, _ in first },
                logFile: log
            )
        )
        return (process, log)
    }

    private func run(_ arguments: [String], _ settings: [String: String]) async throws -> (exit: ProcessExit, output: String) {
        let (process, log) = try await start(arguments, settings)
        let exit = try await process.waitForExit()
        defer { try? FileManager.default.removeItem(atPath: log) }
        return (exit, try String(contentsOfFile: log, encoding: .utf8))
    }

    /// Beside the tests.
    private static var executable: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folders = [own, CommandLine.arguments[0]].map { URL(filePath: $0).deletingLastPathComponent().path }
        return folders.map { "\($0)/console" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "console"
    }
}
