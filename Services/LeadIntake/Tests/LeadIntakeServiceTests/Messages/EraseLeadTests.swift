import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("rpc.lead-intake.erase-lead", .timeLimit(.minutes(1)))
struct EraseLeadTests {
    /// Every table and column that holds words, so that a table added later is looked through too.
    private func rowsWith(_ word: String, in bench: IntakeBench) async throws -> [String] {
        let tables = try await bench.values(
            "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'lead_intake' AND table_type = 'BASE TABLE'"
        )
        var found: [String] = []
        // The events wait there until they are published, and then go.
        for table in tables where table != "outbox" {
            let sql: SQL = "SELECT t::text AS value FROM \(identifier: table) AS t WHERE t::text ILIKE '%' || \(word) || '%'"
            if try await !bench.values(sql).isEmpty { found.append(table) }
        }
        return found
    }

    @Test func `nothing in the database tells any more who it was, and the figures stay`() async throws {
        let bench = try await IntakeBench()
        try await bench.running { commands in
            let business =
                #"{"name": "Zorzal", "gmb_id": "ChIJzorzal", "email": "zorzal@zorzal.example", "city": "Antigua", "review_count": 12}"#
            _ = try await bench.post("/intake/leads", Array(business.utf8), type: "application/json")
            let file = "name,place_id,phone\nZorzal,ChIJzorzal,zorzal has none\nAna,ChIJana,nor has ana\n"
            _ = try await bench.post("/intake/imports", Array(file.utf8)).report()
            let lead = try await commands.call(ResolveLead(gmbID: "ChIJzorzal"), as: .operator).lead
            let changes = LeadChanges {
                $0.firstName = .set("Zorzal")
                $0.company = .set("Zorzales")
            }
            _ = try await commands.call(UpdateLead(leadID: lead.id, changes: changes, reason: "Zorzal said so"), as: .operator)
            _ = try await commands.call(AddTags(leadID: lead.id, tags: ["zorzal"]), as: .operator)
            _ = try await commands.call(AddNote(leadID: lead.id, text: "Zorzal!"), as: .operator)
            let tables: Set = ["leads", "lead_audit", "lead_notes", "lead_records", "import_remarks"]
            #expect(try await Set(rowsWith("zorzal", in: bench)).isSuperset(of: tables))

            let answer = try await commands.call(EraseLead(leadID: lead.id, reason: "asked by letter"), as: .operator)
            let left = try await rowsWith("zorzal", in: bench)
            #expect(left == [])
            let others = try await rowsWith("nor has ana", in: bench)
            #expect(Set(others) == ["lead_records", "import_remarks"])
            let stays = try await commands.call(GetLead(leadID: lead.id), as: .operator).lead
            #expect(stays.city == "Antigua" && stays.reviewCount == 12 && stays.qualificationScore == lead.qualificationScore)
            #expect(stays.archivedAt != nil)
            #expect(try await bench.payloads(of: LeadErased.self).map(\.leadID) == [lead.id])
            let trail = try await commands.call(GetLeadAudit(leadID: lead.id), as: .operator).entries
            #expect(trail.first?.field == "erased_at" && trail.first?.reason == "asked by letter")
            #expect(trail.contains { $0.field == "company" && $0.to == nil })

            #expect(try await commands.call(EraseLead(leadID: lead.id, reason: "again"), as: .operator) == answer)
            let late = await #expect(throws: Problem.self) {
                try await commands.call(AddNote(leadID: lead.id, text: "Zorzal"), as: .operator)
            }
            #expect(late?.status == 410)
        }
        await bench.close()
    }
}
