import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Testing

/// The operator's tool on a lasting stack, as an operator uses it: by hand, also after things went wrong.
/// One after the other: each `up` wants the documented ports, and two at once may both find them free.
@Suite("The plumbline tool", .serialized, .timeLimit(.minutes(5)))
struct PlumblineToolTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "plumbline-tool-\(EventID.make())").path

    @Test func `up, status, logs, down; up again goes on with the data, and after any crash`() async throws {
        do {
            let up = try await plumbline("up")
            #expect(up.succeeded, "\(up.output)")
            #expect(try await plumbline("up").output.contains("It runs already"))
            let status = try await plumbline("status")
            #expect(status.succeeded, "\(status.output)")
            for name in StackProcesses.names { #expect(status.output.contains("\(name): ready"), "\(status.output)") }
            #expect(try await plumbline("logs", "lifecycle").output.contains("\"service\":\"lifecycle\""))
            try expectNoSecretIsReadable()
            try await expectToSignIn(as: status.output)
            let lead = try await makeLead()
            try await expectStatusesAreTrueOrNamed(lead)

            // The same file twice: the second time everything is there.
            let file = TestSystem.root + "/docs/examples/leads-sample.csv"
            let first = try await plumbline("import", file)
            #expect(first.succeeded && first.output.contains("finished:"), "\(first.output)")
            let second = try await plumbline("import", file)
            #expect(second.succeeded && second.output.contains(" 0 created"), "\(second.output)")
            let mapping = #"{"name": "name", "city": null}"#
            let looked = try await plumbline("import", "--dry-run", "--preset", "none", "--mapping", mapping, file)
            #expect(looked.succeeded && looked.output.contains("is_whole") && !looked.output.contains("\"city\":\""), "\(looked.output)")
            let unknown = try await plumbline("import", "--mapping", #"{"name": "nonsense"}"#, file)
            #expect(!unknown.succeeded && unknown.output.contains("nonsense"), "\(unknown.output)")
            let missing = try await plumbline("import", file + ".missing")
            #expect(!missing.succeeded && missing.output.contains("can't be read"), "\(missing.output)")

            // A service has crashed: told so, and started again by `up`.
            try await kill("lifecycle")
            let crashed = try await plumbline("status")
            #expect(!crashed.succeeded && crashed.output.contains("lifecycle: stopped"), "\(crashed.output)")
            let mended = try await plumbline("up")
            #expect(mended.succeeded && mended.output.contains("Started what had ended: lifecycle"), "\(mended.output)")

            // So has a server: the rest is still seen, and stopped.
            try await kill("nats")
            let served = try await plumbline("status")
            #expect(served.output.contains("nats: stopped") && served.output.contains("postgres: ready"), "\(served.output)")
            #expect(try await plumbline("down").output == "Stopped.\n")
            for name in StackProcesses.names { #expect(processes.running(name) == nil, "\(name) still runs") }
            #expect(try await plumbline("down").output.contains("No stack runs"))
            #expect(try await plumbline("logs", "nats").succeeded, "what a crashed server wrote is wanted most")

            let again = try await plumbline("up")
            #expect(again.succeeded, "\(again.output)")
            #expect(try await client { try await $0.ask(GetLead(leadID: lead)).lead.id } == lead, "the data was kept")
            #expect(try await plumbline("down").succeeded)
            try processes.remove()
            #expect(!FileManager.default.fileExists(atPath: directory))
        } catch {
            _ = try? await processes.stop()
            throw error
        }
    }

    @Test func `an up that fails says why, and leaves nothing running`() async throws {
        // A copy of the tool, with a service beside it that ends at once.
        let bin = directory + "-bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: bin) }
        for name in ["plumbline"] + LocalStack.processNames {
            try FileManager.default.copyItem(atPath: "\(TestSystem.executables)/\(name)", toPath: "\(bin)/\(name)")
        }
        try Data("#!/bin/sh\necho no luck today >&2\nexit 1\n".utf8).write(to: URL(filePath: bin + "/campaign"))

        let up = try await plumbline("up", executables: bin)
        #expect(!up.succeeded)
        #expect(up.output.contains("campaign ended at its start") && up.output.contains("no luck today"), "\(up.output)")
        for name in StackProcesses.names { #expect(processes.running(name) == nil, "\(name) still runs") }
        try processes.remove()
    }

    @Test func `a demo never removes what isn't a stack's`() async throws {
        let treasure = directory + "/treasure"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data("gold".utf8).write(to: URL(filePath: treasure))
        try processes.remove()
        #expect(FileManager.default.fileExists(atPath: treasure))

        try Data("{}".utf8).write(to: URL(filePath: directory + "/stack.json"))
        try processes.remove()
        #expect(FileManager.default.fileExists(atPath: treasure))
        #expect(!FileManager.default.fileExists(atPath: directory + "/stack.json"))
        try FileManager.default.removeItem(atPath: directory)
    }

    /// Somebody writes a status into the database: it is named, set right, and explained.
    private func expectStatusesAreTrueOrNamed(_ lead: LeadID) async throws {
        let sound = try await plumbline("verify-statuses")
        #expect(sound.succeeded && sound.output.contains("every status is true"), "\(sound.output)")
        let postgres = try #require(try LocalStack.attach(directory: directory)).postgres
        let write = "UPDATE lifecycle.lead_statuses SET contact_status = 'clicked' WHERE lead_id = '\(lead)' RETURNING 1"
        var written = ""
        let deadline = ContinuousClock.now + .seconds(30)
        // lifecycle hears of the lead a moment later.
        while written.isEmpty, ContinuousClock.now < deadline { written = try await postgres.execute(write, database: "plumbline") }
        #expect(written == "1")
        let named = try await plumbline("verify-statuses")
        #expect(
            !named.succeeded && named.output.contains("\(lead) contact status is kept as clicked; the facts make it pending"),
            "\(named.output)"
        )
        let repaired = try await plumbline("verify-statuses", "--repair")
        #expect(repaired.succeeded && repaired.output.contains("pending: repaired"), "\(repaired.output)")
        #expect(try await plumbline("verify-statuses").succeeded)
        let words = try await plumbline("explain-status", "\(lead)").output
        #expect(words.hasPrefix("The contact status is pending since ") && words.contains("operator had the statuses verified"), "\(words)")
    }

    private var processes: StackProcesses { StackProcesses(directory: directory) }

    private func plumbline(
        _ command: String,
        _ arguments: String...,
        executables: String = TestSystem.executables
    ) async throws -> (succeeded: Bool, output: String) {
        let log = directory + ".\(EventID.make()).out"
        defer { unlink(log) }
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: executables + "/plumbline",
                arguments: [command, "--directory", directory] + arguments,
                logFile: log
            )
        )
        let exit = try await process.waitForExit()
        return (exit.isSuccess, try String(contentsOfFile: log, encoding: .utf8))
    }

    private func kill(_ name: String) async throws {
        let process = try #require(processes.running(name))
        process.signal(SIGKILL)
        try await process.waitForExit()
    }

    private func makeLead() async throws -> LeadID {
        try await client { client in
            try await client.ask(ResolveLead(business: LeadDraft(name: "Kept", city: "Birmingham", country: "US"))).lead.id
        }
    }

    private func client<Result>(_ body: (StackClient) async throws -> Result) async throws -> Result {
        let stack = try #require(try LocalStack.attach(directory: directory))
        let client = try await StackClient.connect(to: stack.plan)
        let result = try await body(client)
        await client.close()
        return result
    }

    /// With what `said` tells: where, as whom, and where the password is.
    private func expectToSignIn(as said: String) async throws {
        let told = try #require(said.firstMatch(of: #/Sign in at (\S+) as (\S+), with the password in (\S+)/#), "\(said)")
        let password = try String(contentsOfFile: String(told.3), encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let web = OutboundClient()
        var form = OutboundRequest(.post, "\(told.1)/sign-in", timeout: .seconds(20))
        form.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        form.body = Data("email=\(told.2)&password=\(password)&next=/tasks".utf8)
        let answer = try await web.send(form)
        await web.shutdown()
        #expect(answer.status == 303 && answer.headers["Location"] == "/tasks")
    }

    /// Neither by files, nor as arguments of a process.
    private func expectNoSecretIsReadable() throws {
        let plan = try #require(try LocalStack.attach(directory: directory)).plan
        for name in ["stack.json", "console-password", "nats/nats.conf", "lifecycle.log", "postgres/postgres.log"] {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name) can be read by others")
        }
        let password = try String(contentsOfFile: "\(directory)/console-password", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let secrets = plan.secrets.merging(["the console's first account": password]) { $1 }
        for name in StackProcesses.names {
            let pid = try #require(processes.running(name)).pid
            let arguments = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)
            for (which, secret) in secrets { #expect(!arguments.contains(secret), "\(name) shows the secret of \(which)") }
            let log = (try? String(contentsOfFile: processes.logFile(of: name) ?? "", encoding: .utf8)) ?? ""
            for (which, secret) in secrets { #expect(!log.contains(secret), "the log of \(name) shows the secret of \(which)") }
        }
    }
}
