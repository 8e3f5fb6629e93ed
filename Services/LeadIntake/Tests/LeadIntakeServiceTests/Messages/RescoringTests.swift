import Contracts
import Foundation
import LeadIntakeService
import Messaging
import Postgres
import Testing

@Suite("Rescoring all leads", .timeLimit(.minutes(2)))
struct RescoringTests {
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench
    let heavier: ScoringModels

    init() async throws {
        bench = try await IntakeBench()
        heavier = try ScoringFile.override(.standard, by: Data(#"{"lead_score": {"has_company": 17}}"#.utf8))
    }

    private func worker(_ models: ScoringModels, chunk: Int = 2_000) -> RescoringWorker {
        var worker = RescoringWorker(database: bench.database, models: models, logger: quietLogger)
        worker.chunk = chunk
        return worker
    }

    /// Until there is nothing to do for these models.
    private func run(_ models: ScoringModels, chunk: Int = 2_000) async throws {
        try await running(worker(models, chunk: chunk)) { try await isFinished(models) }
    }

    /// Runs a worker until the condition holds, then cuts it off wherever it is, as a crash would: what it has not committed is gone.
    private func running(_ worker: RescoringWorker, until condition: () async throws -> Bool) async throws {
        let task = Task { try await worker.run() }
        defer { task.cancel() }
        try await eventually("the rescoring goes on") { try await condition() }
        task.cancel()
        _ = await task.result
    }

    private func isFinished(_ models: ScoringModels) async throws -> Bool {
        let latest: SQL = "SELECT models, state FROM rescorings ORDER BY number DESC LIMIT 1"
        guard let row = try await bench.database.row(latest) else { return false }
        return try row.decode("models", as: String.self) == models.digest && row.decode("state", as: String.self) == "finished"
    }

    private func figures() async throws -> [Int] {
        let row = try await bench.database.row("SELECT total, done, changed FROM rescorings ORDER BY number DESC LIMIT 1")
        return try ["total", "done", "changed"].compactMap { try row?.decode($0) }
    }

    /// How many leads are done by these models.
    private func done(_ models: ScoringModels) async throws -> Int {
        try await bench.database.row("SELECT done FROM rescorings WHERE models = \(models.digest)")?.decode("done") ?? 0
    }

    /// Leads of which each other names its company, scored by the standard models.
    private func fill(_ count: Int) async throws {
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, company, qualification_score, lead_score, created_at, updated_at)
            SELECT gen_random_uuid(), 'lead-' || number, 'Lead ' || number, 'api', CASE WHEN number % 2 = 0 THEN 'A' END, 0,
                CASE WHEN number % 2 = 0 THEN 60 ELSE 50 END, now(), now()
            FROM generate_series(1, \(count)::int8) AS number
            """
        )
    }

    @Test func `leads that have no lead score yet get one when the service starts`() async throws {
        try await fill(10)
        try await bench.database.execute("UPDATE leads SET lead_score = NULL")
        try await bench.live { live in
            try await eventually("they are scored") { try await live.commands.call(GetRescoring(), as: Self.may).state == .finished }
            let answer = try await live.commands.call(GetRescoring(), as: Self.may)
            #expect(answer.models == ScoringModels.standard.digest)
            #expect([answer.total, answer.done, answer.changed] == [10, 10, 10] && answer.finishedAt != nil)
        }
        let scores = try await bench.values("SELECT DISTINCT lead_score::text AS value FROM leads ORDER BY 1")
        #expect(scores == ["50", "60"])
        await bench.close()
    }

    @Test func `leads whose score is another one are written, told and in the audit trail, the others are left`() async throws {
        try await fill(100)
        try await run(.standard)
        #expect(try await figures() == [100, 100, 0])
        #expect(try await bench.events().isEmpty)

        try await bench.database.execute(
            "UPDATE leads SET lead_score = 3, lead_score_set_by = 'may' WHERE slug = 'lead-2'"
        )
        try await bench.database.execute("UPDATE leads SET erased_at = now(), archived_at = now() WHERE slug = 'lead-4'")
        try await bench.database.execute("UPDATE leads SET archived_at = now() WHERE slug = 'lead-6'")
        try await run(heavier)
        #expect(try await figures() == [99, 99, 48])
        let scores = try await bench.values("SELECT lead_score || ':' || count(*) AS value FROM leads GROUP BY lead_score ORDER BY 1")
        #expect(scores == ["3:1", "50:50", "60:1", "67:48"])
        let told = try await bench.payloads(of: LeadUpdated.self)
        #expect(
            told.count == 48 && told.allSatisfy { $0.changed == ["lead_score"] && $0.snapshot.leadScore == 67 && $0.snapshot.version == 2 }
        )
        let audit = try await bench.values(
            "SELECT DISTINCT concat_ws('|', field, value_before, value_after, actor, reason) AS value FROM lead_audit"
        )
        #expect(audit == ["lead_score|60|67|service:lead-intake|new weights"])
        await bench.close()
    }

    @Test func `one that was cut off goes on where it was, and writes no lead twice`() async throws {
        try await fill(2_000)
        try await run(.standard)
        for after in [300, 900, 1_500] {
            try await running(worker(heavier, chunk: 20)) { try await done(heavier) >= after }
        }
        try await run(heavier, chunk: 20)
        #expect(try await figures() == [2_000, 2_000, 1_000])
        #expect(try await bench.values("SELECT count(*)::text AS value FROM leads WHERE lead_score = 67 AND version = 2") == ["1000"])
        #expect(try await bench.values("SELECT count(*)::text AS value FROM lead_audit") == ["1000"])
        #expect(try await bench.events().count == 1_000)
        await bench.close()
    }

    @Test func `leads that come meanwhile from who scores by the former models get theirs too`() async throws {
        try await fill(200)
        try await run(.standard)
        try await bench.database.execute(
            """
            INSERT INTO api_keys (id, name, key_hash, scopes, created_by, idempotency_key, created_at)
            VALUES (gen_random_uuid(), 'test', sha256('test'), '{intake}', 'test', 'test', now())
            """
        )
        // Its rows were scored when they were staged, an hour ago.
        try await bench.database.execute(
            """
            INSERT INTO imports (id, api_key_id, state, staged_at, started_at, updated_at)
            SELECT gen_random_uuid(), id, 'running', now() - interval '1 hour', now(), now() FROM api_keys
            """
        )
        var patient = worker(heavier, chunk: 50)
        patient.pause = .milliseconds(50)
        try await running(patient) {
            if try await done(heavier) < 200 { return false }
            // With an id that is behind already.
            try await bench.database.execute(
                """
                INSERT INTO leads (id, slug, name, source, company, qualification_score, lead_score, created_at, updated_at)
                VALUES ('00000000-0000-7000-8000-000000000001', 'late', 'Late', 'import', 'A', 0, 60, now(), now())
                ON CONFLICT DO NOTHING
                """
            )
            try await bench.database.execute("UPDATE imports SET state = 'finished', finished_at = now(), digest = sha256('file')")
            return try await isFinished(heavier)
        }
        #expect(try await bench.values("SELECT lead_score::text AS value FROM leads WHERE slug = 'late'") == ["67"])
        #expect(try await figures() == [201, 201, 101])
        await bench.close()
    }

    @Test func `several instances at once score each lead once`() async throws {
        try await fill(1_000)
        try await run(.standard)
        let others = [worker(heavier, chunk: 10), worker(heavier, chunk: 10)].map { other in Task { try await other.run() } }
        try await run(heavier, chunk: 10)
        for other in others { other.cancel() }
        #expect(try await figures() == [1_000, 1_000, 500])
        #expect(try await bench.events().count == 500)
        await bench.close()
    }

    @Test func `when the models change again, the one under way ends and all leads get the newest scores`() async throws {
        try await fill(1_000)
        try await run(.standard)
        let latest = try ScoringFile.override(.standard, by: Data(#"{"lead_score": {"has_company": 30}}"#.utf8))
        let old = Task { try await worker(heavier, chunk: 5).run() }
        try await eventually("the first is under way") { try await done(heavier) > 0 }
        try await run(latest)
        old.cancel()
        _ = await old.result
        #expect(try await bench.values("SELECT DISTINCT lead_score::text AS value FROM leads ORDER BY 1") == ["50", "80"])
        let states = try await bench.values("SELECT state AS value FROM rescorings ORDER BY number")
        #expect(states.first == "finished" && states.last == "finished" && states.count == 3)
        await bench.close()
    }
}
