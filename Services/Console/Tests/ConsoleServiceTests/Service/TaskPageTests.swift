import ConsoleService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite("The page of tasks", .timeLimit(.minutes(2)))
struct TaskPageTests {
    private let rule = "clicked_not_purchased"

    private func path(_ lead: LeadID, _ verb: String = "complete") -> String { "/tasks/\(lead)/\(rule)/\(verb)" }

    @Test func `it shows whom to call, why, and since when`() async throws {
        try await Bench.serving { bench, client in
            try await bench.task(assignedTo: "ann")
            let page = try await client.get("/tasks", try await bench.session().cookie)
            #expect(page.status == .ok)
            for part in [
                ">Café Uno</h2>", "Clicked, and has not bought", "<time datetime=\"2026-05-28T", "href=\"tel:+50255550100\"",
                "href=\"mailto:uno@example.com\"", "<dd>Pending</dd>", "<dd>ann</dd>", "<dd>71</dd>", "1 task, ", "Mia (manager)",
            ] {
                #expect(page.text.contains(part), "\(part)")
            }
        }
    }

    @Test func `whoever named a business, it is only a name`() async throws {
        try await Bench.serving { bench, client in
            let lead = try await bench.task("<script>alert(1)</script>\"'&")
            let mail = #"x"><img src=x onerror=alert(1)>@example.com"#
            try await bench.database.execute("UPDATE leads SET email = \(mail), phone = 'javascript:alert(1)', assigned_to = '<b>'")
            try await bench.database.execute("UPDATE follow_ups SET title = '<i>why</i>' WHERE lead_id = \(lead)")
            let page = try await client.get("/tasks", try await bench.session().cookie).text
            for bad in ["<script", "<img", "<b>", "<i>", "href=\"javascript"] { #expect(!page.contains(bad), "\(bad)") }
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;"))
        }
    }

    @Test func `agents see what is theirs and nobody's, and are told nothing of the rest`() async throws {
        try await Bench.serving { bench, client in
            try await bench.task("Hers", assignedTo: "ann")
            let other = try await bench.task("Secret", assignedTo: "bob")
            let ann = try await bench.session("ann", .agent)
            let page = try await client.get("/tasks?whose=all", ann.cookie)
            #expect(page.text.contains("Hers") && !page.text.contains("Secret") && page.text.contains("1 task,"))
            let answer = try await client.post(path(other), ann.cookie, ann.form([:]))
            #expect(answer.status == .notFound && answer.text.contains("There is no such task") && !answer.text.contains("Secret"))
        }
    }

    @Test func `what is done is gone at once, and stays gone when the event comes late`() async throws {
        try await Bench.running { bench, client in
            let (lead, other) = (try await bench.task(), try await bench.task("Café Dos", due: someTime + 1))
            let ann = try await bench.session("ann", .agent)
            let done = try await client.post(
                path(lead),
                ann.cookie,
                ann.form(["note": "Wants a call.", "back": "/tasks?whose=unassigned"])
            )
            #expect(done.status == .seeOther && done.headers[.location] == "/tasks?whose=unassigned")
            let said = try #require(done.headers[.setCookie]?.split(separator: ";").first)
            let after = try await client.get("/tasks", [.cookie: "plumbline=\(ann.token.text); \(said)"])
            #expect(
                after.text.contains("role=\"status\">The task is done.</p>") && after.headers[.setCookie]?.contains("Max-Age=0") == true
            )
            #expect(try await !client.get("/tasks", ann.cookie).text.contains("role=\"status\""))
            let decision = try #require(bench.lifecycle.decisions.first)
            #expect(decision.state == .completed && decision.text == "Wants a call." && decision.actor == Actor(id: "ann", role: .agent))
            #expect(try await bench.tasks().map(\.leadID) == [other])

            try await bench.tell(FollowUpDue(leadID: lead, rule: rule, dueAt: someTime))
            try await bench.tell(FollowUpClosed(leadID: lead, rule: rule, state: .completed, actor: "ann"))
            try await bench.settled()
            #expect(try await bench.tasks().map(\.leadID) == [other])
            #expect(try await bench.tasks(.completed).map(\.closedBy) == ["ann"])
            // What people write is lifecycle's to keep, and to erase.
            #expect(try await bench.tables(holding: "wants a call").isEmpty)
        }
    }

    @Test func `a form that is sent twice is one decision, another one is told that it is over`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task()
            let ann = try await bench.session("ann", .agent)
            for _ in 0..<2 {
                #expect(try await client.post(path(lead), ann.cookie, ann.form(["key": "k1"])).status == .seeOther)
            }
            #expect(bench.lifecycle.decisions.count == 1)
            let again = try await client.post(path(lead, "dismiss"), ann.cookie, ann.form(["key": "k2", "reason": "No money."]))
            #expect(again.status == .conflict && again.text.contains("role=\"alert\"") && again.text.contains("was completed by ann"))
        }
    }

    @Test func `dismissing needs a reason`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task()
            let ann = try await bench.session("ann", .agent)
            let without = try await client.post(path(lead, "dismiss"), ann.cookie, ann.form(["reason": ""]))
            #expect(without.status.code == 422 && without.text.contains("reason must have 1 to 1000 characters."))
            #expect(try await client.post(path(lead, "dismiss"), ann.cookie, ann.form(["reason": "Closed down."])).status == .seeOther)
            #expect(bench.lifecycle.decisions.map(\.state) == [.dismissed] && bench.lifecycle.decisions.first?.text == "Closed down.")
            #expect(try await bench.tasks(.dismissed).count == 1)
        }
    }

    @Test func `what lifecycle refuses is said in words, and the tasks are still there`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task()
            let mia = try await bench.session()
            for problem in [Problem.forbidden(needs: .manager), .leadNotFound(lead)] {
                bench.lifecycle.refuse(problem)
                let answer = try await client.post(path(lead), mia.cookie, mia.form([:]))
                #expect(answer.status.code == problem.status && answer.text.contains(problem.title) && answer.text.contains("Café Uno"))
            }
            #expect(try await bench.tasks().count == 1)
        }
    }

    @Test func `without lifecycle nothing is done, and the page says so`() async throws {
        try await Bench.serving { bench, client in
            let lead = try await bench.task()
            let mia = try await bench.session()
            let answer = try await client.post(path(lead), mia.cookie, mia.form([:]))
            #expect(answer.status == .serviceUnavailable && answer.text.contains("Not available just now"))
            #expect(try await bench.tasks().count == 1)
        }
    }

    @Test func `a post that our page didn't make changes nothing`() async throws {
        try await Bench.running { bench, client in
            let lead = try await bench.task()
            let (mia, eve) = (try await bench.session(), try await bench.session("eve"))
            let without = try await client.post(path(lead), mia.cookie, mia.form([:], withCSRF: false))
            let another = try await client.post(path(lead), mia.cookie, eve.form([:]))
            let foreign = try await client.post(path(lead), try mia.cookie.adding("Sec-Fetch-Site", "cross-site"), mia.form([:]))
            for answer in [without, another, foreign] {
                #expect(answer.status == .forbidden && answer.text.contains("Nothing was changed"))
            }
            let nobody = try await client.post(path(lead), [:], mia.form([:]))
            #expect(nobody.status == .seeOther && nobody.headers[.location] == "/sign-in?next=%2Ftasks")
            #expect(bench.lifecycle.decisions.isEmpty)
            #expect(try await bench.tasks().count == 1)
        }
    }

    @Test func `pages follow one another, with their filter`() async throws {
        try await Bench.serving { bench, client in
            for number in 0..<51 { try await bench.task("Lead \(number).", due: someTime + Double(number)) }
            let session = try await bench.session()
            let first = try await client.get("/tasks?whose=unassigned", session.cookie).text
            #expect(first.contains("Lead 49.<") && !first.contains("Lead 50.<") && first.contains("51 tasks"))
            let link = try #require(first.range(of: "rel=\"next\" href=\""))
            let address = String(first[link.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            #expect(address.contains("whose=unassigned"))
            let second = try await client.get(address, session.cookie).text
            #expect(second.contains("Lead 50.<") && !second.contains("Lead 49.<") && second.contains("First page"))
            #expect(try await client.get("/tasks?cursor=nonsense", session.cookie).status.code == 422)
        }
    }
}
