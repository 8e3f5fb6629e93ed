import Contracts
import Foundation
import LocalStack
import Outbound
import Testing

/// Whom to call, from the rule that says so to the person who has called: across lifecycle and the console.
@Suite("The console", .timeLimit(.minutes(5)))
struct ConsoleTests {
    private let rule = "clicked_not_purchased"

    @Test func `whom to call is seen by who is signed in, and who has called says so: it is over at its owner, and for everybody`()
        async throws
    {
        try await withSystem { system in
            let ana = try await Staff.add("ana", .manager, to: system)
            let lead = try #require(try await system.leadsToCall([("Zunil & Sons", nil)]).first)
            try await system.eventually("the console never heard of it") { try await ana.tasks().total == 1 }

            let session = try await ana.signIn()
            let page = try await session.page("/tasks")
            #expect(page.status == 200 && page.html.contains("Zunil &amp; Sons") && page.html.contains("Clicked, and has not bought"))
            let task = try #require(try await ana.tasks().tasks.first)
            #expect(
                task.leadID == lead.id && task.lead.name == lead.name && task.rule == rule && task.title == "Clicked, and has not bought"
            )

            let done = try await session.send("/tasks/\(lead.id)/\(rule)/complete", ["note": "Calls back on Monday."])
            #expect(done.status == 303 && done.headers["Location"]?.hasPrefix("/tasks") == true)
            let owned = try await system.client.ask(ListFollowUps(state: .completed, leadID: lead.id)).followUps
            #expect(owned.map(\.closedBy) == ["ana"] && owned.map(\.reason) == ["Calls back on Monday."])
            #expect(try await system.client.ask(ListFollowUps()).followUps.isEmpty)
            #expect(try await session.page("/tasks").html.contains("Zunil") == false)
            #expect(try await ana.tasks().total == 0)
            let over = try await ana.tasks("state=completed").tasks
            #expect(over.map(\.leadID) == [lead.id] && over.map(\.closedBy) == ["ana"])
            #expect(try await ana.settle("\(lead.id)/\(rule)/complete") == 409, "lifecycle decides, and it is over")
        }
    }

    @Test func `an agent sees and does what is theirs or nobody's, and nothing of another's`() async throws {
        try await withSystem { system in
            let (ana, ben) = (try await Staff.add("ana", .agent, to: system), try await Staff.add("ben", .agent, to: system))
            let boss = try await Staff.add("eva", .manager, to: system)
            let leads = try await system.leadsToCall([("Anas", "ana"), ("Bens", "ben"), ("Nobodys", nil)])
            let (anas, bens, nobodys) = (leads[0].id, leads[1].id, leads[2].id)
            try await system.eventually("the console never heard of all, and whose they are") {
                let seen = [try await boss.tasks().total, try await ana.tasks().total, try await ben.tasks().total]
                return seen == [3, 2, 2]
            }

            #expect(try await Set(ana.tasks().tasks.map(\.leadID)) == [anas, nobodys])
            #expect(try await ana.tasks("whose=mine").tasks.map(\.leadID) == [anas])
            #expect(try await ana.tasks("whose=unassigned").tasks.map(\.leadID) == [nobodys])
            let page = try await ana.signIn().page("/tasks").html
            #expect(page.contains(leads[0].name) && page.contains(leads[2].name) && !page.contains(leads[1].name))

            let session = try await ana.signIn()
            #expect(try await ana.settle("\(bens)/\(rule)/complete") == 404)
            #expect(try await ana.settle("\(bens)/\(rule)/dismiss", #"{"reason": "not mine"}"#) == 404)
            #expect(try await session.send("/tasks/\(bens)/\(rule)/complete", [:]).status == 404)
            #expect(try await system.client.ask(ListFollowUps(leadID: bens)).followUps.count == 1, "nothing came of it")

            #expect(try await ana.settle("\(nobodys)/\(rule)/dismiss", #"{"reason": "closed down"}"#) == 200)
            #expect(try await ben.settle("\(bens)/\(rule)/complete") == 200)
            #expect(try await boss.settle("\(anas)/\(rule)/complete") == 200)
            #expect(try await system.client.ask(ListFollowUps()).followUps.isEmpty)
            let dismissed = try await system.client.ask(ListFollowUps(state: .dismissed)).followUps
            #expect(dismissed.map(\.leadID) == [nobodys] && dismissed.map(\.closedBy) == ["ana"])
            try await system.eventually("what others did was never over for everybody") {
                let (mine, theirs) = (try await ana.tasks().total, try await boss.tasks("state=completed").total)
                return mine == 0 && theirs == 2
            }
        }
    }

    @Test func `nobody sees anything without an account, nor with one that was taken away`() async throws {
        try await withSystem { system in
            let ana = try await Staff.add("ana", .admin, to: system)
            let lead = try #require(try await system.leadsToCall([("Zunil", nil)]).first)
            try await system.eventually("the console never heard of it") { try await ana.tasks().total == 1 }
            let session = try await ana.signIn()

            let anonymous = try await system.get(ana.url + "/tasks")
            #expect(anonymous.status == 303 && anonymous.headers["Location"]?.hasPrefix("/sign-in") == true)
            #expect(try await system.get(ana.url + "/api/v1/crm/tasks").status == 401)
            #expect(try await system.get(ana.url + "/api/v1/crm/tasks", headers: [("Authorization", "Bearer plt_nobody")]).status == 401)
            let wrong = try await ana.post("/sign-in", ["email": ana.email, "password": "not the password", "next": "/tasks"])
            #expect(wrong.status != 303 && wrong.headers["Set-Cookie"] == nil)
            // A form of somebody else's page, in the browser of who is signed in.
            let path = "/tasks/\(lead.id)/\(rule)/complete"
            #expect(try await ana.post(path, ["csrf": "guessed"], headers: [("Cookie", session.cookie)]).status == 403)

            try await system.stack.console(["disable-account", "--email", ana.email])
            #expect(try await session.page("/tasks").status == 303)
            #expect(try await system.get(ana.url + "/api/v1/crm/tasks", headers: [("Authorization", "Bearer \(ana.token)")]).status == 401)
            #expect(try await ana.settle("\(lead.id)/\(rule)/complete") == 401)
            #expect(try await system.client.ask(ListFollowUps()).followUps.count == 1)
        }
    }

    private func withSystem(_ body: (TestSystem) async throws -> Void) async throws {
        let system = try await TestSystem.start()
        do {
            try await body(system)
            try await system.stop()
        } catch {
            Issue.record("\(system.stack.endOfLog(ServiceName.console.rawValue))")
            try? await system.stop()
            throw error
        }
    }
}
