import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Outbound
import Testing

/// A service's executable, started, asked and stopped as an operator would.
@Suite("A service, run", .timeLimit(.minutes(2)))
struct RunningTests {
    @Test func `says each fault of its settings in a line and exits with 78`() async throws {
        let (exit, output) = try await RunningService.run([], ["GREETING_URL": "greetings.example", "GREETINGS": "many"])
        #expect(exit == .code(78))
        let lines = output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.contains { $0.contains("DATABASE_URL") && $0.contains("not set") }, "\(output)")
        #expect(lines.contains { $0.contains("GREETING_URL") && $0.contains("must be a URL") }, "\(output)")
        #expect(lines.contains { $0.contains("GREETINGS") && $0.contains("whole number") }, "\(output)")
    }

    @Test func `prints its settings, and refuses a command that it doesn't know`() async throws {
        let (exit, table) = try await RunningService.run(["settings"], [:])
        #expect(exit.isSuccess)
        #expect(table.contains("GREETING_URL") && table.contains("DATABASE_URL"))
        #expect(try await RunningService.run(["dance"], [:]).0 == .code(64))
    }

    @Test func `says what it serves, without its servers`() async throws {
        let settings = ["DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "GREETING_URL": "https://greetings.example"]
        let (exit, output) = try await RunningService.run(["routes"], settings)
        #expect(exit.isSuccess)
        #expect(output == "GET /greetings\nGET /health/live\nGET /health/ready\nGET /metrics\nGET /slow\n")
    }

    @Test func `does what an operator asks of its own tables, and makes them before`() async throws {
        let service = try await RunningService()
        let counted = try await RunningService.run(["count-greetings"], service.settings)
        #expect(counted.0.isSuccess && counted.1 == "greetings: 0\n", "\(counted.1)")
        let (exit, output) = try await RunningService.run(["count-greetings", "--at-least", "1"], service.settings)
        #expect(exit == .code(1) && output.contains("there are only 0 greetings"), "\(output)")
        #expect(try await RunningService.run(["count-greetings", "--dance"], service.settings).0 == .code(64))
        #expect(try await RunningService.run(["--help"], [:]).1.contains("count-greetings  Says how many greetings there are."))
        try await service.close()
    }

    @Test func `migrates, says what is applied, and refuses a past that was edited`() async throws {
        let service = try await RunningService()
        let before = try await RunningService.run(["migrate", "status"], service.settings)
        #expect(before.0.isSuccess)
        #expect(before.1.contains("example 1 greetings: pending"), "\(before.1)")
        let applied = try await RunningService.run(["migrate"], service.settings)
        #expect(applied.1.contains("applied example 1 greetings"), "\(applied.1)")
        #expect(try await RunningService.run(["migrate"], service.settings).1 == "nothing to apply\n")

        _ = try await service.postgres.execute("UPDATE example.schema_migrations SET checksum = 'edited' WHERE module = 'example'")
        let (exit, output) = try await RunningService.run([], service.settings)
        #expect(exit == .code(1))
        #expect(output.contains("greetings"), "\(output)")
        try await service.close()
    }

    @Test(arguments: [true, false])
    func `runs as a role that may not change tables: their owner migrates them, at its start or before`(atStart: Bool) async throws {
        let service = try await RunningService()
        try await service.postgres.execute(
            """
            CREATE ROLE clerk LOGIN;
            GRANT USAGE ON SCHEMA example TO clerk;
            ALTER DEFAULT PRIVILEGES IN SCHEMA example GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clerk
            """
        )
        var settings = service.settings.merging(["DATABASE_URL": service.postgres.url(user: "clerk")]) { $1 }
        if atStart { settings["MIGRATION_DATABASE_URL"] = service.settings["DATABASE_URL"] }
        let (process, log) = try await RunningService.start([], settings)
        if !atStart {
            try await service.eventually("it never tried") {
                try String(contentsOfFile: log, encoding: .utf8).contains("permission denied")
            }
            #expect(await service.readiness()?.status == 503)
            #expect(try await RunningService.run(["migrate"], service.settings).0.isSuccess)
        }
        try await service.waitUntilReady()
        #expect(try await service.get("/greetings").status == 200)
        #expect(try await process.stop().isSuccess)
        try await service.close()
    }

    @Test func `starts before its servers, says that it isn't ready, and becomes ready by itself`() async throws {
        let service = try await RunningService()
        try await service.nats.kill()
        try await service.postgres.kill()
        let (process, _) = try await RunningService.start([], service.settings)
        try await service.eventually("it never answered") { await service.readiness()?.status == 503 }
        #expect(try await service.get("/health/live").status == 200)
        #expect(try await service.get("/greetings").status == 503)
        #expect(await service.readiness()?.body.contains(#""preparation":"under way""#) == true)
        #expect(try await RunningService.run(["healthcheck"], service.settings).0 == .code(1))

        try await service.postgres.restart()
        try await service.nats.restart()
        try await service.waitUntilReady()
        #expect(try await service.get("/greetings").status == 200)
        #expect(try await RunningService.run(["healthcheck"], service.settings).0.isSuccess)
        // It wants to know where the service listens, and nothing else.
        #expect(try await RunningService.run(["healthcheck"], ["HTTP_PORT": "\(service.port)"]).0.isSuccess)
        #expect(try await RunningService.run(["healthcheck"], ["HTTP_PORT": "\(service.port)", "HTTP_HOST": "0.0.0.0"]).0.isSuccess)
        #expect(try await process.stop().isSuccess)
        try await service.close()
    }

    @Test func `names the server that is away while it is, applies every event once, and exits with 0`() async throws {
        let service = try await RunningService()
        let (process, log) = try await RunningService.start([], service.settings)
        try await service.waitUntilReady()
        let publisher = NATSClient(NATSConfiguration(servers: [service.nats.url], name: "publisher"), logger: Logger(label: "publisher"))
        try await publisher.connect()
        let stream = try #require(Catalogue.streams.first { $0.publisher == .leadIntake })
        try await JetStream(publisher).ensureStream(StreamConfiguration(stream))
        try await publish(10, by: publisher)

        try await service.postgres.kill()
        try await service.eventually("it never noticed that PostgreSQL is away") {
            guard let report = await service.readiness() else { return false }
            return report.status == 503 && report.body.contains(#""nats":"ok""#) && !report.body.contains(#""database":"ok""#)
        }
        #expect(try await service.get("/greetings").status == 503, "a request that needs it should come again")
        try await publish(10, by: publisher)
        try await service.postgres.restart()
        try await service.waitUntilReady()

        try await service.nats.kill()
        try await service.eventually("it never noticed that NATS is away") {
            guard let report = await service.readiness() else { return false }
            return report.status == 503 && report.body.contains(#""database":"ok""#) && !report.body.contains(#""nats":"ok""#)
        }
        try await service.nats.restart()
        try await service.waitUntilReady()
        try await service.eventually("the publisher never came back") {
            do {
                try await publisher.ping()
                return true
            } catch {
                return false
            }
        }
        try await publish(10, by: publisher)

        try await service.eventually("events were lost") { try await greetings(service) >= 30 }
        #expect(try await greetings(service) == 30)
        await publisher.drain()
        #expect(try await process.stop().isSuccess)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        for line in lines {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        try await service.close()
    }

    @Test func `tells an operator's Prometheus what waits: in the outbox, in the streams, for a person`() async throws {
        let service = try await RunningService()
        let (process, _) = try await RunningService.start([], service.settings)
        try await service.waitUntilReady()
        let publisher = NATSClient(NATSConfiguration(servers: [service.nats.url], name: "publisher"), logger: Logger(label: "publisher"))
        try await publisher.connect()
        try await JetStream(publisher).ensureStream(StreamConfiguration(try #require(Catalogue.streams.first { $0.name == "LEADS" })))
        await publisher.drain()
        _ = try await service.postgres.execute(
            """
            INSERT INTO example.dead_letters (consumer, event_id, stream, sequence, subject, payload, reason, attempts)
            VALUES ('console', 'e1', 'LEADS', 1, 'crm.lead.created', '', 'a test', 1)
            """
        )
        var text = ""
        try await service.eventually("the dead letter and the consumer were never measured") {
            text = String(decoding: try await service.get("/metrics").body, as: UTF8.self)
            return text.contains("\nplumbline_dead_letters 1\n") && text.contains("\nplumbline_consumer_unacknowledged")
        }
        for name in [
            "plumbline_outbox_events", "plumbline_outbox_oldest_seconds", "plumbline_retries_waiting",
            #"plumbline_consumer_pending{stream="LEADS"}"#, #"plumbline_consumer_unacknowledged{stream="LEADS"}"#,
        ] {
            #expect(text.contains("\n\(name) 0\n"), "\(name) is missing in \(text)")
        }
        #expect(text.contains(#"http_server_request_duration_seconds_count{method="GET",path="/metrics",status="200"}"#), "\(text)")
        #expect(try await process.stop().isSuccess)
        try await service.close()
    }

    @Test func `says which server can't be reached, and by whom, without the password`() async throws {
        let port = try FreePort.choose()
        let settings = [
            "DATABASE_URL": "postgres://clerk:hunter2@127.0.0.1:\(port)/x?connect_timeout=2", "GREETING_URL": "https://x.example",
        ]
        let (exit, output) = try await RunningService.run(["migrate"], settings)
        #expect(exit == .code(1))
        #expect(output.contains("127.0.0.1") && output.contains("\(port)"), "\(output)")
        #expect(!output.contains("hunter2"))
    }

    @Test func `says on which port it can't listen, and exits with 1`() async throws {
        let service = try await RunningService()
        let settings = service.settings.merging(["HTTP_PORT": "\(service.nats.port)"]) { $1 }
        let (exit, output) = try await RunningService.run([], settings)
        #expect(exit == .code(1))
        let last = try #require(output.split(separator: "\n").last)
        #expect(last.contains("127.0.0.1:\(service.nats.port)") && last.contains("already in use"), "\(output)")
        try await service.close()
    }

    @Test func `refuses a port that is none, and knows each key that it reads`() async throws {
        let (exit, output) = try await RunningService.run(
            [],
            ["DATABASE_URL": "postgres://x", "GREETING_URL": "https://x.example", "HTTP_PORT": "99999", "LOG_LEVEL": "loud"]
        )
        #expect(exit == .code(78))
        #expect(output.contains("HTTP_PORT is \"99999\"") && output.contains("LOG_LEVEL is \"loud\""), "\(output)")
        #expect(try await RunningService.run(["settings"], [:]).1.contains("`CONFIG_FILE`"))
    }

    @Test func `finishes the request that it has in hand before it stops`() async throws {
        let service = try await RunningService()
        let (process, _) = try await RunningService.start([], service.settings)
        try await service.waitUntilReady()
        async let slow = service.get("/slow")
        try await service.eventually("the request never reached PostgreSQL") {
            try await service.postgres.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'").isEmpty == false
        }
        process.signal(SIGTERM)
        #expect(try await slow.status == 200)
        #expect(try await process.waitForExit().isSuccess)
        try await service.close()
    }

    @Test func `doesn't wait for ever for a client that stalls`() async throws {
        let service = try await RunningService()
        let (process, _) = try await RunningService.start([], service.settings.merging(["STOP_PATIENCE": "1"]) { $1 })
        try await service.waitUntilReady()
        let client = try StalledClient(port: service.port)
        try client.say("GET /greetings HTTP/1.1\r\nHost: x\r\n\r\n")
        try await service.eventually("it never answered") { client.hear().contains("greetings") }
        try client.say("POST /greetings HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        process.signal(SIGTERM)
        #expect(try await process.waitForExit(within: .seconds(30)) == .code(0))
        client.end()
        try await service.close()
    }

    private func greetings(_ service: RunningService) async throws -> Int {
        try JSONDecoder().decode([String: Int].self, from: try await service.get("/greetings").body)["greetings"] ?? 0
    }

    private func publish(_ count: Int, by client: NATSClient) async throws {
        for _ in 0..<count {
            let lead = Lead(id: .make(), slug: "a", name: "A", source: .api, qualificationScore: 0, createdAt: Date(), updatedAt: Date())
            let envelope = Envelope(LeadCreated(snapshot: lead), source: .leadIntake, time: Date(), trace: nil)
            _ = try await JetStream(client).publish(
                "\(LeadCreated.subject)",
                payload: try WireJSON.encode(envelope),
                messageID: "\(envelope.id)"
            )
        }
    }
}

/// Sends what it likes, and leaves it at that.
private struct StalledClient {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    func say(_ text: String) throws {
        let sent = text.withCString { send(descriptor, $0, strlen($0), 0) }
        try #require(sent == text.utf8.count)
    }

    /// What has come meanwhile.
    func hear() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    func end() { close(descriptor) }
}
