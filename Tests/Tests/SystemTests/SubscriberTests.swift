import Contracts
import Foundation
import LocalServers
import LocalStack
import Testing

/// A program that isn't ours, in another language, that follows the status events.
@Suite("Somebody else's subscriber", .timeLimit(.minutes(3)))
struct SubscriberTests {
    @Test func `is told of each status change once, in order, as a valid CloudEvent`() async throws {
        let system = try await TestSystem.start()
        let leads = try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask { try await system.leadWithSite(system.business("Followed \(number)")).0 }
            }
            return try await group.reduce(into: [Lead]()) { $0.append($1) }
        }
        // Half of them in one go, half after the subscriber was stopped: it goes on where it was.
        var events = try await subscribe(to: system, count: leads.count)
        events += try await subscribe(to: system, count: leads.count)

        #expect(Set(events.map(\.id)).count == events.count, "none twice")
        for lead in leads {
            let moves = events.filter { $0.subject == "\(lead.id)" }
            #expect(moves.map { $0.data.to } == ["generating", "generated"])
        }
        for event in events {
            #expect(event.specversion == "1.0")
            #expect(event.source == "/lifecycle")
            #expect(event.type == "plumbline.status.website.\(event.data.to).v1")
            #expect(event.datacontenttype == "application/json")
            #expect(RFC3339.date(from: event.time) != nil)
            #expect(EventID(event.id) != nil)
            #expect(TraceContext(event.traceparent ?? "") != nil)
        }
        try await system.stop()
    }

    /// CloudEvents 1.0, as an outsider reads it.
    private struct CloudEvent: Decodable {
        struct Change: Decodable {
            var from: String
            var to: String
        }

        var specversion: String
        var id: String
        var source: String
        var type: String
        var subject: String
        var time: String
        var datacontenttype: String
        var traceparent: String?
        var data: Change
    }

    private func subscribe(to system: TestSystem, count: Int) async throws -> [CloudEvent] {
        let log = FileManager.default.temporaryDirectory.appending(path: "subscriber-\(EventID.make()).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? TestSystem.root + "/.venv/bin/python3"
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: python,
                arguments: [TestSystem.root + "/docs/examples/subscribe.py", "--count", "\(count)"],
                environment: ["NATS_URL": system.stack.plan.subscriberNATSURL, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""],
                logFile: log
            )
        )
        let exit = try await process.waitForExit()
        let output = try String(contentsOfFile: log, encoding: .utf8)
        #expect(exit.isSuccess, "\(output)")
        return try output.split(separator: "\n").map { try JSONDecoder().decode(CloudEvent.self, from: Data($0.utf8)) }
    }
}
