import Contracts
import Foundation
import HTTPTypes
import Postgres
import Testing

@Suite("GET /intake/leads/export", .timeLimit(.minutes(1)))
struct LeadListExportTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    @Test func `no cell of the CSV is a formula, and each comes back as one cell`() async throws {
        try await bench.fill(
            [
                .init("=HYPERLINK(\"http://evil.example\")", city: "+1", category: "@SUM(A1)", score: 1, age: 3),
                .init("-2+3, \"quoted\"", phone: "+50255501234", score: 2, age: 2),
                .init("\tTab", rating: 4.5, score: 3, tags: ["a", "b"], age: 1),
                .init("Plain", score: 4),
            ]
        )
        let answer = try await bench.get("/intake/leads/export")
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 5 && lines[0].hasPrefix("id,name,category,"))
        #expect(lines[1].contains(#","'=HYPERLINK(""http://evil.example"")","'@SUM(A1)","#) && lines[1].contains(#","'+1","#))
        #expect(lines[2].contains(#","'-2+3, ""quoted""","#) && lines[2].contains(#","'+50255501234","#))
        #expect(lines[3].contains(",\"'\tTab\",") && lines[3].contains(",4.5,") && lines[3].contains(#","a, b","#))
        #expect(lines[4].contains(#","Plain","#))
        await bench.close()
    }

    @Test func `NDJSON has the leads that the filter means, all of them, each once`() async throws {
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, city, tags, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', n % 100, 'Cobán', '{a}', to_timestamp(n / 10), now()
            FROM generate_series(0, 4999) AS n
            """
        )
        let answer = try await bench.get(
            "/intake/leads/export?format=ndjson&min_qualification_score=50&cities=COBAN,Xela&tags_any=a&has_email=false"
        )
        let leads = try answer.body.split(separator: UInt8(ascii: "\n")).map { try WireJSON.decode(Lead.self, from: Data($0)) }
        #expect(leads.count == 2_500)
        #expect(Set(leads.map(\.id)).count == 2_500)
        #expect(leads.allSatisfy { $0.qualificationScore >= 50 })
        await bench.close()
    }

    @Test func `the key needs the scope, and every parameter a meaning`() async throws {
        let wrong = try await bench.get("/intake/leads/export", key: try await bench.makeKey(scopes: ["intake"]))
        #expect(wrong.status == .forbidden)
        let odd = try await bench.get("/intake/leads/export?mood=good&min_rating=high&stages=new,odd&is_hot=1&created_from=now")
        let problem = try odd.problem(.unprocessableContent)
        #expect(problem.errors?.map(\.pointer) == ["/created_from", "/is_hot", "/min_rating", "/mood", "/stages"])
        #expect(try await bench.get("/intake/leads/export?format=xlsx").status == .unprocessableContent)
        await bench.close()
    }
}
