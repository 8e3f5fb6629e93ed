import Contracts
import Foundation
import LocalStack
import Messaging
import Outbound
import Testing

/// All leads scored anew, with a real lead-intake that is really killed.
@Suite("Rescoring", .timeLimit(.minutes(10)))
struct RescoringTests {
    /// The full size by hand: `PLUMBLINE_RESCORING_LEADS=200000 make test/e2e`.
    private static let count = ProcessInfo.processInfo.environment["PLUMBLINE_RESCORING_LEADS"].flatMap(Int.init) ?? 10_000

    private func write(base: Int, to file: URL) throws {
        try Data("{\"lead_score\": {\"base\": \(base)}}".utf8).write(to: file, options: .atomic)
    }

    @Test func `goes on after each kill -9, and tells each lead's new score once`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "plumbline-scoring-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try write(base: 50, to: file)
        let system = try await TestSystem.start(overrides: [ServiceName.leadIntake.rawValue: ["SCORING_FILE": file.path()]])
        do {
            try await rescore(system, file)
            try await system.stop()
        } catch {
            try? await system.stop()
            throw error
        }
    }

    private func rescore(_ system: TestSystem, _ file: URL) async throws {
        try await importLeads(system)
        let (stack, client) = (system.stack, system.client)
        try write(base: 40, to: file)
        let before = try await client.ask(GetRescoring()).models
        try await stack.stop(.leadIntake)
        try await stack.start(ServiceName.leadIntake.rawValue)

        var kills = 0
        var seen = 0
        var answer = GetRescoring.Answer(state: .none)
        try await system.eventually("the rescoring did not end", within: .seconds(400)) {
            answer = try await client.ask(GetRescoring())
            guard answer.models != before else { return false }
            if answer.state == .running, let done = answer.done, done > seen, kills < 3 {
                seen = done
                kills += 1
                try await stack.kill(.leadIntake)
                try await stack.start(ServiceName.leadIntake.rawValue)
            }
            return answer.state == .finished
        }
        #expect(kills > 0, "it was done before it could be killed")
        #expect([answer.total, answer.done, answer.changed] == [Self.count, Self.count, Self.count])

        // Each lead once: in the audit trail, and to the others.
        let page = try await client.ask(ListLeads(limit: 100)).leads
        #expect(page.count == 100 && page.allSatisfy { $0.leadScore == 40 && $0.version == 2 })
        for lead in [page.first, page.last].compactMap(\.self) {
            let audit = try await client.ask(GetLeadAudit(leadID: lead.id)).entries.filter { $0.field == "lead_score" }
            #expect(audit.map(\.from) == ["50"] && audit.map(\.to) == ["40"] && audit.map(\.reason) == ["new weights"])
        }
        let jetStream = JetStream(client.nats)
        let told = 2 * Self.count
        try await system.eventually("not every change was told", within: .seconds(200)) {
            try await jetStream.state(ofStream: Catalogue.leads.name).messages >= told
        }
        #expect(try await jetStream.state(ofStream: Catalogue.leads.name).messages == told, "created and updated, each once")
    }

    private func importLeads(_ system: TestSystem) async throws {
        let key = try await system.client.ask(CreateAPIKey(name: "rescoring", scopes: ["intake"])).key
        var csv = "place_id,name,city,country\n"
        for number in 0..<Self.count { csv += "ChIJrescoring\(number),Fonda \(number),Antigua,GT\n" }
        var request = OutboundRequest(.post, system.stack.url(of: .leadIntake) + "/intake/imports", timeout: .seconds(400))
        request.headers = [("Authorization", "Bearer \(key)"), ("Content-Type", "text/csv")]
        request.body = Data(csv.utf8)
        let answer = try await system.web.send(request)
        #expect(answer.status == 200, "\(String(decoding: answer.body.prefix(500), as: UTF8.self))")
    }
}
