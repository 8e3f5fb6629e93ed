import Contracts
import Foundation
import Messaging
import Postgres
import ServiceLifecycle
import Testing

/// Two commands at once that change the same two rows, each from another end: PostgreSQL breaks off one of them (40P01).
@Suite("Commands that deadlock", .timeLimit(.minutes(1)))
struct CommandConflictTests {
    private let bench: Bench
    private let leads = [LeadID.make(), LeadID.make()]
    private let asker = Actor(id: "ann", role: .manager)
    private var commands: CommandClient { CommandClient(bench.client) }

    init() async throws {
        bench = try await Bench()
        try await bench.database.execute("CREATE TABLE calls (lead_id uuid PRIMARY KEY, n int NOT NULL)")
        for lead in leads { try await bench.database.execute("INSERT INTO calls VALUES (\(lead), 0)") }
    }

    /// Counts a call for the lead that is asked for, then for the other one; neither goes on before both have begun.
    private func counting(_ options: TransactionOptions, _ meeting: Meeting) -> CommandHandler {
        .answer(GetStatus.self) { [bench, leads] asked in
            let lead = asked.command.leadID
            return try await bench.database.transaction(options) { transaction in
                try await transaction.once(asked.key) {
                    try await transaction.execute("UPDATE calls SET n = n + 1 WHERE lead_id = \(lead)")
                    await meeting.arrive()
                    try await transaction.execute("UPDATE calls SET n = n + 1 WHERE lead_id = \(leads[lead == leads[0] ? 1 : 0])")
                    return LeadStatus(leadID: lead, contactStatus: .opened, websiteStatus: .none, version: 1, changedAt: Date())
                }
            }
        }
    }

    private func running(_ options: TransactionOptions, _ body: () async throws -> Void) async throws {
        let handlers = [counting(options, Meeting())]
        let server = CommandServer(service: .lifecycle, client: bench.client, handlers: handlers, logger: quietLogger)
        try await bench.running([server]) {
            try await eventually("it answers") { await problem(OverrideStatusProbe(), .make())?.status == 404 }
            try await body()
        }
        try await bench.close()
    }

    private func problem(_ command: some Command, _ key: IdempotencyKey) async -> Problem? {
        do {
            _ = try await commands.call(command, as: asker, key: key, timeout: patience)
            return nil
        } catch {
            return error as? Problem ?? .internalError
        }
    }

    private func askForBoth(_ keys: [IdempotencyKey]) async -> [Problem?] {
        async let first = problem(GetStatus(leadID: leads[0]), keys[0])
        async let second = problem(GetStatus(leadID: leads[1]), keys[1])
        return await [first, second]
    }

    private func counted() async throws -> [Int] {
        try await bench.database.rows("SELECT n FROM calls").map { try $0.decode("n") }
    }

    @Test func `the one that is broken off is run again, and both are done once, with their keys`() async throws {
        try await running(.init()) {
            let keys = [IdempotencyKey.make(), .make()]
            for attempt in ["first", "repeated"] {
                #expect(await askForBoth(keys) == [nil, nil], "\(attempt)")
                let calls = try await counted()
                #expect(calls == [2, 2], "\(attempt)")
            }
        }
    }

    @Test func `one that may not be run again is no fault of ours: its caller is told to send it again, and that does it`() async throws {
        try await running(.init(maximumAttempts: 1)) {
            let keys = [IdempotencyKey.make(), .make()]
            let problems = await askForBoth(keys)
            #expect(problems.compactMap(\.self) == [.contention])
            #expect(try await counted() == [1, 1])
            let loser = try #require(problems.firstIndex { $0 != nil })
            #expect(await problem(GetStatus(leadID: leads[loser]), keys[loser]) == nil)
            #expect(try await counted() == [2, 2])
        }
    }
}

/// Lets nobody through before two have come.
private actor Meeting {
    private var arrivals = 0
    private var waiter: CheckedContinuation<Void, Never>?

    func arrive() async {
        arrivals += 1
        if arrivals == 1 {
            await withCheckedContinuation { waiter = $0 }
        } else {
            waiter?.resume()
            waiter = nil
        }
    }
}
