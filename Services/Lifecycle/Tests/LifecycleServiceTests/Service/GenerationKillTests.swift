import Contracts
import Foundation
import LocalServers
import Messaging
import Outbound
import Postgres
import ServiceKit
import Testing

/// The service's own executable, killed while it makes sites.
@Suite("Sites whose service is killed", .timeLimit(.minutes(30)))
struct GenerationKillTests {
    /// The full size by hand: `PLUMBLINE_KILL_SITES=10000 swift test --filter GenerationKillTests`.
    private static let count = ProcessInfo.processInfo.environment["PLUMBLINE_KILL_SITES"].flatMap { Int($0) } ?? 500

    @Test func `are made all the same, each of them once`() async throws {
        let bench = try await Bench()
        let leads = (0..<Self.count).map { number in
            SampleLeads.lead(
                "Lead \(number)",
                slug: "lead-\(number)",
                category: ["Plumber", "Restaurant", "Dentist", "Law firm", nil][number % 5],
                city: "Birmingham",
                country: number.isMultiple(of: 3) ? "GT" : "US",
                phone: "+1205\(5_550_000 + number)"
            )
        }
        var service = try await KillableLifecycle.start(bench)
        for lead in leads { try await bench.tell(LeadCreated(snapshot: lead)) }
        try await eventually("all leads are known", within: .seconds(600)) { try await bench.count("leads") == Self.count }

        let began = ContinuousClock.now
        async let asked: Void = Self.ask(bench, for: leads)
        for share in [0.25, 0.6] {
            try await eventually("some are made", within: .seconds(600)) {
                Double(try await bench.count("site_versions")) >= share * Double(Self.count)
            }
            try await service.kill()
            service = try await KillableLifecycle.start(bench)
        }
        try await asked
        try await eventually("all are made", within: .seconds(900)) {
            try await bench.count("generation_jobs WHERE state = 'done'") == Self.count
        }
        let took = ContinuousClock.now - began
        print("\(Self.count) sites, killed twice: \(took)")
        try await eventually("all that came of it is published", within: .seconds(600)) { try await bench.count("outbox") == 0 }

        // Each site once: its version, what was told of it, its history.
        #expect(try await bench.count("generation_jobs") == Self.count)
        #expect(try await bench.count("site_versions") == Self.count)
        #expect(try await bench.count("site_versions WHERE version = 1 AND content IS NOT NULL") == Self.count)
        #expect(try await bench.count("sites WHERE version = 1") == Self.count)
        #expect(try await bench.count("lead_statuses WHERE website_status = 'generated' AND version = 2") == Self.count)
        #expect(try await bench.count("status_history WHERE field = 'website'") == 2 * Self.count)
        #expect(try await bench.count("(SELECT FROM status_history GROUP BY lead_id, to_status HAVING count(*) > 1) AS doubled") == 0)
        #expect(try await bench.count("generation_jobs WHERE attempts > 3") == 0)
        let ids = Set(leads.map(\.id))
        let generated = try await bench.facts(SiteGenerated.self)
        #expect(generated.count == Self.count && Set(generated.map(\.leadID)) == ids && generated.allSatisfy { $0.version == 1 })
        let moves = try await bench.facts(WebsiteStatusChanged.self)
        #expect(moves.count == 2 * Self.count && moves.count { $0.to == .generated } == Self.count)

        try await service.kill()
        try await bench.close()
    }

    /// Asks for a site of each lead, again with the same key while the service is down.
    private static func ask(_ bench: Bench, for leads: [Lead]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, lead) in leads.enumerated() {
                if number >= 16 { try await group.next() }
                group.addTask {
                    let key = IdempotencyKey.make()
                    try await eventually("the service answers", within: .seconds(600)) {
                        do {
                            let question = GenerateSite(leadID: lead.id)
                            _ = try await bench.commands.call(
                                question,
                                as: Actor(id: "ana", role: .manager),
                                key: key,
                                timeout: .seconds(5)
                            )
                            return true
                        } catch {
                            return false
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension Bench {
    fileprivate func count(_ from: String) async throws -> Int {
        try await database.row(SQL(unsafe: "SELECT count(*) AS n FROM \(from)", []))?.decode("n") ?? 0
    }

    /// All that was told of that kind.
    fileprivate func facts<Fact: LeadEvent>(_ type: Fact.Type) async throws -> [Fact] {
        let stream = try #require(Catalogue.stream(of: type))
        return try await jetStream.lastMessages(of: stream.name, 1_000_000)
            .filter { $0.subject == Fact.subject.description || $0.subject.hasPrefix(Fact.subject.description + ".") }
            .map { try WireJSON.decode(Envelope<Fact>.self, from: $0.payload).fact }
    }
}

/// lifecycle as a process of its own.
private struct KillableLifecycle {
    let process: ManagedProcess
    private let log: String

    static func start(_ bench: Bench) async throws -> KillableLifecycle {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [own, CommandLine.arguments[0]].map { URL(filePath: $0).deletingLastPathComponent().path }
        let place = places.first { FileManager.default.isExecutableFile(atPath: $0 + "/lifecycle") } ?? places[0]
        let port = try FreePort.choose()
        let log = NSTemporaryDirectory() + "plumbline-kill-\(EventID.make()).log"
        var environment = [
            "DATABASE_URL": bench.databaseURL, "NATS_URL": bench.nats.url, "HTTP_PORT": "\(port)", "CHROMIUM": "none",
        ]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: place + "/lifecycle", environment: environment, logFile: log)
        )
        let web = OutboundClient()
        try await eventually("the service is ready", within: .seconds(120)) {
            let request = OutboundRequest(.get, "http://127.0.0.1:\(port)/health/ready", timeout: .seconds(5))
            return (try? await web.send(request))?.status == 200
        }
        await web.shutdown()
        return KillableLifecycle(process: process, log: log)
    }

    func kill() async throws {
        process.signal(SIGKILL)
        try await process.waitForExit()
        unlink(log)
    }
}
