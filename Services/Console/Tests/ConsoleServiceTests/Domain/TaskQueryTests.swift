import ConsoleService
import Contracts
import Foundation
import Testing

@Suite("Which tasks are asked for")
struct TaskQueryTests {
    private let ann = Actor(id: "ann", role: .agent)

    @Test func `what isn't said doesn't matter, and a form's empty fields say nothing`() throws {
        let query = try TaskQuery([("rule", ""), ("state", ""), ("unknown", "x")], viewer: ann)
        #expect(query == TaskQuery(viewer: ann, state: .open, whose: .all, rule: nil, cursor: nil, limit: 50))
        let other = try TaskQuery([("limit", "7"), ("rule", "clicked"), ("state", "dismissed"), ("whose", "mine")], viewer: ann)
        #expect(other == TaskQuery(viewer: ann, state: .dismissed, whose: .mine, rule: "clicked", limit: 7))
    }

    @Test func `everything that is wrong is named at once`() {
        do {
            _ = try TaskQuery([("cursor", "x"), ("limit", "201"), ("state", "shut"), ("whose", "hers")], viewer: ann)
            Issue.record("it was taken")
        } catch let problem as Problem {
            #expect(problem.status == 422 && problem.errors?.map(\.pointer) == ["/cursor", "/limit", "/state", "/whose"])
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `a cursor is read as it was written`() throws {
        let key = TaskKey(dueAt: Date(timeIntervalSince1970: 1_790_000_000.123456), lead: .make(), rule: "a/b")
        #expect(try #require(TaskKey(key.text)).text == key.text)
        for text in ["", "/", "2026-01-01T00:00:00Z/x/y", "x/\(LeadID.make())/y"] { #expect(TaskKey(text) == nil, "\(text)") }
    }
}

@Suite("In words")
struct PageWordsTests {
    private let time = Date(timeIntervalSince1970: 1_790_000_000)

    @Test func `times are written out, and how long ago they were`() {
        #expect(PageWords.time(time) == "21 Sep 2026, 14:13 UTC")
        #expect(PageWords.age(of: time, at: time + 3 * 86_400 + 5) == "for 3 days")
        #expect(PageWords.age(of: time, at: time + 3_700) == "for 1 hour")
        #expect(PageWords.age(of: time, at: time - 5) == "just now")
    }

    @Test(arguments: [("sms_sent", "SMS sent"), ("pending", "Pending"), ("moved_on", "Moved on")])
    func `statuses are words`(status: String, words: String) {
        #expect(PageWords.status(status) == words)
        #expect(LeadTask.title(ofRule: "replied_not_interested") == "Replied not interested")
    }

    @Test(arguments: [
        (0, false, "No tasks"), (1, false, "1 task"), (23, false, "23 tasks"), (1_007, false, "1,007 tasks"),
        (10_000, false, "10,000 tasks"), (10_000, true, "More than 10,000 tasks"),
    ])
    func `how many there are`(total: Int, isEstimated: Bool, words: String) {
        #expect(PageWords.total(TaskPage(tasks: [], nextCursor: nil, total: total, isTotalEstimated: isEstimated)) == words)
    }
}
