import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Statuses that are adopted")
struct AdoptedStatusTests {
    private func contact(_ from: ContactStatus, adopting to: ContactStatus) -> ContactStatusRules.Decision {
        ContactStatusRules.decide(ContactState(status: from), on: ContactFact(.adopted, at: minute(1), asked: to))
    }

    @Test(arguments: ContactStatus.allCases, ContactStatus.allCases)
    func `what a predecessor says moves a lead on, and never back`(from: ContactStatus, to: ContactStatus) {
        let (was, said) = (AdoptionPrecedence.rank(from), AdoptionPrecedence.rank(to))
        #expect(contact(from, adopting: to).next == (said > was ? to : nil))
        if from == to { #expect(contact(from, adopting: to) == .ignored(.alreadyThere)) }
    }

    @Test(arguments: ContactStatus.allCases, ContactStatus.allCases)
    func `it goes where the fact itself would have led`(from: ContactStatus, to: ContactStatus) {
        let triggers: [ContactStatus: ContactTrigger] = [
            .emailed: .emailSent, .smsSent: .smsSent, .opened: .openedByPerson, .clicked: .clickedByPerson, .replied: .replied,
            .interested: .checkoutCreated, .purchased: .paidForSite, .unsubscribed: .unsubscribed, .bounced: .bouncedPermanently,
        ]
        guard let trigger = triggers[to] else { return }
        let fact = ContactStatusRules.decide(ContactState(status: from), on: ContactFact(trigger, at: minute(1)))
        #expect(contact(from, adopting: to).next == fact.next)
    }

    @Test(arguments: WebsiteStatus.allCases, WebsiteStatus.allCases)
    func `a site's status moves on, and a page that is being made stays`(from: WebsiteStatus, to: WebsiteStatus) {
        let decision = WebsiteStatusRules.decide(WebsiteState(status: from), on: WebsiteFact(.adopted, at: minute(1), asked: to))
        #expect(decision.next == (AdoptionPrecedence.rank(to) > AdoptionPrecedence.rank(from) ? to : nil))
    }

    @Test func `what is adopted after a refusal became known moves the status held before it`() {
        var state = ContactState()
        state.follow(ContactFact(.adopted, at: minute(9), asked: .unsubscribed))
        #expect(state.status == .unsubscribed && state.held == .pending)
        #expect(state.follow(ContactFact(.adopted, at: minute(5), asked: .clicked)) == .ignored(.isUnsubscribed))
        #expect(state.status == .unsubscribed && state.held == .clicked)
    }

    @Test func `a person's word from after what is adopted stands`() {
        var state = ContactState()
        state.follow(ContactFact(.setByHand, at: minute(9), asked: .emailed))
        #expect(state.follow(ContactFact(.adopted, at: minute(5), asked: .clicked)) == .ignored(.overriddenSince))
    }

    @Test(arguments: [
        ("la-plumbing-pros", "la-plumbing-pros"), ("Not_A Plain--Slug!", "not-a-plain-slug"), ("--a--", "a"), ("café", "caf"),
    ])
    func `a slug is kept in the form that slugs have here`(slug: String, plain: String) {
        let id = SiteID.make()
        #expect(AdoptedSlug.candidates(slug, id: id) == [plain, "\(plain)-\(id.description.prefix(8))", "\(plain)-\(id)"])
        #expect(AdoptedSlug.candidates("??", id: id).first == "site-\(id.description.prefix(8))")
    }

    @Test(arguments: [
        ("<!doctype html><HTML lang=\"es-GT\"><body>", SiteContent.Language.spanish), ("<html><p lang=\"es\">", .english),
        ("<p>", .english),
    ])
    func `a page's language is what it says of itself`(html: String, language: SiteContent.Language) {
        #expect(AdoptedPage.language(of: html) == language)
    }
}
