import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("Lead score")
struct LeadScoreTests {
    private let model = ScoringModels.standard.leadScore

    private func facts(_ change: (inout ScoreFacts) -> Void = { _ in }) -> ScoreFacts {
        var facts = ScoreFacts(LeadDraft(name: "A"))
        change(&facts)
        return facts
    }

    @Test(arguments: [
        (LeadSource.referral, 70), (.website, 65), (.facebook, 60), (.instagram, 60), (.whatsapp, 55), (.googleBusiness, 50), (.import, 50),
        (.api, 50), (.other, 50),
    ])
    func `where a lead came from brings its points`(source: LeadSource, score: Int) {
        #expect(model.score(facts { $0.source = source }) == score)
    }

    @Test func `a company and an address at a domain of its own bring points`() {
        #expect(model.score(facts { $0.company = "Fondas S.A." }) == 60)
        #expect(model.score(facts { $0.email = "ana@lafonda.example" }) == 60)
    }

    @Test(arguments: ["gmail.com", "yahoo.com.mx", "hotmail.com", "web.de", "mailinator.com", "inbox.mailinator.com"])
    func `free mail and mail that is thrown away is no business address`(domain: String) {
        #expect(model.score(facts { $0.email = "ana@\(domain)" }) == 50)
    }

    @Test func `tags that say it is urgent bring their points once`() {
        #expect(["enterprise", "hot", "urgent"].map { tag in model.score(facts { $0.tags = ["x", tag] }) } == [65, 65, 65])
        #expect(model.score(facts { $0.tags = ["enterprise", "hot", "urgent"] }) == 65)
        #expect(model.score(facts { $0.tags = ["hotel"] }) == 50)
    }

    @Test(arguments: [(Engagement.opened, 55), (.clicked, 60), (.replied, 70), (.interested, 75), (.bounced, 30)])
    func `what a lead did with our messages brings its points`(kind: Engagement, score: Int) {
        #expect(model.score(facts { $0.engagement = [kind] }) == score)
    }

    @Test func `the breakdown adds up to the score, held in 0 to 100`() {
        let all = facts {
            $0.source = .referral
            $0.company = "A"
            $0.tags = ["hot"]
            $0.engagement = [.opened, .clicked, .replied, .interested]
        }
        let factors = model.factors(of: all)
        #expect(
            factors.map(\.factor) == ["base", "source_referral", "has_company", "hot_tag", "opened", "clicked", "replied", "interested"]
        )
        #expect(factors.map(\.points).reduce(0, +) == 155 && model.score(all) == 100 && ScoringModel.score(factors) == 100)
        #expect(factors[3].reason == "is tagged enterprise, hot or urgent")
    }

    @Test func `a score that was set by hand stands, and the other follows the facts`() {
        let lead = Lead(
            id: .make(),
            slug: "a",
            name: "A",
            source: .referral,
            qualificationScore: 99,
            leadScore: 1,
            createdAt: .now,
            updatedAt: .now
        )
        let models = ScoringModels.standard
        let both = models.scored(lead)
        #expect(both.qualificationScore == 0 && both.leadScore == 70)
        let byHand = models.scored(lead, ScoreStanding(qualificationSetBy: "may"))
        #expect(byHand.qualificationScore == 99 && byHand.leadScore == 70)
        let bounced = models.scored(lead, ScoreStanding(engagement: [.bounced], leadScoreSetBy: "may"))
        #expect(bounced.qualificationScore == 0 && bounced.leadScore == 1)
    }

    @Test func `a new address has not bounced`() {
        let lead = Lead(id: .make(), slug: "a", name: "A", source: .api, qualificationScore: 0, createdAt: .now, updatedAt: .now)
        var next = lead
        next.city = "Antigua"
        let standing = ScoreStanding(engagement: [.opened, .bounced])
        #expect(standing.after(lead, became: next) == standing)
        next.email = "ana@lafonda.example"
        #expect(standing.after(lead, became: next).engagement == [.opened])
    }
}
