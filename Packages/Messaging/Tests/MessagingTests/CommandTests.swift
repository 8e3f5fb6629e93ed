import Contracts
import Foundation
import LocalServers
import Logging
import Messaging
import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@Suite("Commands", .timeLimit(.minutes(1)))
struct CommandTests {
    let bench: NATSServer
    let client: NATSClient
    var commands: CommandClient { CommandClient(client) }
    let asker = Actor(id: "ann|3\r\nX: y é", role: .manager)

    init() async throws {
        // A server of its own: the subjects are fixed.
        bench = try await NATSServer.start()
        client = try await connectedClient(bench)
    }

    private func running(
        _ handlers: [CommandHandler],
        logger: Logger = quietLogger,
        _ body: () async throws -> Void
    ) async throws {
        let server = CommandServer(service: .lifecycle, client: client, handlers: handlers, maximumConcurrent: 4, logger: logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .ignore)], logger: quietLogger)
        )
        async let run: Void = group.run()
        try await eventually("it answers") { await knowsNothing() }
        try await body()
        await group.triggerGracefulShutdown()
        try await run
        await client.drain()
        try await bench.stop()
    }

    /// Whether the service is there: it says of an unknown command that it is unknown.
    private func knowsNothing() async -> Bool {
        do {
            _ = try await commands.call(OverrideStatusProbe(), as: asker)
            return false
        } catch let problem as Problem {
            return problem.status == 404
        } catch {
            return false
        }
    }

    @Test func `the owner learns what is asked, by whom, with which key and trace, and its answer comes back`() async throws {
        let seen = Mutex<Asked<GetStatus>?>(nil)
        let handler = CommandHandler.answer(GetStatus.self) { asked in
            seen.withLock { $0 = asked }
            return LeadStatus(leadID: asked.command.leadID, contactStatus: .opened, websiteStatus: .none, version: 1, changedAt: .now)
        }
        let (lead, key, trace) = (LeadID.make(), IdempotencyKey(rawValue: "clé 1"), TraceContext.make())
        try await running([handler]) {
            let answer = try await TraceContext.$current.withValue(trace) {
                try await commands.call(GetStatus(leadID: lead), as: asker, key: key, timeout: patience)
            }
            #expect(answer.leadID == lead && answer.contactStatus == .opened)
        }
        let asked = try #require(seen.withLock { $0 })
        #expect(asked.actor == asker && asked.key == key)
        #expect(asked.trace?.traceID == trace.traceID)
        #expect(asked.deadline.map { $0 > .now } == true)
    }

    @Test func `an answer says how long its owner took`() async throws {
        let handler = CommandHandler.answer(GetStatus.self) { asked in
            try await Task.sleep(for: .milliseconds(30))
            return LeadStatus(leadID: asked.command.leadID, contactStatus: .opened, websiteStatus: .none, version: 1, changedAt: .now)
        }
        try await running([handler]) {
            let start = ContinuousClock.now
            let took = try await commands.timed(GetStatus(leadID: .make()), as: asker, timeout: patience).took
            let whole = ContinuousClock.now - start
            #expect(try #require(took) >= .milliseconds(30) && #require(took) <= whole)
        }
    }

    @Test func `a problem reaches the caller as it is, another error without its details`() async throws {
        let lead = LeadID.make()
        let handlers: [CommandHandler] = [
            .answer(GetStatus.self) { throw Problem.leadNotFound($0.command.leadID) },
            .answer(GetFunnel.self) { _ in throw Broken() },
        ]
        try await running(handlers) {
            let known = await #expect(throws: Problem.self) {
                try await commands.call(GetStatus(leadID: lead), as: asker, timeout: patience)
            }
            #expect(known == .leadNotFound(lead))
            let unknown = await #expect(throws: Problem.self) { try await commands.call(GetFunnel(), as: asker, timeout: patience) }
            #expect(unknown == .internalError)
        }
    }

    @Test func `what the database quotes of a row is in no line of the log`() async throws {
        let handler = CommandHandler.answer(GetFunnel.self) { _ in
            var error = DatabaseError(
                .server,
                "duplicate key value violates unique constraint \"leads_email_key\"",
                sqlState: .uniqueViolation
            )
            error.constraint = "leads_email_key"
            error.detail = "Key (email)=(anna@example.com) already exists."
            throw error
        }
        let lines = Mutex<[String]>([])
        try await running([handler], logger: Logger(label: "test") { _ in LineLog { line in lines.withLock { $0.append(line) } } }) {
            let problem = await #expect(throws: Problem.self) { try await commands.call(GetFunnel(), as: asker, timeout: patience) }
            #expect(problem == .internalError)
        }
        let written = lines.withLock { $0 }.joined(separator: "\n")
        #expect(written.contains("23505") && written.contains("leads_email_key"))
        #expect(!written.contains("anna"))
    }

    @Test func `an answer that NATS can't carry is a problem, not a silence`() async throws {
        let handler = CommandHandler.answer(ListDeadLetters.self, on: ListDeadLetters.subject(of: .lifecycle)) { _ in
            let letter = DeadLetter(
                id: 1,
                eventID: "1",
                consumer: "c",
                reason: "r",
                attempts: 1,
                payload: String(repeating: "x", count: 2_000_000),
                parkedAt: .now
            )
            return ListDeadLetters.Answer(deadLetters: [letter])
        }
        try await running([handler]) {
            let problem = await #expect(throws: Problem.self) {
                try await commands.call(ListDeadLetters(service: .lifecycle), as: asker, timeout: patience)
            }
            #expect(problem?.status == 422)
            #expect(client.isConnected)
        }
    }

    @Test func `a command that can't be read is refused, and told where`() async throws {
        let handler = CommandHandler.answer(GetStatus.self) { throw Problem.leadNotFound($0.command.leadID) }
        try await running([handler]) {
            let answer = try await client.request(
                GetStatus.subject.description,
                headers: ["Plumbline-Actor": "ann", "Plumbline-Role": "agent"],
                payload: Data(#"{"lead":7}"#.utf8),
                timeout: patience
            )
            let problem = try WireJSON.decode(Problem.self, from: answer.payload)
            #expect(problem.status == 400)
            #expect(problem.errors?.map(\.pointer) == ["/lead", "/lead_id"])
            #expect(problem.errors?.map(\.detail) == ["there is no such field; there are: lead_id", "is missing"])
        }
    }

    @Test func `where nobody answers, the caller gets a 503`() async throws {
        let absent = await #expect(throws: Problem.self) {
            try await commands.call(GetStatus(leadID: .make()), as: asker, timeout: patience)
        }
        #expect(absent?.status == 503)

        let silent = client.subscribe(GetStatus.subject.description)
        try await client.flush(timeout: patience)
        let late = await #expect(throws: Problem.self) {
            try await commands.call(GetStatus(leadID: .make()), as: asker, timeout: .milliseconds(100))
        }
        #expect(late?.status == 503)
        silent.unsubscribe()

        try await bench.kill()
        try await eventually("noticed") { !client.isConnected }
        let cut = await #expect(throws: Problem.self) {
            try await commands.call(GetStatus(leadID: .make()), as: asker, timeout: .milliseconds(100))
        }
        #expect(cut?.status == 503)
        await client.drain()
        try await bench.stop()
    }

    @Test func `a command that is under way when the server restarts is sent again with the same key`() async throws {
        let keys = Mutex<[IdempotencyKey]>([])
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let handler = CommandHandler.answer(GetStatus.self) { asked in
            let count = keys.withLock {
                $0.append(asked.key); return $0.count
            }
            start.yield()
            // The first one's answer finds no way back.
            if count == 1 { try await Task.sleep(for: .milliseconds(200)) }
            return LeadStatus(leadID: asked.command.leadID, contactStatus: .opened, websiteStatus: .none, version: 1, changedAt: .now)
        }
        let lead = LeadID.make()
        try await running([handler]) {
            async let answer = commands.call(GetStatus(leadID: lead), as: asker, timeout: patience)
            _ = await started.first { _ in true }
            try await bench.kill()
            try await bench.restart()
            #expect(try await answer.leadID == lead)
        }
        #expect(keys.withLock { Set($0).count } == 1)
    }

    @Test func `an owner that connects again a moment later than its caller is waited for`() async throws {
        let owner = try await connectedClient(bench)
        let handler = CommandHandler.answer(GetFunnel.self) { _ in throw Problem.conflict("found") }
        let server = CommandServer(service: .lifecycle, client: owner, handlers: [handler], logger: quietLogger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .ignore)], logger: quietLogger)
        )
        // Our own connection is new: nobody answers yet.
        let asking = Task { try await commands.call(GetFunnel(), as: asker, timeout: patience) }
        try await client.flush(timeout: patience)
        async let run: Void = group.run()
        let problem = await #expect(throws: Problem.self) { try await asking.value }
        #expect(problem?.status == 409)
        await group.triggerGracefulShutdown()
        try await run
        for client in [client, owner] { await client.drain() }
        try await bench.stop()
    }

    @Test(arguments: ["", String(repeating: "k", count: 600), "a\u{0}b"])
    func `a key that can't be kept is refused`(_ key: String) async throws {
        let handler = CommandHandler.answer(GetStatus.self) { throw Problem.leadNotFound($0.command.leadID) }
        try await running([handler]) {
            let problem = await #expect(throws: Problem.self) {
                try await commands.call(GetStatus(leadID: .make()), as: asker, key: IdempotencyKey(rawValue: key), timeout: patience)
            }
            #expect(problem?.status == 400)
        }
    }

    @Test func `shutting down answers the commands in hand, a bounded number at a time`() async throws {
        let busy = Mutex(0)
        let most = Mutex(0)
        let handler = CommandHandler.answer(GetStatus.self) { asked in
            let now = busy.withLock {
                $0 += 1; return $0
            }
            most.withLock { $0 = max($0, now) }
            try await Task.sleep(for: .milliseconds(20))
            busy.withLock { $0 -= 1 }
            return LeadStatus(leadID: asked.command.leadID, contactStatus: .opened, websiteStatus: .none, version: 1, changedAt: .now)
        }
        let server = CommandServer(service: .lifecycle, client: client, handlers: [handler], maximumConcurrent: 4, logger: quietLogger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .ignore)], logger: quietLogger)
        )
        async let run: Void = group.run()
        try await eventually("it answers") { await knowsNothing() }
        let caller = try await connectedClient(bench)
        let answered = try await withThrowingTaskGroup(of: LeadStatus.self) { callers in
            for _ in 0..<40 {
                callers.addTask { try await CommandClient(caller).call(GetStatus(leadID: .make()), as: asker, timeout: patience) }
            }
            try await eventually("some are under way") { busy.withLock { $0 } > 0 }
            try await caller.flush(timeout: patience)
            try await client.flush(timeout: patience)
            await group.triggerGracefulShutdown()
            return try await callers.reduce(into: 0) { count, _ in count += 1 }
        }
        try await run
        #expect(answered == 40)
        #expect(most.withLock { $0 } <= 4)
        for client in [client, caller] { await client.drain() }
        try await bench.stop()
    }
}

/// A command that nobody answers.
struct OverrideStatusProbe: Command {
    struct Answer: Codable, Sendable {}
    static let subject: Subject = "rpc.lifecycle.no-such-command"
    static let summary = "Asked to see whether the service is there."
}

/// Hands on each line with its metadata.
private struct LineLog: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]
    let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { write("\(event.message) \(event.metadata ?? [:])") }
}
