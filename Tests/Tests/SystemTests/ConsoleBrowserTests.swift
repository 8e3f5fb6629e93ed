import Contracts
import Foundation
import LocalServers
import LocalStack
import Testing

/// The console as people have it who use no mouse, on a phone and on a desktop. `CONSOLE_SHOTS` names a folder for screenshots.
@Suite("The console in a browser", .timeLimit(.minutes(5)))
struct ConsoleBrowserTests {
    @Test func `somebody signs in, finds a task, says that it is done, and signs out, by the keyboard alone`() async throws {
        let system = try await TestSystem.start()
        do {
            let ana = try await Staff.add("ana", .manager, to: system)
            let long = "The Very Long Name of a Plumbing, Heating, Drainage and Air Conditioning Company of Birmingham and its Sons"
            let leads = try await system.leadsToCall([("Magic City Plumbing", nil), (long, "ana"), ("Untouched", nil)])
            try await system.eventually("the console never heard of all") { try await ana.tasks("whose=mine").total == 1 }
            try await system.eventually("the console never heard of all") { try await ana.tasks().total == 3 }

            let visits = [Visit(width: 390, lead: leads[0].name), Visit(width: 1_280, lead: leads[1].name)]
            let seen = try await Self.browse(Question(url: ana.url, email: ana.email, password: ana.password, visits: visits))
            #expect(seen.map(\.lead) == visits.map(\.lead))
            for visit in seen {
                #expect(visit.looks.map(\.path) == ["/sign-in", "/tasks", "/tasks", "/tasks"])
                for look in visit.looks {
                    #expect(look.width <= look.asked && look.wide == [], "\(look.path) at \(look.asked)")
                    #expect(look.faint == [], "\(look.path) at \(look.asked)")
                    #expect(look.small == [], "\(look.path) at \(look.asked)")
                    #expect(look.unnamed == [], "\(look.path) at \(look.asked)")
                    #expect(look.console == [], "\(look.path) at \(look.asked)")
                }
                #expect(visit.hidden == [], "what had the focus, and nobody could see it")
                #expect(visit.cookies == [], "signed out")
            }
            let done = try await system.client.ask(ListFollowUps(state: .completed)).followUps
            #expect(Set(done.map(\.leadID)) == [leads[0].id, leads[1].id])
            #expect(done.allSatisfy { $0.closedBy == "ana" && $0.reason == "Wants an offer: 100 % sure, \"soon\"" })
            #expect(try await system.client.ask(ListFollowUps()).followUps.map(\.leadID) == [leads[2].id])
            try await system.stop()
        } catch {
            Issue.record("\(system.stack.endOfLog(ServiceName.console.rawValue))")
            try? await system.stop()
            throw error
        }
    }

    private struct Visit: Encodable {
        var width: Int
        var lead: String
        var note = "Wants an offer: 100 % sure, \"soon\""
    }

    private struct Question: Encodable {
        var url: String
        var email: String
        var password: String
        var visits: [Visit]
        var shots = ProcessInfo.processInfo.environment["CONSOLE_SHOTS"]
    }

    private struct Seen: Decodable {
        struct Look: Decodable {
            var asked: Int
            var path: String
            var width: Int
            var faint: [String]
            var small: [String]
            var wide: [String]
            var unnamed: [String]
            var console: [String]
        }

        var lead: String
        var looks: [Look]
        var hidden: [String]
        var cookies: [String]
    }

    /// What `Tests/Peers/browse_console.py` saw.
    private static func browse(_ question: Question) async throws -> [Seen] {
        let place = NSTemporaryDirectory() + "plumbline-browse-\(EventID.make())"
        let (input, output) = (place + ".in", place + ".out")
        defer { for file in [input, output] { unlink(file) } }
        try JSONEncoder().encode(question).write(to: URL(filePath: input))
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? TestSystem.root + "/.venv/bin/python3"
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "/bin/sh",
                arguments: ["-c", #"exec "$1" "$2" <"$3""#, "sh", python, TestSystem.root + "/Tests/Tests/Peers/browse_console.py", input],
                logFile: output
            )
        ).waitForExit()
        let said = try Data(contentsOf: URL(filePath: output))
        try #require(exit.isSuccess, "\(String(decoding: said, as: UTF8.self))")
        return try JSONDecoder().decode([Seen].self, from: said)
    }
}
