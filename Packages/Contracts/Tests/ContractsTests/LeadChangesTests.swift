import Contracts
import Foundation
import Testing

@Suite("Changes of a lead")
struct LeadChangesTests {
    @Test func `a missing key keeps, null clears, a value sets`() throws {
        let json = #"{"city":null,"gmb_id":"ChIJ1","rating":4.5}"#
        let changes = try WireJSON.decode(LeadChanges.self, from: Data(json.utf8))
        #expect(changes.city == .clear && changes.gmbID == .set("ChIJ1") && changes.rating == .set(4.5))
        #expect(changes.phone == .keep && changes.name.isKept)
        #expect(String(decoding: try WireJSON.encode(changes), as: UTF8.self) == json)
    }

    @Test func `what follows from a lead is made of its data`() {
        let day = 86_400.0
        var lead = Lead(
            id: .make(),
            slug: "a",
            name: "A",
            firstName: "Ana",
            source: .api,
            qualificationScore: 0,
            leadScore: 70,
            createdAt: Date(timeIntervalSince1970: 0),
            updatedAt: Date(timeIntervalSince1970: 0)
        )
        #expect(lead.fullName == "Ana" && !lead.isHot)
        lead.lastName = "Pérez"
        lead.leadScore = 71
        lead.lastContactAt = Date(timeIntervalSince1970: day)
        let derived = LeadDerived(lead, at: Date(timeIntervalSince1970: 3 * day - 1))
        #expect(derived.fullName == "Ana Pérez" && derived.isHot)
        #expect(derived.daysSinceCreated == 2 && derived.daysSinceLastContact == 1)
    }
}
