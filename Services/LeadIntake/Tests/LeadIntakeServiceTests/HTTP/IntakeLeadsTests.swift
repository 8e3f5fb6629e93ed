import Contracts
import Foundation
import HTTPTypes
import Postgres
import Testing

@Suite("POST /intake/leads", .timeLimit(.minutes(1)))
struct IntakeLeadsTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func post(_ json: String, key: String? = nil, idempotencyKey: String? = nil) async throws -> IntakeBench.Answer {
        try await bench.post("/intake/leads", Array(json.utf8), type: "application/json", key: key, idempotencyKey: idempotencyKey)
    }

    @Test func `one object makes one lead`() async throws {
        let report = try await post(#"{"name": "Barbería Ramírez", "city": "Xela", "country": "GT", "phone": "7761 2345"}"#).report()
        #expect(report.counts == [1, 1, 0, 0])
        #expect(report.leads?.first?.slug == "barberia-ramirez-xela")
        #expect(try await bench.events() == ["crm.lead.created"])
        await bench.close()
    }

    @Test func `a bad one never stops the good ones, and says what to mend`() async throws {
        let report = try await post(
            """
            [{"name": "A"}, {"city": "Austin"}, {"name": "B", "phone": 7}, {"name": "C", "email": "c@"}, 7, {"name": "D", "source": "mars"},
             {"name": "E"}]
            """
        ).report()
        #expect(report.counts == [7, 2, 0, 5])
        #expect(report.rejections.map(\.line) == [2, 3, 4, 5, 6])
        #expect(report.rejections.map(\.field) == ["name", "phone", "email", nil, "source"])
        #expect(report.rejections[2].reason == "email 'c@' is not an e-mail address: write one address, as ana@lafonda.example")
        #expect(report.rejections[4].reason.contains("must be one of google_business, website"))
        #expect(report.leads?.map(\.line) == [1, 7])
        await bench.close()
    }

    @Test func `what looks wrong is taken and told, also to who asks again`() async throws {
        let key = try await bench.makeKey()
        for _ in 1...2 {
            let sent = #"[{"name": "A"}, {"name": "B", "email": "b@mailinator.com"}]"#
            let report = try await post(sent, key: key, idempotencyKey: "1").report()
            #expect(report.counts == [2, 2, 0, 0])
            #expect(report.warnings?.map(\.line) == [2] && report.warnings?.first?.field == "email")
            #expect(report.warnings?.first?.reason.contains("mailinator.com") == true)
        }
        await bench.close()
    }

    @Test func `the same again matches, and fills what was missing`() async throws {
        let first = try await post(#"[{"name": "A", "gmb_id": "ChIJa"}, {"name": "A", "gmb_id": "ChIJa"}]"#).report()
        #expect(first.counts == [2, 1, 1, 0])
        let second = try await post(#"{"name": "A", "gmb_id": "ChIJa", "email": "a@a.example"}"#).report()
        #expect(second.counts == [1, 0, 1, 0] && second.updated == 1)
        #expect(second.leads?.first?.matchedBy == .gmbID && second.leads?.first?.id == first.leads?.first?.id)
        #expect(try await bench.events() == ["crm.lead.created", "crm.lead.updated"])
        await bench.close()
    }

    @Test func `a thousand are taken at once, one more is refused before any is stored`() async throws {
        func body(_ count: Int) -> String {
            "[" + (1...count).map { #"{"name": "Lead \#($0)", "gmb_id": "ChIJ\#($0)x"}"# }.joined(separator: ",") + "]"
        }
        let problem = try await post(body(1_001)).problem(.unprocessableContent)
        #expect(problem.type == "/problems/too-many-leads")
        #expect(try await bench.leadCount() == 0)
        #expect(try await post(body(1_000)).report().counts == [1_000, 1_000, 0, 0])
        await bench.close()
    }

    @Test(arguments: ["", "name=Ana", "\"Ana\"", "null"])
    func `a body that is neither an object nor an array is refused`(body: String) async throws {
        #expect(try await post(body).problem(.badRequest).type == "/problems/invalid-body")
        await bench.close()
    }

    @Test func `a repeat with the same key gives the first answer, and another client's key is another`() async throws {
        let (ann, bob) = (try await bench.makeKey(), try await bench.makeKey())
        let first = try await post(#"{"name": "A"}"#, key: ann, idempotencyKey: "1").report()
        let again = try await post(#"{"name": "A"}"#, key: ann, idempotencyKey: "1").report()
        #expect(first.counts == [1, 1, 0, 0] && again.counts == first.counts)
        #expect(first.leads?.first?.id == again.leads?.first?.id)
        let other = try await post(#"{"name": "A"}"#, key: bob, idempotencyKey: "1").report()
        #expect(other.counts == [1, 0, 1, 0])
        _ = try await post(#"{"name": "A"}"#, key: ann, idempotencyKey: String(repeating: "k", count: 256)).problem(.badRequest)
        await bench.close()
    }

    @Test func `what nobody reads yet is kept as it was sent`() async throws {
        let json = #"{"name":"A","kitchen":"open","seats":40}"#
        _ = try await post(json).report()
        #expect(try await bench.values("SELECT record AS value FROM lead_records") == [json])
        await bench.close()
    }
}
