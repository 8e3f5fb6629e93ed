import ConsoleService
import Contracts
import Foundation
import Postgres
import Testing

@Suite("Lists of tasks", .timeLimit(.minutes(1)))
struct TaskListTests {
    private let mia = Actor(id: "mia", role: .manager)
    private let ann = Actor(id: "ann", role: .agent)

    @Test func `what has been due for longest is first, and each task is on one page`() async throws {
        let bench = try await Bench()
        for number in 0..<7 { try await bench.task("Lead \(number)", due: someTime + Double(number / 2)) }
        var (query, names, pages) = (TaskQuery(viewer: mia, limit: 3), [String](), 0)
        while true {
            let page = try await bench.database.tasks(query)
            #expect(page.total == 7 && !page.isTotalEstimated)
            names += page.tasks.map(\.lead.name)
            pages += 1
            guard let cursor = page.nextCursor else { break }
            query.cursor = TaskKey(cursor)
        }
        #expect(pages == 3 && names == (0..<7).map { "Lead \($0)" })
        await bench.close()
    }

    @Test func `agents see their own leads' and nobody's, managers all`() async throws {
        let bench = try await Bench()
        try await bench.task("Hers", assignedTo: "ann")
        try await bench.task("Nobody's", due: someTime + 1)
        let other = try await bench.task("Bob's", due: someTime + 2, assignedTo: "bob")
        func names(_ viewer: Actor, _ whose: TaskOwner = .all) async throws -> [String] {
            try await bench.database.tasks(TaskQuery(viewer: viewer, whose: whose)).tasks.map(\.lead.name)
        }
        #expect(try await names(ann) == ["Hers", "Nobody's"])
        #expect(try await names(ann, .mine) == ["Hers"])
        #expect(try await names(ann, .unassigned) == ["Nobody's"])
        #expect(try await names(mia) == ["Hers", "Nobody's", "Bob's"])
        #expect(try await names(mia, .mine) == [])
        #expect(try await bench.database.task(of: other, "clicked_not_purchased", for: ann) == nil)
        #expect(try await bench.database.task(of: other, "clicked_not_purchased", for: mia)?.lead.name == "Bob's")
        await bench.close()
    }

    @Test func `tasks are filtered by their rule, and the rules have names`() async throws {
        let bench = try await Bench()
        try await bench.task("A")
        let lead = try await bench.task("B", rule: "custom_rule")
        try await bench.database.execute("UPDATE follow_ups SET title = NULL WHERE lead_id = \(lead)")
        let found = try await bench.database.tasks(TaskQuery(viewer: mia, rule: "custom_rule"))
        #expect(found.tasks.map(\.lead.name) == ["B"] && found.tasks.first?.title == "Custom rule" && found.total == 1)
        let rules = try await bench.database.taskRules()
        #expect(rules.map(\.name) == ["clicked_not_purchased", "custom_rule"])
        #expect(rules.map(\.title) == ["Clicked, and has not bought", "Custom rule"])
        await bench.close()
    }

    @Test func `beyond ten thousand nobody counts`() async throws {
        let bench = try await Bench()
        try await bench.database.pipeline([
            "INSERT INTO leads (lead_id, version, name) SELECT gen_random_uuid(), 1, 'Lead ' || n FROM generate_series(1, 10001) AS n",
            "INSERT INTO follow_ups (lead_id, rule, title, due_at) SELECT lead_id, 'r', 'R', now() FROM leads",
        ])
        let page = try await bench.database.tasks(TaskQuery(viewer: mia))
        #expect(page.total == 10_000 && page.isTotalEstimated && page.tasks.count == 50 && page.nextCursor != nil)
        try await bench.database.execute("DELETE FROM follow_ups WHERE lead_id = (SELECT lead_id FROM leads LIMIT 1)")
        let exact = try await bench.database.tasks(TaskQuery(viewer: mia))
        #expect(exact.total == 10_000 && !exact.isTotalEstimated)
        await bench.close()
    }
}
