import Contracts
import Foundation
import LocalServers
import Outbound
import Postgres
import ServiceKit
import Testing

/// The service's own executable, killed while it imports.
@Suite("An import whose service is killed", .timeLimit(.minutes(15)))
struct ImportKillTests {
    /// The full size by hand: `PLUMBLINE_KILL_ROWS=200000 swift test --filter ImportKillTests`.
    private static let rows = ProcessInfo.processInfo.environment["PLUMBLINE_KILL_ROWS"].flatMap { Int($0) } ?? 20_000

    @Test func `goes on where it stopped, with every lead, event and count once`() async throws {
        let bench = try await IntakeBench()
        let key = try await bench.makeKey()
        let nats = try await NATSServer.start()
        let file = Self.file()
        // As long as this holds the relay's lock, every event stays where it can be counted.
        try await bench.database.withConnection { connection in
            try await connection.execute("SELECT pg_advisory_lock(hashtextextended('plumbline.outbox.lead_intake', 0))")
            // In the middle of the upload.
            let first = try await Killable.start(bench.url, nats.url)
            async let broken = first.post(file, key: key)
            try await eventually("rows are staged") { try await Self.progress(bench).staged > 0 }
            try await first.kill()
            let answer = try? await broken
            #expect(answer?.status == nil)
            #expect(try await bench.leadCount() == 0)

            var service = try await Killable.start(bench.url, nats.url)
            let taken = try await service.post(file, key: key, prefer: "respond-async")
            #expect(taken.status == 202, "\(String(decoding: taken.body.prefix(300), as: UTF8.self))")
            // In the middle of it, as often as there is a middle.
            for share in [0.2, 0.5, 0.8] {
                try await eventually("it goes on", within: .seconds(300)) {
                    let (staged, resolved) = try await Self.progress(bench)
                    return Double(resolved) >= share * Double(staged)
                }
                try await service.kill()
                service = try await Killable.start(bench.url, nats.url)
            }
            try await eventually("it ended", within: .seconds(300)) {
                try await bench.values("SELECT state AS value FROM imports") == ["finished"]
            }

            // The same file with its key gets the outcome, with another key it finds everything there.
            let outcome = try WireJSON.decode(IntakeBench.Report.self, from: try await service.post(file, key: key).body)
            #expect(outcome.counts == [Self.rows, Self.rows - Self.rows / 100, Self.rows / 100, 0])
            let again = try await service.post(file, key: key, idempotencyKey: "other")
            #expect(try WireJSON.decode(IntakeBench.Report.self, from: again.body).counts == [Self.rows, 0, Self.rows, 0])
            try await Self.expectEachOnce(bench)
            try await service.kill()
        }
        try await nats.stop()
        await bench.close()
    }

    /// One row in a hundred is a business that came before.
    private static func file() -> Data {
        var text = "name,place_id,city,phone,rating\n"
        for number in 1...rows {
            let business = number.isMultiple(of: 100) ? number - 50 : number
            text += "Lead \(business % 977),ChIJ\(business)x,City \(business % 89),+1205\(2_000_000 + business),4.5\n"
        }
        return Data(text.utf8)
    }

    private static func progress(_ bench: IntakeBench) async throws -> (staged: Int, resolved: Int) {
        guard let row = try await bench.database.row("SELECT rows_staged, rows_resolved FROM imports") else { return (0, 0) }
        return (try row.decode("rows_staged"), try row.decode("rows_resolved"))
    }

    private static func expectEachOnce(_ bench: IntakeBench) async throws {
        let leads = rows - rows / 100
        let figures = try await bench.database.row(
            """
            SELECT
                (SELECT count(*) FROM leads) AS leads,
                (SELECT count(DISTINCT gmb_id) FROM leads) AS businesses,
                (SELECT count(*) FROM lead_audit WHERE field = 'created_at') AS audited,
                (SELECT count(*) FROM outbox WHERE subject = 'crm.lead.created') AS events,
                (SELECT count(*) FROM outbox
                    JOIN leads ON leads.id = (convert_from(payload, 'UTF8')::jsonb #>> '{data,lead,id}')::uuid
                        AND leads.slug = convert_from(payload, 'UTF8')::jsonb #>> '{data,lead,slug}') AS told,
                (SELECT count(DISTINCT lead_id) FROM lead_records) AS recorded,
                (SELECT count(*) FROM import_rows) AS staged
            """
        )
        let row = try #require(figures)
        for column in ["leads", "businesses", "audited", "events", "told", "recorded"] {
            #expect(try row.decode(column, as: Int.self) == leads, "\(column)")
        }
        #expect(try row.decode("staged", as: Int.self) == 0)
    }
}

/// lead-intake as a process of its own.
private struct Killable {
    let process: ManagedProcess
    let url: String
    private let log: String

    static func start(_ database: String, _ nats: String) async throws -> Killable {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [own, CommandLine.arguments[0]].map { URL(filePath: $0).deletingLastPathComponent().path }
        let place = places.first { FileManager.default.isExecutableFile(atPath: $0 + "/lead-intake") } ?? places[0]
        let port = try FreePort.choose()
        let log = NSTemporaryDirectory() + "plumbline-kill-\(EventID.make()).log"
        var environment = ["DATABASE_URL": database, "NATS_URL": nats, "HTTP_PORT": "\(port)", "INTAKE_RATE": "1000"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: place + "/lead-intake", environment: environment, logFile: log)
        )
        let service = Killable(process: process, url: "http://127.0.0.1:\(port)", log: log)
        let web = OutboundClient()
        try await eventually("the service is ready") {
            (try? await web.send(OutboundRequest(.get, service.url + "/health/ready", timeout: .seconds(5))))?.status == 200
        }
        await web.shutdown()
        return service
    }

    func kill() async throws {
        process.signal(SIGKILL)
        try await process.waitForExit()
        unlink(log)
    }

    func post(_ file: Data, key: String, idempotencyKey: String = "one", prefer: String? = nil) async throws -> OutboundResponse {
        var patient = OutboundConfiguration()
        patient.stallTimeout = .seconds(600)
        let web = OutboundClient(patient)
        var request = OutboundRequest(.post, url + "/intake/imports", timeout: .seconds(600))
        request.headers = [("Authorization", "Bearer \(key)"), ("Content-Type", "text/csv"), ("Idempotency-Key", idempotencyKey)]
        if let prefer { request.headers.append(("Prefer", prefer)) }
        request.body = file
        do {
            let response = try await web.send(request)
            await web.shutdown()
            return response
        } catch {
            await web.shutdown()
            throw error
        }
    }
}
