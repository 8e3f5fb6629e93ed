import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("Changing a lead's data")
struct LeadEditingTests {
    private let lead = Lead(
        id: .make(),
        slug: "la-fonda",
        name: "La Fonda",
        city: "Antigua",
        country: "GT",
        phone: "+50255501234",
        email: "ana@lafonda.example",
        source: .api,
        qualificationScore: 40,
        createdAt: Date(timeIntervalSince1970: 0),
        updatedAt: Date(timeIntervalSince1970: 0)
    )

    private func edited(_ say: (inout LeadChanges) -> Void, of given: Lead? = nil) throws -> Lead {
        let outcome = LeadEditing.apply(LeadChanges(say), to: given ?? lead, defaultCountry: "US")
        guard case .edited(let next, _) = outcome else { throw Refused(outcome: outcome) }
        return next
    }

    private struct Refused: Error {
        let outcome: LeadEditing.Outcome
    }

    private func refused(_ say: (inout LeadChanges) -> Void) -> [String] {
        guard case .rejected(let findings) = LeadEditing.apply(LeadChanges(say), to: lead, defaultCountry: "US") else { return [] }
        return findings.map(\.field)
    }

    @Test func `what isn't named stays, null clears, and values are normalised`() throws {
        let next = try edited {
            $0.phone = .set("5550 9999")
            $0.email = .clear
            $0.company = .set("  Fondas  S.A. ")
        }
        #expect(next.phone == "+50255509999" && next.company == "Fondas S.A.")
        #expect(next.email == nil && next.city == "Antigua" && next.name == "La Fonda")
        #expect(LeadField.changes(from: lead, to: next).map(\.field) == ["company", "phone", "email"])
    }

    @Test func `every field that is wrong is named`() {
        let fields = refused {
            $0.name = .clear
            $0.source = .clear
            $0.salesStage = .clear
            $0.phone = .set("12")
            $0.email = .set("a\u{0}@")
            $0.rating = .set(5.1)
            $0.longitude = .set(-90.7)
            $0.conversionProbability = .set(1.01)
            $0.websiteURL = .set("https://www.facebook.com/fonda")
        }
        #expect(Set(fields) == ["name", "source", "sales_stage", "phone", "email", "rating", "latitude", "conversion_probability"])
        #expect(refused { $0.conversionProbability = .set(1.01) } == ["conversion_probability"])
        #expect(refused { $0.conversionProbability = .set(.nan) } == ["conversion_probability"])
        #expect(refused { $0.latitude = .set(14.5) } == ["latitude"])
        #expect(refused { $0.websiteURL = .set("https://www.facebook.com/fonda") } == ["website_url"])
        #expect(refused { $0.acquisitionCost = .set(Money(minorUnits: -1, currency: .gtq)) } == ["acquisition_cost"])
    }

    @Test func `a mailbox that is thrown away is taken with a warning`() {
        let changes = LeadChanges { $0.email = .set("ana@x.mailinator.com") }
        guard case .edited(_, let warnings) = LeadEditing.apply(changes, to: lead, defaultCountry: "US") else {
            Issue.record("it was refused")
            return
        }
        #expect(warnings.map(\.field) == ["email"])
        #expect(!DisposableDomains.contains("lafonda.example") && !DisposableDomains.contains("com"))
    }

    @Test func `the audit trail knows every field of a lead`() throws {
        var full = lead
        full.category = "Restaurant"
        let keys = Set(Mirror(reflecting: full).children.compactMap(\.label)).subtracting(["id", "version", "createdAt", "updatedAt"])
        #expect(LeadField.all.count == keys.count)
        #expect(Set(LeadField.all.map(\.name)).count == keys.count)
        let field = try #require(LeadField.all.first { $0.name == "tags" })
        full.tags = ["hot"]
        #expect(field.text(in: full) == #"["hot"]"#)
        #expect(LeadField.changes(from: lead, to: full).map(\.to) == ["Restaurant", #"["hot"]"#])
    }

    @Test func `an archived lead is lost and tagged, and comes back as it was`() {
        var given = lead
        given.tags = (0..<50).map { "t\($0)" }
        let archived = given.archived(at: Date(timeIntervalSince1970: 9))
        #expect(archived.salesStage == .lost && archived.tags.last == "archived" && archived.tags.count == 50)
        #expect(archived.archived(at: .now) == archived)
        let restored = lead.archived(at: .now).restored(to: .proposal)
        #expect(restored.archivedAt == nil && restored.salesStage == .proposal && restored.tags.isEmpty)
    }
}
