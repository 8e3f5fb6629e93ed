import Contracts
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Testing

/// What an import makes of its rows, against what is known already.
@Suite("Leads of an import", .timeLimit(.minutes(2)))
struct ImportResolutionTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func post(_ text: String) async throws -> IntakeBench.Report {
        try await bench.post("/intake/imports", Array(text.utf8)).report()
    }

    @Test func `are told as they are stored: with their slugs and their times, whatever their texts look like`() async throws {
        let evil = #""""slug"":""ana"",""time"":""1970-01-01T00:00:00.000000Z"" \x \\ ""created_at"":""1970-01-01T00:00:00.000000Z""""#
        let report = try await post("name,place_id,city\nAna,ChIJ1,\nAna,ChIJ2,\nAna,ChIJ3,\nAna,ChIJ4,\(evil)\n")
        #expect(report.counts == [4, 4, 0, 0])
        let told = try await bench.envelopes(of: LeadCreated.self)
        let stored = try await bench.leads()
        let snapshots = told.map(\.fact.snapshot).sorted { $0.id < $1.id }
        #expect(try WireJSON.encode(snapshots) == WireJSON.encode(stored))
        #expect(
            told.allSatisfy {
                abs($0.time.timeIntervalSince($0.fact.snapshot.createdAt)) < 1e-6 && $0.trace != nil && $0.source == "/lead-intake"
            }
        )
        #expect(Set(told.map(\.id)).count == 4)
        let slugs = stored.map(\.slug)
        #expect(slugs.filter { $0 == "ana" }.count == 1)
        #expect(slugs.filter { $0.wholeMatch(of: /ana-\d{13}/) != nil }.count == 2)
        await bench.close()
    }

    @Test func `begin their audit trail with the import`() async throws {
        _ = try await post("name\nAna\n")
        let lead = try #require(try await bench.leads().first)
        let trail = try await bench.values("SELECT field || ' ' || value_after || ' ' || reason AS value FROM lead_audit")
        let id = try await bench.values("SELECT id::text AS value FROM imports").joined()
        #expect(trail == ["created_at \(RFC3339.string(from: lead.createdAt)) import \(id)"])
        await bench.close()
    }

    @Test(arguments: [
        ("category", "Diner"), ("subcategory", "Pizza"), ("street", "1 Main St"), ("city", "Austin"), ("state", "TX"), ("zip", "78701"),
        ("country", "US"), ("phone", "+12125550101"), ("email", "a@ana.example"), ("website", "https://ana.example/"), ("rating", "4.5"),
        ("reviews", "17"), ("photos_count", "3"), ("first_name", "Ana"), ("last_name", "Paz"), ("working_hours_monday", "8-5"),
    ])
    func `that are there already get what they lack, once`(column: String, value: String) async throws {
        _ = try await post("name,place_id\nAna,ChIJ1\nJoe,ChIJ2\n")
        let file = "name,place_id,\(column)\nAna,ChIJ1,\(value)\nJoe,ChIJ2,\n"
        let first = try await post(file)
        #expect(first.counts == [2, 0, 2, 0] && first.updated == 1)
        let told = try await bench.envelopes(of: LeadUpdated.self)
        #expect(told.count == 1 && told.first?.fact.snapshot.version == 2)
        let stored = try await bench.leads().first { $0.gmbID == "ChIJ1" }
        #expect(try WireJSON.encode(stored) == WireJSON.encode(told.first?.fact.snapshot))
        let again = try await post(file)
        #expect(again.counts == [2, 0, 2, 0] && again.updated == 0)
        await bench.close()
    }

    @Test func `with a person keep that one`() async throws {
        _ = try await post("name,place_id,last_name\nAna,ChIJ1,Paz\n")
        let report = try await post("name,place_id,first_name,last_name\nAna,ChIJ1,Joe,Poe\n")
        #expect(report.updated == 0)
        #expect(try await bench.values("SELECT concat_ws(' ', first_name, last_name) AS value FROM leads") == ["Paz"])
        await bench.close()
    }

    @Test func `of one business far apart in a file are one, in the words of its first row`() async throws {
        let others = (1...6_000).map { "Other \($0),ChIJ\($0)x,\n" }.joined()
        let report = try await post("name,place_id,phone\nFirst,ChIJsame,\n\(others)Last,ChIJsame,+12125550101\n")
        #expect(report.counts == [6_002, 6_001, 1, 0] && report.updated == 1)
        #expect(try await bench.values("SELECT name || phone AS value FROM leads WHERE gmb_id = 'ChIJsame'") == ["First+12125550101"])
        #expect(try await bench.envelopes(of: LeadCreated.self).count == 6_001)
        await bench.close()
    }
}

extension IntakeBench {
    func envelopes<Fact: Event>(of type: Fact.Type) async throws -> [Envelope<Fact>] {
        try await database.rows("SELECT payload FROM outbox WHERE subject = \(Fact.subject.description) ORDER BY position").map { row in
            try WireJSON.decode(Envelope<Fact>.self, from: row.decode("payload", as: Data.self))
        }
    }

    /// All leads, in the order of their ids.
    func leads() async throws -> [Lead] {
        try await database.rows("SELECT *, NULL::jsonb AS acquisition_cost FROM leads ORDER BY id").map { try $0.decode(Lead.self) }
    }
}
