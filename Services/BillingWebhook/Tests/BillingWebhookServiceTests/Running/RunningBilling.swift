import BillingWebhookService
import Contracts
import Foundation
import HTTPTypes
import LocalServers
import Logging
import Messaging
import Outbound
import Postgres
import ServiceLifecycle
import Testing

/// The service's own executable, on real PostgreSQL and NATS; it can be killed and started again.
final class RunningBilling: Sendable {
    let billing: Billing
    let server: NATSServer
    let client: NATSClient
    // A browser: what says that it is none is shown a button instead.
    let web = OutboundClient(OutboundConfiguration(userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"))
    let port: Int
    private let settings: [String: String]
    private let logFile = NSTemporaryDirectory() + "plumbline-billing-\(UUID().uuidString).log"

    /// `provider` is the address of a ``ProviderPeer``.
    init(provider: String = "http://127.0.0.1:1/api", _ settings: [String: String] = [:]) async throws {
        server = try await NATSServer.start()
        billing = try await Billing(natsURL: server.url)
        client = billing.nats
        try await client.connect()
        // The other services' streams are there as soon as they are.
        for stream in Catalogue.streams { try await JetStream(client).ensureStream(StreamConfiguration(stream)) }
        port = try FreePort.choose()
        self.settings = [
            "DATABASE_URL": billing.databaseURL, "NATS_URL": server.url, "HTTP_PORT": "\(port)", "LOG_LEVEL": "warning",
            "RECURRENTE_API_URL": provider, "RECURRENTE_SECRET_KEY": "sk_test_1", "RECURRENTE_WEBHOOK_SECRETS": webhookSecret,
        ].merging(settings) { $1 }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// Returns once it is ready.
    func start() async throws -> ManagedProcess {
        let process = try await ManagedProcess.start(
            .init(executable: Self.executable, environment: settings.merging(Self.environment) { first, _ in first }, logFile: logFile)
        )
        try await eventually("ready; it said: \(log)") {
            try #require(process.isRunning, "it ended; it said: \(log)")
            return (try? await web.send(OutboundRequest(.get, "\(url)/health/ready")).status) == 200
        }
        return process
    }

    func close() async throws {
        await web.shutdown()
        await client.drain()
        await billing.close()
        try await server.stop()
        try? FileManager.default.removeItem(atPath: logFile)
    }

    /// Delivers as Svix does: the same id until it is taken.
    func deliver(_ body: Data, id: String = "msg_\(UUID().uuidString)") async throws {
        let headers = try signed(body, id: id).map { (name: $0.name.rawName, value: $0.value) }
        let request = OutboundRequest(
            .post,
            "\(url)/webhooks/recurrente",
            headers: headers,
            body: body,
            timeout: .seconds(5),
            retry: .never
        )
        try await eventually("taken") { (try? await web.send(request).status) == 200 }
    }

    /// As lifecycle and lead-intake would tell.
    func tell(_ fact: some Event, by source: ServiceName = .lifecycle) async throws {
        let envelope = Envelope(fact, source: source, time: Date(), trace: nil)
        _ = try await JetStream(client).publish(
            fact.subject.description,
            payload: WireJSON.encode(envelope),
            messageID: envelope.id.description
        )
    }

    /// What the stream of billing's events holds, in its order.
    func published() async throws -> [StoredMessage] { try await JetStream(client).lastMessages(of: "BILLING", 10_000) }

    /// Beside the tests.
    static var executable: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folders = [own, CommandLine.arguments[0]].map { URL(filePath: $0).deletingLastPathComponent().path } + bundleFolders
        return folders.map { "\($0)/billing-webhook" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "billing-webhook"
    }

    private static var bundleFolders: [String] { [Bundle.module.bundleURL.deletingLastPathComponent().path] }

    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH"].contains($0.key) }
    }
}
