import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Testing

/// Requests that come at the same time, and so share transactions.
@Suite("POST /intake/leads, many at once", .timeLimit(.minutes(2)))
struct IntakeTogetherTests {
    let bench: IntakeBench
    let key: String

    init() async throws {
        bench = try await IntakeBench()
        key = try await bench.makeKey()
    }

    /// Sends all of `bodies` at once, to one of two services with one database.
    private func post(_ bodies: [String], idempotencyKeys: [String?] = []) async throws -> [IntakeBench.Answer] {
        let answers = AnswerList()
        try await bench.http { one in
            try await bench.http { other in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, body) in bodies.enumerated() {
                        var headers: HTTPFields = [.authorization: "Bearer \(key)", .contentType: "application/json"]
                        if number < idempotencyKeys.count, let name = HTTPField.Name("Idempotency-Key") {
                            headers[name] = idempotencyKeys[number]
                        }
                        group.addTask { [headers] in
                            let client = number.isMultiple(of: 2) ? one : other
                            let bytes = ByteBuffer(string: body)
                            try await client.execute(uri: "/intake/leads", method: .post, headers: headers, body: bytes) { response in
                                let body = Data(response.body.readableBytesView)
                                await answers.set(number, .init(status: response.status, headers: response.headers, body: body))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        return try await answers.inOrder(bodies.count)
    }

    private actor AnswerList {
        private var all: [Int: IntakeBench.Answer] = [:]
        func set(_ number: Int, _ answer: IntakeBench.Answer) { all[number] = answer }
        func inOrder(_ count: Int) throws -> [IntakeBench.Answer] { try (0..<count).map { try #require(all[$0]) } }
    }

    @Test func `each gets the answer to its own, also the number of the line`() async throws {
        let answers = try await post((0..<60).map { #"[{"city": "nowhere"}, {"name": "Lead \#($0)", "gmb_id": "ChIJ\#($0)x"}]"# })
        for (number, answer) in answers.enumerated() {
            let report = try answer.report()
            #expect(report.counts == [2, 1, 0, 1])
            #expect(report.rejections.map(\.line) == [1])
            #expect(report.leads?.map(\.line) == [2] && report.leads?.first?.slug == "lead-\(number)")
        }
        #expect(try await bench.leadCount() == 60)
        #expect(try await bench.events() == Array(repeating: "crm.lead.created", count: 60))
        await bench.close()
    }

    @Test func `they share transactions, and each event stays in the trace of its request`() async throws {
        _ = try await post((0..<60).map { #"[{"name": "Lead \#($0)"}, {"name": "Other \#($0)"}]"# })
        let transactions = try await bench.values("SELECT DISTINCT xmin::text AS value FROM leads").count
        #expect(transactions < 60)
        #expect(try await bench.values("SELECT DISTINCT split_part(traceparent, '-', 2) AS value FROM outbox").count == 60)
        await bench.close()
    }

    @Test func `every new lead's audit trail begins with who brought it`() async throws {
        _ = try await post((0..<20).map { #"{"name": "Lead \#($0 % 10)"}"# })
        let trail = try await bench.values(
            """
            SELECT concat_ws(' ', version, field, value_before, actor, reason) AS value FROM lead_audit
            WHERE value_after::timestamptz = (SELECT created_at FROM leads WHERE id = lead_id)
            """
        )
        #expect(trail == Array(repeating: "1 created_at service:lead-intake POST /intake/leads", count: 10))
        await bench.close()
    }

    @Test func `one business by many keys is one lead, with what each of them knew`() async throws {
        let bodies = (0..<60).map { number in
            switch number % 3 {
            case 0: #"{"name": "La Fonda", "gmb_id": "ChIJfonda", "email": "ana@fonda.example"}"#
            case 1: #"{"name": "La Fonda", "gmb_id": "ChIJfonda", "website_url": "https://fonda.example"}"#
            default: #"[{"name": "La Fonda", "gmb_id": "ChIJfonda", "city": "Antigua"}, {"name": "La Fonda", "gmb_id": "ChIJfonda"}]"#
            }
        }
        let reports = try await post(bodies).map { try $0.report() }
        #expect(Set(reports.flatMap { $0.leads ?? [] }.map(\.id)).count == 1)
        #expect(reports.reduce(0) { $0 + $1.created } == 1)
        #expect(reports.reduce(0) { $0 + $1.matched } == 79)
        let known = try await bench.values("SELECT concat_ws(' ', email, website_host, city) AS value FROM leads")
        #expect(known == ["ana@fonda.example fonda.example Antigua"])
        let events = try await bench.events()
        #expect(events.first == "crm.lead.created" && events.count { $0 == "crm.lead.created" } == 1)
        await bench.close()
    }

    @Test func `what the database refuses fails its own request and no other`() async throws {
        try await bench.database.execute("ALTER TABLE leads ADD CONSTRAINT not_on_mars CHECK (city <> 'Mars')")
        let answers = try await post((0..<60).map { #"{"name": "Lead \#($0)", "city": "\#($0 % 20 == 7 ? "Mars" : "Antigua")"}"# })
        for (number, answer) in answers.enumerated() {
            if number % 20 == 7 {
                _ = try answer.problem(.internalServerError)
            } else {
                #expect(try answer.report().counts == [1, 1, 0, 0])
            }
        }
        #expect(try await bench.leadCount() == 57)
        #expect(try await bench.events().count == 57)
        await bench.close()
    }

    @Test func `one key is one request, however many come at once, and other keys are other requests`() async throws {
        let bodies = (0..<60).map { #"{"name": "Lead \#($0 % 6)", "gmb_id": "ChIJ\#($0 % 3)x"}"# }
        let answers = try await post(bodies, idempotencyKeys: (0..<60).map { $0 % 6 == 5 ? nil : "key \($0 % 6)" })
        // Six keys, the last of them none, for three businesses: who was first with a key tells all others with it what became of it.
        for key in 0..<5 {
            #expect(Set(answers.indices.filter { $0 % 6 == key }.map { answers[$0].body }).count == 1)
        }
        #expect(try await bench.leadCount() == 3)
        #expect(try await bench.events().count { $0 == "crm.lead.created" } == 3)
        #expect(try await bench.values("SELECT key AS value FROM idempotency_keys WHERE answer IS NOT NULL").count == 5)

        let again = try await post(bodies, idempotencyKeys: (0..<60).map { $0 % 6 == 5 ? nil : "key \($0 % 6)" })
        for number in bodies.indices where number % 6 != 5 { #expect(again[number].body == answers[number].body) }
        await bench.close()
    }
}
