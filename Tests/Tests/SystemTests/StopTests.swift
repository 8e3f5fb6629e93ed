import Contracts
import Foundation
import LocalServers
import LocalStack
import Messaging
import Outbound
import Synchronization
import Testing

/// SIGTERM in the middle of work: what a service has begun it finishes, and what it hasn't is left for the next one.
@Suite("A stop", .serialized, .timeLimit(.minutes(5)))
struct StopTests {
    @Test func `cuts no request: each is answered, or was never taken`() async throws {
        try await withSystem { system in
            let key = try await system.client.ask(CreateAPIKey(name: "stop", scopes: ["intake"], rate: 100_000, burst: 100_000)).key
            let url = system.stack.url(of: .leadIntake) + "/intake/leads"
            let outcomes = await stopLeadIntake(of: system) { await $0.post(to: url, named: $1, key: key, by: system) }

            // What was answered is there, and nothing else is; and all of it is told.
            let taken = outcomes.taken
            #expect(try await system.count("lead_intake.leads WHERE name LIKE 'Stopped %'") == taken)
            try await system.stack.start("lead-intake")
            try await system.eventually("not all was told") { try await system.count("lifecycle.leads") == taken }
        }
    }

    @Test func `answers the commands that it has, and leaves the others to nobody`() async throws {
        try await withSystem { system in
            let commands = CommandClient(system.client.nats)
            let outcomes = await stopLeadIntake(of: system) { await $0.resolve($1, commands) }
            let stored = try await system.count("lead_intake.leads WHERE name LIKE 'Stopped %'")
            #expect(stored == outcomes.taken)
        }
    }

    @Test func `of who follows events leaves none half done: the next one goes on where it ended`() async throws {
        try await withSystem { system in
            let leads = try await system.publishedLeads(4_000)
            try await system.eventually("some leads never came") { try await system.count("lifecycle.leads") == leads.count }
            try await system.stack.stop(.lifecycle)
            try await system.publish(leads.map { MessageSent(leadID: $0, messageID: .make(), channel: .email, address: "a@a.example") })

            let decided = "lifecycle.status_history WHERE trigger = 'email_sent'"
            try await system.stopAgainAndAgain(.lifecycle, until: decided, are: leads.count, of: "CAMPAIGNS")
            #expect(try await system.count(decided) == leads.count, "each once")
            #expect(try await system.count("lifecycle.lead_statuses WHERE contact_status = 'emailed'") == leads.count)
            #expect(try await system.count("lifecycle.dead_letters") == 0)
        }
    }

    @Test func `of the read model leaves nothing half done, and nothing out`() async throws {
        try await withSystem { system in
            try await system.stack.stop(.console)
            let leads = try await system.publishedLeads(4_000)
            try await system.stopAgainAndAgain(.console, until: "console.leads", are: leads.count, of: "LEADS")
            #expect(try await system.count("console.leads WHERE version > 0 AND name LIKE 'Lead %'") == leads.count)
            #expect(try await system.count("console.dead_letters") == 0)
        }
    }

    /// Stops lead-intake while 16 ask it again and again, each until nobody takes any more, and holds what became of them against a good end.
    private func stopLeadIntake(
        of system: TestSystem,
        while ask: @escaping @Sendable (Outcomes, String) async -> Bool
    ) async -> Outcomes {
        let outcomes = Outcomes()
        let (busy, enough) = AsyncStream.makeStream(of: Void.self)
        await withDiscardingTaskGroup { group in
            for worker in 0..<16 {
                group.addTask {
                    var number = 0
                    while await ask(outcomes, "Stopped \(worker)-\(number)") {
                        number += 1
                        if outcomes.taken >= 200 { enough.finish() }
                    }
                    // Before the stop only what is cut ends it, and then the test has failed.
                    enough.finish()
                }
            }
            group.addTask {
                for await _ in busy {}
                outcomes.note(exit: try? await system.stack.process("lead-intake")?.stop(grace: .seconds(30)))
            }
        }
        #expect(outcomes.exit == .code(0))
        #expect(outcomes.cut.isEmpty, "\(outcomes.cut)")
        #expect(outcomes.refused == 16, "each ends with one that found nobody")
        return outcomes
    }

    private func withSystem(_ body: (TestSystem) async throws -> Void) async throws {
        let system = try await TestSystem.start()
        do {
            try await body(system)
            try await system.stop()
        } catch {
            try? await system.stop()
            throw error
        }
    }
}

/// What became of each thing that was asked while the service stopped.
private final class Outcomes: Sendable {
    private struct State {
        var taken = 0
        var refused = 0
        var cut: [String] = []
        var exit: ProcessExit?
    }

    private let state = Mutex(State())
    var taken: Int { state.withLock { $0.taken } }
    /// Those that met nobody: they were never begun.
    var refused: Int { state.withLock { $0.refused } }
    /// Those that somebody took and nobody answered.
    var cut: [String] { state.withLock { $0.cut } }
    var exit: ProcessExit? { state.withLock { $0.exit } }

    func note(exit: ProcessExit?) { state.withLock { $0.exit = exit } }

    /// Whether the next one can be asked.
    func post(to url: String, named name: String, key: String, by system: TestSystem) async -> Bool {
        do {
            let answer = try await system.post(
                url,
                #"{"name": "\#(name)"}"#,
                type: "application/json",
                headers: [("Authorization", "Bearer \(key)")]
            )
            guard answer.status == 200 else { return cut("\(answer.status) \(String(decoding: answer.body, as: UTF8.self))") }
            return take()
        } catch let error as OutboundError where error.code == .connect {
            // Also one that was on its way over a kept connection when that was closed, as it may be at any time (RFC 9112, 9.5): the client
            // can't know, and tries in vain to connect again. That nothing was done of it shows in what is stored.
            return refuse()
        } catch {
            return cut("\(error)")
        }
    }

    func resolve(_ name: String, _ commands: CommandClient) async -> Bool {
        do {
            _ = try await commands.call(ResolveLead(business: LeadDraft(name: name)), as: .operator, timeout: .seconds(20))
            return take()
        } catch let problem as Problem where problem.detail?.contains("is not running") == true {
            return refuse()
        } catch {
            return cut("\(error)")
        }
    }

    private func take() -> Bool {
        state.withLock { $0.taken += 1 }
        return true
    }

    private func refuse() -> Bool {
        state.withLock { $0.refused += 1 }
        return false
    }

    private func cut(_ what: String) -> Bool {
        state.withLock { $0.cut.append(what) }
        return false
    }
}

extension TestSystem {
    func count(_ rows: String) async throws -> Int {
        try #require(Int(try await stack.postgres.execute("SELECT count(*) FROM \(rows)", database: "plumbline")))
    }

    /// Starts a service that has much to follow, stops it as soon as it has begun, and so on until there are `all` of `rows`.
    fileprivate func stopAgainAndAgain(_ service: ServiceName, until rows: String, are all: Int, of stream: String) async throws {
        var stops = 0
        try await stack.start(service.rawValue)
        while stops < 10 {
            let before = try await count(rows)
            if before == all { break }
            try await eventually("it stands still") { try await count(rows) > before }
            #expect(try await stack.process(service.rawValue)?.stop(grace: .seconds(30)) == .code(0))
            stops += 1
            try await stack.start(service.rawValue)
        }
        #expect(stops > 0)
        try await eventually("some were never settled") {
            let state = try await JetStream(client.nats).state(ofConsumer: service.rawValue, stream: stream)
            return state.pending == 0 && state.acksPending == 0
        }
    }

    /// As their owner would tell of them.
    fileprivate func publishedLeads(_ count: Int) async throws -> [LeadID] {
        let leads = (0..<count).map { number in
            Lead(
                id: .make(),
                slug: "lead-\(number)",
                name: "Lead \(number)",
                source: .api,
                qualificationScore: 0,
                createdAt: Date(),
                updatedAt: Date()
            )
        }
        try await publish(leads.map { LeadCreated(snapshot: $0) })
        return leads.map(\.id)
    }

    /// As its owner would, one behind the other.
    fileprivate func publish<Fact: Event>(_ facts: [Fact]) async throws {
        let owner = try #require(Catalogue.streams.first { $0.events.contains { $0.subject == Fact.subject } }?.publisher)
        let jetStream = JetStream(client.nats)
        for fact in facts {
            let envelope = Envelope(fact, source: owner, time: Date(), trace: nil)
            _ = try await jetStream.publish(
                "\(Fact.subject)",
                payload: try WireJSON.encode(envelope),
                messageID: "\(envelope.id)"
            )
        }
    }
}
