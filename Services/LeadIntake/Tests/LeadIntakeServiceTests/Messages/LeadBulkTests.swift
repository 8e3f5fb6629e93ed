import Contracts
import Foundation
import LeadIntakeService
import Messaging
import Postgres
import Testing

@Suite("Commands on many leads", .timeLimit(.minutes(1)))
struct LeadBulkTests {
    static let may = Actor(id: "may", role: .manager)
    static let ann = Actor(id: "ann", role: .agent)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    /// Leads in rows of their own making: what is tested begins behind them.
    private func fill(_ count: Int) async throws -> [LeadID] {
        let ids = (0..<count).map { _ in LeadID.make() }.sorted()
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, created_at, updated_at)
            SELECT id, 'lead-' || id, 'Lead', 'import', 0, now(), now() FROM unnest(\(ids)::uuid[]) AS id
            """
        )
        return ids
    }

    private func count(_ sql: SQL) async throws -> Int? { Int(try await bench.values(sql).first ?? "") }

    @Test func `a filter's leads all change, in chunks, each with its trail and its event`() async throws {
        _ = try await fill(4_500)
        try await bench.running { commands in
            let command = BulkUpdateStage(
                targets: LeadTargets(filter: LeadFilter { $0.stages = [.new] }),
                stage: .contacted,
                reason: "fair"
            )
            let key = IdempotencyKey.make()
            let answer = try await commands.call(command, as: Self.may, key: key, timeout: .seconds(40))
            #expect(answer == BulkChange(changed: 4_500))
            #expect(try await commands.call(command, as: Self.may, key: key, timeout: .seconds(40)) == answer)
            let again = try await commands.call(command, as: Self.may, timeout: .seconds(40))
            #expect(again == BulkChange())
        }
        let changed = try await count("SELECT count(*)::text AS value FROM leads WHERE sales_stage = 'contacted' AND version = 2")
        let audited = try await count(
            "SELECT count(*)::text AS value FROM lead_audit WHERE field = 'sales_stage' AND value_before = 'new' AND reason = 'fair'"
        )
        let told = try await count("SELECT count(DISTINCT event_id)::text AS value FROM outbox WHERE subject = 'crm.lead.updated'")
        #expect(changed == 4_500 && audited == 4_500 && told == 4_500)
        // Once for the first command, and again for the second, which meant no lead.
        let progress = try await bench.payloads(of: BulkProgressed.self)
        #expect(progress.map(\.done).dropLast() == [0] + progress.map(\.done).dropFirst().dropLast().sorted())
        #expect(progress.map(\.total) == [4_500, 4_500, 4_500, 4_500, 0])
        #expect(progress.map(\.isFinished) == [false, false, false, true, true])
        #expect(progress[3].changed == 4_500 && progress[3].command == "bulk-update-stage" && progress[3].actor == "may")
        await bench.close()
    }

    @Test func `a command that a service left behind is finished by the next, each lead once`() async throws {
        let ids = try await fill(5_000)
        try await bench.running { commands in
            // Somebody else holds a lead of the second part: the others are done, and the command can't be finished.
            let held = Held()
            async let holder: Void = bench.database.transaction { transaction in
                try await transaction.execute("SELECT FROM leads WHERE id = \(ids[3_000]) FOR UPDATE")
                await held.begin()
                await held.waitForEnd()
            }
            await held.waitForBegin()
            let key = IdempotencyKey.make()
            let command = AssignLeads(targets: LeadTargets(ids: ids), assignedTo: "ann")
            let impatient = await #expect(throws: Problem.self) {
                try await commands.call(command, as: Self.may, key: key, timeout: .milliseconds(700))
            }
            #expect(impatient?.status == 503)
            try await eventually("the other parts are done") {
                try await count("SELECT sum(done)::text AS value FROM bulk_commands") == 3_000
            }
            async let repeated = commands.call(command, as: Self.may, key: key, timeout: .seconds(40))
            async let resumed: Void = BulkResumer(database: bench.database, models: .standard, logger: quietLogger, patience: 0).resume()
            await held.end()
            _ = try await holder
            #expect(try await repeated == BulkChange(changed: 5_000))
            try await resumed
        }
        #expect(try await count("SELECT count(*)::text AS value FROM lead_audit WHERE field = 'assigned_to'") == 5_000)
        #expect(try await count("SELECT count(*)::text AS value FROM leads WHERE assigned_to = 'ann' AND version = 2") == 5_000)
        #expect(try await bench.payloads(of: BulkProgressed.self).filter(\.isFinished).count == 1)
        #expect(try await bench.values("SELECT lead_ids::text AS value FROM bulk_commands") == ["{}"])
        await bench.close()
    }

    @Test func `100,000 ids go in one command, and one more is refused`() async throws {
        let ids = (0..<100_000).map { _ in LeadID.make() }
        try await bench.running { commands in
            let answer = try await commands.call(AssignLeads(targets: LeadTargets(ids: ids)), as: Self.may)
            #expect(answer.changed == 0 && answer.refused.map(\.count) == [100_000])
            #expect(answer.refused.first?.leadIDs.count == 100)
            let tooMany = await #expect(throws: Problem.self) {
                try await commands.call(AssignLeads(targets: LeadTargets(ids: ids + [.make()])), as: Self.may)
            }
            #expect(tooMany?.errors?.map(\.pointer) == ["/targets/ids"])
        }
        await bench.close()
    }

    @Test(arguments: [
        BulkAction.stage(.won), .assign(to: "ann"), .assign(to: nil), .tag(add: ["a"], remove: []), .tag(add: [], remove: ["b"]), .archive,
    ])
    func `what a command does is kept as it was asked for`(action: BulkAction) throws {
        #expect(try JSONDecoder().decode(BulkAction.self, from: JSONEncoder().encode(action)) == action)
    }

    @Test func `each lead is counted once: as changed, as unchanged, or as refused with the reason`() async throws {
        let ids = try await fill(5)
        try await bench.database.execute("UPDATE leads SET assigned_to = 'ann' WHERE id = \(ids[0])")
        try await bench.database.execute("UPDATE leads SET assigned_to = 'bob' WHERE id = \(ids[1])")
        try await bench.database.execute("UPDATE leads SET erased_at = now() WHERE id = \(ids[2])")
        let stranger = LeadID.make()
        try await bench.running { commands in
            let answer = try await commands.call(
                AssignLeads(targets: LeadTargets(ids: ids + ids + [stranger]), assignedTo: "ann"),
                as: Self.ann
            )
            #expect(answer.changed == 2 && answer.unchanged == 1)
            #expect(answer.refused.map(\.count) == [3])
            #expect(Set(answer.refused.flatMap(\.leadIDs)) == [ids[1], ids[2], stranger])
            let given = try await commands.call(AssignLeads(targets: LeadTargets(ids: [ids[3]]), assignedTo: "bob"), as: Self.ann)
            #expect(given.changed == 0 && given.refused.first?.reason.contains("manager") == true)
            let freed = try await commands.call(AssignLeads(targets: LeadTargets(ids: ids)), as: Self.may)
            #expect(freed.changed == 4)
        }
        await bench.close()
    }

    @Test func `many leads are tagged and put aside`() async throws {
        let ids = try await fill(3)
        try await bench.running { commands in
            let targets = LeadTargets(ids: ids)
            let tagged = try await commands.call(BulkTag(targets: targets, add: [" Fair ", "x"]), as: Self.may)
            #expect(tagged.changed == 3)
            let swapped = try await commands.call(BulkTag(targets: targets, add: ["fair"], remove: ["X"]), as: Self.may)
            #expect(swapped.changed == 3)
            let archived = try await commands.call(BulkArchive(targets: targets), as: Self.may)
            #expect(archived.changed == 3)
            let lead = try await commands.call(GetLead(leadID: ids[0]), as: Self.may).lead
            #expect(lead.tags == ["fair", "archived"] && lead.salesStage == .lost && lead.archivedAt != nil && lead.version == 4)
            #expect(try await bench.payloads(of: LeadArchived.self).first { $0.leadID == ids[0] }?.snapshot == lead)
            let restored = try await commands.call(RestoreLead(leadID: ids[0]), as: Self.may).lead
            #expect(restored.salesStage == .new)
            let both = await #expect(throws: Problem.self) {
                var targets = LeadTargets(ids: ids)
                targets.filter = LeadFilter()
                _ = try await commands.call(BulkArchive(targets: targets), as: Self.may)
            }
            #expect(both?.errors?.map(\.pointer) == ["/targets"])
            let empty = await #expect(throws: Problem.self) { try await commands.call(BulkTag(targets: targets), as: Self.may) }
            #expect(empty?.errors?.map(\.pointer) == ["/add"])
        }
        await bench.close()
    }
}

/// Lets two tasks wait for each other.
private actor Held {
    private var hasBegun = false
    private var hasEnded = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() { change { hasBegun = true } }
    func end() { change { hasEnded = true } }

    func waitForBegin() async { while !hasBegun { await withCheckedContinuation { waiting.append($0) } } }
    func waitForEnd() async { while !hasEnded { await withCheckedContinuation { waiting.append($0) } } }

    private func change(_ body: () -> Void) {
        body()
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
