import ConsoleService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite("/api/v1/crm/tasks", .timeLimit(.minutes(2)))
struct TaskAPITests {
    private func path(_ lead: LeadID, _ verb: String = "complete") -> String {
        "/api/v1/crm/tasks/\(lead)/clicked_not_purchased/\(verb)"
    }

    @Test func `a token lists tasks in pages, as its account may see them`() async throws {
        try await Bench.serving { bench, client in
            for number in 0..<3 { try await bench.task("Lead \(number)", due: someTime + Double(number), assignedTo: "bot") }
            try await bench.task("Bob's", assignedTo: "bob")
            let bearer = try await bench.bearer("bot", .agent)
            let response = try await client.get("/api/v1/crm/tasks?limit=2", bearer)
            #expect(response.status == .ok && response.headers[.contentType] == "application/json")
            #expect(response.headers[.cacheControl] == "no-store")
            for key in ["\"lead_id\":", "\"due_at\":", "\"next_cursor\":", "\"is_total_estimated\":false"] {
                #expect(response.text.contains(key), "\(key)")
            }
            let page: TaskPage = try response.decode()
            #expect(page.total == 3 && page.tasks.map(\.lead.name) == ["Lead 0", "Lead 1"])
            let cursor = try #require(page.nextCursor?.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let rest: TaskPage = try await client.get("/api/v1/crm/tasks?limit=2&cursor=\(cursor)", bearer).decode()
            #expect(rest.tasks.map(\.lead.name) == ["Lead 2"] && rest.nextCursor == nil)
            #expect(try await client.get("/api/v1/crm/tasks?limit=0", bearer).status.code == 422)
        }
    }

    @Test func `without a good token nobody is let in`() async throws {
        try await Bench.serving { bench, client in
            let path = "/api/v1/crm/tasks"
            let nobody = try await client.get(path)
            #expect(nobody.status == .unauthorized && nobody.headers[.wwwAuthenticate] == "Bearer")
            #expect(nobody.headers[.contentType] == "application/problem+json")
            #expect(try await client.get(path, [.authorization: "Bearer plt_nonsense"]).status == .unauthorized)
            #expect(try await client.get(path, bench.bearer("late", expiresAt: Date() - 1)).status == .unauthorized)

            let good = try await bench.bearer("bot", expiresAt: Date() + 3_600)
            #expect(try await client.get(path, good).status == .ok)
            let token = try #require(try await bench.database.tokens().first { $0.email == "bot@example.com" })
            #expect(token.lastUsedAt != nil)
            #expect(try await bench.database.setDisabled(Date(), ofEmail: "bot@example.com"))
            #expect(try await client.get(path, good).status == .unauthorized)
            #expect(try await bench.database.setDisabled(nil, ofEmail: "bot@example.com"))
            #expect(try await client.get(path, good).status == .ok)
            #expect(try await bench.database.revokeToken(token.id, at: Date()))
            #expect(try await client.get(path, good).status == .unauthorized)
        }
    }

    @Test func `a token completes and dismisses, once for each key`() async throws {
        try await Bench.running { bench, client in
            let (first, second) = (try await bench.task(), try await bench.task("Café Dos"))
            let bearer = try await bench.bearer("bot", .agent)
            let keyed = try bearer.adding("Idempotency-Key", "k1")
            for _ in 0..<2 {
                let response = try await client.post(path(first), keyed, ByteBuffer(string: #"{"note":"Called."}"#))
                #expect(response.status == .ok)
                let task: LeadTask = try response.decode()
                #expect(task.state == .completed && task.closedBy == "bot" && task.lead.name == "Café Uno")
            }
            // Of another task the same key is another one.
            #expect(try await client.post(path(second, "dismiss"), keyed, ByteBuffer(string: #"{"reason":"Moved."}"#)).status == .ok)
            #expect(bench.lifecycle.decisions.map(\.text) == ["Called.", "Moved."])
            #expect(bench.lifecycle.decisions.allSatisfy { $0.actor == Actor(id: "bot", role: .agent) })
            #expect(try await client.post(path(first), bearer).status == .conflict)
            // Nobody is given somebody else's answer by guessing the key.
            let eve = try await bench.bearer("eve").adding("Idempotency-Key", "k1")
            #expect(try await client.post(path(first), eve, ByteBuffer(string: #"{"note":"Called."}"#)).status == .conflict)
        }
    }

    @Test func `what can't be had is a problem document`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task(assignedTo: "bob")
            let (agent, manager) = (try await bench.bearer("ann", .agent), try await bench.bearer("mia"))
            let hidden = try await client.post(path(lead), agent)
            #expect(hidden.status == .notFound && hidden.headers[.contentType] == "application/problem+json")
            let problem: Problem = try hidden.decode()
            #expect(problem.type == "/problems/task-not-found")
            #expect(try await client.post("/api/v1/crm/tasks/nonsense/x/complete", manager).status == .notFound)
            #expect(try await client.post(path(lead, "dismiss"), manager, ByteBuffer(string: "{}")).status == .badRequest)
            #expect(try await client.post(path(lead), manager, ByteBuffer(string: #"{"note":7}"#)).status == .badRequest)
            #expect(bench.lifecycle.decisions.isEmpty)
        }
    }

    @Test func `a browser's session reads, and changes something only with the header`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task()
            let mia = try await bench.session()
            #expect(try await client.get("/api/v1/crm/tasks", mia.cookie).status == .ok)
            #expect(try await client.post(path(lead), mia.cookie).status == .forbidden)
            #expect(bench.lifecycle.decisions.isEmpty)
            #expect(try await client.post(path(lead), mia.cookie.adding("X-CSRF-Token", mia.token.csrf)).status == .ok)
        }
    }
}
