import Contracts
import Foundation
import LocalServers
import LocalStack
import Messaging
import Testing

/// A command on many leads whose service is killed in the middle.
@Suite("A command on many leads", .timeLimit(.minutes(5)))
struct BulkCrashTests {
    private static let leads = 16_000

    @Test func `is finished when its service was killed in the middle, each lead changed once`() async throws {
        let system = try await TestSystem.start()
        do {
            try await fill(system)
            let commands = CommandClient(system.client.nats)
            let key = IdempotencyKey.make()
            let command = BulkUpdateStage(targets: LeadTargets(filter: LeadFilter { $0.stages = [.new] }), stage: .contacted)
            // Nobody answers this one: its service dies.
            let first = Task { try? await commands.call(command, as: .operator, key: key, timeout: .seconds(5)) }
            try await system.eventually("it never began") { try await done(system) > 0 }
            try await system.stack.kill(.leadIntake)
            let before = try await done(system)
            _ = await first.value
            try await system.stack.start(ServiceName.leadIntake.rawValue)

            let answer = try await system.client.ask(command, key: key)
            #expect(answer == BulkChange(changed: Self.leads))
            #expect(before < Self.leads, "it was killed too late to prove anything: \(before)")
            #expect(try await count(system, "leads WHERE sales_stage = 'contacted' AND version = 2") == Self.leads)
            #expect(try await count(system, "lead_audit WHERE field = 'sales_stage'") == Self.leads)
            try await system.eventually("not all was told") { try await count(system, "outbox") == 0 }
            try await system.stop()
        } catch {
            try? await system.stop()
            throw error
        }
    }

    private func fill(_ system: TestSystem) async throws {
        _ = try await system.stack.postgres.execute(
            """
            SET search_path = lead_intake;
            INSERT INTO leads (id, slug, name, source, qualification_score, created_at, updated_at)
            SELECT id, 'lead-' || id, 'Lead', 'import', 0, now(), now()
            FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, \(Self.leads))) AS made
            """,
            database: "plumbline"
        )
    }

    private func done(_ system: TestSystem) async throws -> Int {
        try await number(system, "SELECT coalesce(sum(done), 0) FROM lead_intake.bulk_commands")
    }

    private func count(_ system: TestSystem, _ rows: String) async throws -> Int {
        try await number(system, "SELECT count(*) FROM lead_intake.\(rows)")
    }

    private func number(_ system: TestSystem, _ sql: String) async throws -> Int {
        let text = try await system.stack.postgres.execute(sql, database: "plumbline").trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(Int(text))
    }
}
