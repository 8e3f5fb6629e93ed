import Contracts
import Foundation
import HTTPTypes
import Postgres
import Testing

@Suite("An import that comes again with its key", .timeLimit(.minutes(1)))
struct ImportReplayTests {
    let bench: IntakeBench
    let key: String

    init() async throws {
        bench = try await IntakeBench()
        key = try await bench.makeKey()
    }

    private func post(_ text: String, _ idempotencyKey: String) async throws -> IntakeBench.Answer {
        try await bench.post("/intake/imports", Array(text.utf8), key: key, idempotencyKey: idempotencyKey)
    }

    private static func file(_ rows: Int) -> String {
        "name,place_id\n" + (1...rows).map { $0.isMultiple(of: 100) ? ",\n" : "Lead \($0),ChIJ\($0)x\n" }.joined()
    }

    @Test func `gets the first answer`() async throws {
        let first = try await post(Self.file(250), "a").report()
        let again = try await post(Self.file(250), "a").report()
        #expect(first.counts == [250, 248, 0, 2])
        #expect(again.counts == first.counts && again.rejections == first.rejections)
        #expect(try await post(Self.file(250), "b").report().counts == [250, 0, 248, 2])
        await bench.close()
    }

    @Test func `is refused when it is another file`() async throws {
        _ = try await post(Self.file(10), "a").report()
        #expect(try await post(Self.file(11), "a").problem(.unprocessableContent).type == "/problems/idempotency-key-reused")
        #expect(try await bench.leadCount() == 10)
        await bench.close()
    }

    @Test func `goes on where it stopped, and counts what was done before`() async throws {
        let file = Self.file(11_000)
        // The third chunk can't be stored, and no row of it is at fault.
        try await bench.database.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        )
        try await bench.database.execute(
            """
            CREATE TRIGGER refused BEFORE INSERT ON leads FOR EACH ROW WHEN (NEW.name = 'Lead 10501') EXECUTE FUNCTION refuse()
            """
        )
        let problem = try await post(file, "a").problem(.internalServerError)
        #expect(problem.type == "/problems/import-failed")
        #expect(try await bench.values("SELECT state || rows_resolved AS value FROM imports") == ["failed10000"])
        #expect(try await bench.leadCount() == 10_000)

        #expect(try await post(Self.file(11_001), "a").problem(.unprocessableContent).type == "/problems/idempotency-key-reused")
        try await bench.database.execute("DROP TRIGGER refused ON leads")
        let report = try await post(file, "a").report()
        #expect(report.counts == [11_000, 10_890, 0, 110])
        #expect(report.rejections.map(\.line) == (1...110).map { $0 * 100 + 1 })
        #expect(try await bench.events().count == 10_890)
        await bench.close()
    }

    @Test func `is one import when it is sent several times at once`() async throws {
        let file = Self.file(1_200)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await post(file, "a").status.code } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Whoever came last has it; those before are told so.
        #expect(statuses.contains(200) && statuses.allSatisfy { $0 == 200 || $0 == 409 }, "\(statuses)")
        #expect(try await post(file, "a").report().counts == [1_200, 1_188, 0, 12])
        #expect(try await bench.leadCount() == 1_188)
        await bench.close()
    }
}
