import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("What the events say")
struct FactsTests {
    private let lead = LeadID.make()

    @Test func `an open by a machine is told apart from a person's`() {
        let opened = MessageOpened(leadID: lead, messageID: .make(), channel: .email, byMachine: true)
        #expect(Facts.contact(opened, at: minute(1)).map(\.trigger) == [.openedByMachine])
    }

    @Test func `a payment speaks of both statuses, but only when it is for a site`() {
        let amount = Money(minorUnits: 150_000, currency: .gtq)
        let forSite = PaymentSucceeded(leadID: lead, siteID: .make(), paymentID: .make(), amount: amount)
        #expect(Facts.contact(forSite, at: minute(1)).map(\.trigger) == [.paidForSite])
        #expect(Facts.website(forSite, at: minute(1), now: minute(2)).map(\.trigger) == [.paidForSite])

        let other = PaymentSucceeded(leadID: lead, paymentID: .make(), amount: amount)
        #expect(Facts.contact(other, at: minute(1)).map(\.trigger) == [.paidForSomethingElse])
        #expect(Facts.website(other, at: minute(1), now: minute(2)).isEmpty)
    }

    @Test func `a cancellation ends the subscription at once, or when the paid period ends`() {
        let atOnce = SubscriptionCancelled(leadID: lead, subscriptionID: .make())
        #expect(Facts.website(atOnce, at: minute(1), now: minute(2)) == [WebsiteFact(.subscriptionEnded, at: minute(1))])

        let later = SubscriptionCancelled(leadID: lead, subscriptionID: .make(), endsAt: minute(9))
        #expect(Facts.website(later, at: minute(1), now: minute(2)) == [WebsiteFact(.subscriptionEndsLater, at: minute(1))])
        #expect(Facts.website(later, at: minute(1), now: minute(10)) == [WebsiteFact(.subscriptionEnded, at: minute(9), saidAt: minute(1))])
    }

    @Test func `a change of address is one of e-mail or phone, nothing else`() {
        let snapshot = Lead(
            id: lead,
            slug: "a",
            name: "A",
            phone: "+12055550100",
            email: "New@example.com",
            source: .api,
            qualificationScore: 0,
            createdAt: minute(0),
            updatedAt: minute(1)
        )
        let facts = Facts.contact(LeadUpdated(snapshot: snapshot, changed: ["name", "email"]), at: minute(1))
        #expect(facts == [ContactFact(.emailChanged, at: minute(1), channel: .email, address: "new@example.com")])
        #expect(Facts.contact(LeadUpdated(snapshot: snapshot, changed: ["name"]), at: minute(1)).isEmpty)
    }
}

@Suite("docs/status-rules.md")
struct StatusRulesDocumentTests {
    @Test func `is the tables, printed`() throws {
        let repository = URL(filePath: #filePath).pathComponents.dropLast(6).joined(separator: "/")
        let document = try String(contentsOfFile: repository + "/docs/status-rules.md", encoding: .utf8)
        #expect(document == StatusRulesDocument.markdown, "write it anew: what the tables say is \n\(StatusRulesDocument.markdown)")
    }
}
