import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("Qualification score")
struct QualificationTests {
    private let model = ScoringModels.standard.qualification

    private func score(_ draft: LeadDraft) -> Int { model.score(ScoreFacts(draft)) }

    @Test(arguments: [
        (LeadDraft(name: "A"), 0), (LeadDraft(name: "A", email: "a@a.example"), 30), (LeadDraft(name: "A", phone: "+12125550101"), 10),
        (LeadDraft(name: "A", rating: 4.0), 20), (LeadDraft(name: "A", rating: 3.9), 0), (LeadDraft(name: "A", reviewCount: 10), 15),
        (LeadDraft(name: "A", reviewCount: 9), 0), (LeadDraft(name: "A", reviewCount: 50), 30), (LeadDraft(name: "A", photoCount: 1), 10),
        (LeadDraft(name: "A", photoCount: 0), 0), (LeadDraft(name: "A", websiteURL: "https://a.example/"), 0),
        (LeadDraft(name: "A", email: "a@a.example", websiteURL: "https://a.example/"), 15),
        (LeadDraft(name: "A", phone: "+12125550101", email: "a@a.example", rating: 5, reviewCount: 200, photoCount: 9), 100),
    ])
    func `each thing that is known brings its points`(draft: LeadDraft, points: Int) {
        #expect(score(draft) == points)
    }

    @Test func `the points add up to the score, held in 0 to 100`() {
        let site = model.factors(of: ScoreFacts(LeadDraft(name: "A", websiteURL: "https://a.example/")))
        #expect(site.map(\.points) == [-15] && ScoringModel.score(site) == 0)
        let possible = model.rules.map(\.points).filter { $0 > 0 }.reduce(0, +)
        #expect(possible == 100)
    }
}

@Suite("Filling what a lead lacks")
struct LeadFillingTests {
    private func checked(_ draft: LeadDraft) throws -> CheckedLead {
        guard case .accepted(let lead, _) = LeadCheck(.entry, defaultCountry: "US", defaultSource: .api)(draft) else {
            throw Problem.internalError
        }
        return lead
    }

    @Test func `what is known is never overwritten`() throws {
        let lead = try checked(LeadDraft(name: "A", phone: "212-555-0101", rating: 3)).lead(.make(), slug: "a", at: Date())
        let newer = try checked(LeadDraft(name: "Other", phone: "212-555-0199", rating: 5, photoCount: 3))
        let filled = try #require(newer.filling(lead, at: Date()))
        #expect(filled.changed == ["photo_count"])
        #expect(filled.lead.phone == "+12125550101" && filled.lead.name == "A" && filled.lead.rating == 3)
        #expect(newer.filling(filled.lead, at: Date()) == nil)
    }

    @Test func `half of one person's name is not completed with another's`() throws {
        let lead = try checked(LeadDraft(name: "A", firstName: "Ana")).lead(.make(), slug: "a", at: Date())
        #expect(try checked(LeadDraft(name: "A", firstName: "Joe", lastName: "Doe")).filling(lead, at: Date()) == nil)
    }
}
