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
