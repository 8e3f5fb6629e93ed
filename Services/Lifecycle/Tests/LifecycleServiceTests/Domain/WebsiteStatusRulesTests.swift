import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Website status rules")
struct WebsiteStatusRulesTests {
    private func state(after facts: [WebsiteFact]) -> WebsiteState {
        facts.reduce(into: WebsiteState()) { $0.follow($1) }
    }

    @Test func `a site is generated, deployed, sold and archived, in this order`() {
        var state = WebsiteState()
        #expect(state.follow(WebsiteFact(.generationStarted, at: minute(1))) == .moved(to: .generating))
        #expect(state.follow(WebsiteFact(.generationSucceeded, at: minute(2))) == .moved(to: .generated))
        #expect(state.follow(WebsiteFact(.deployed, at: minute(3))) == .moved(to: .deployed))
        #expect(state.follow(WebsiteFact(.paidForSite, at: minute(4))) == .moved(to: .sold))
        #expect(state.follow(WebsiteFact(.subscriptionEnded, at: minute(5))) == .moved(to: .archived))
    }

    @Test func `a generation that fails leaves what was there before: nothing, or the version that is seen`() {
        let (started, failed) = (WebsiteFact(.generationStarted, at: minute(1)), WebsiteFact(.generationFailed, at: minute(2)))
        for before in WebsiteStatus.allCases where before != .sold && before != .archived && before != .generating {
            var state = WebsiteState(status: before)
            // Asked for again meanwhile, which changes nothing.
            for fact in [started, started] { state.follow(fact) }
            #expect(state.follow(failed) == .moved(to: before))
            #expect(state == WebsiteState(status: before), "nothing is left of it")
        }
        var state = WebsiteState(status: .deployed)
        for fact in [started, WebsiteFact(.generationSucceeded, at: minute(2)), started] { state.follow(fact) }
        #expect(state.follow(failed) == .moved(to: .generated))
        // What was on its way out there when the new pages were asked for.
        for fact in [started, WebsiteFact(.deployed, at: minute(2))] { state.follow(fact) }
        #expect(state.follow(failed) == .moved(to: .deployed))
    }

    @Test func `a failed generation leaves none, and a site may be made anew`() {
        #expect(
            WebsiteStatusRules.decide(WebsiteState(status: .generating), on: WebsiteFact(.generationFailed, at: minute(1)))
                == .moved(to: .none)
        )
        for status in [WebsiteStatus.generated, .deployed] {
            let decision = WebsiteStatusRules.decide(WebsiteState(status: status), on: WebsiteFact(.generationStarted, at: minute(1)))
            #expect(decision == .moved(to: .generating))
        }
    }

    @Test(arguments: WebsiteStatus.allCases)
    func `a payment sells a site wherever it stands`(from: WebsiteStatus) {
        let decision = WebsiteStatusRules.decide(WebsiteState(status: from), on: WebsiteFact(.paidForSite, at: minute(1)))
        #expect(decision == (from == .sold ? .ignored(.alreadyThere) : .moved(to: .sold)))
    }

    @Test func `pages that are ready after the sale don't undo it`() {
        let state = state(after: [WebsiteFact(.generationStarted, at: minute(1)), WebsiteFact(.paidForSite, at: minute(2))])
        #expect(WebsiteStatusRules.decide(state, on: WebsiteFact(.generationSucceeded, at: minute(3))) == .ignored(.isSold))
        #expect(WebsiteStatusRules.decide(state, on: WebsiteFact(.generationFailed, at: minute(3))) == .ignored(.isSold))
    }

    @Test func `a payment from before the end doesn't bring an archived site back, a newer one does`() {
        var state = state(after: [WebsiteFact(.paidForSite, at: minute(1)), WebsiteFact(.subscriptionEnded, at: minute(5))])
        #expect(state.follow(WebsiteFact(.paidForSite, at: minute(2))) == .ignored(.endedSince))
        #expect(state.follow(WebsiteFact(.paidForSite, at: minute(6))) == .moved(to: .sold))
    }

    @Test func `the end of a subscription that was cancelled before the last purchase is ignored`() {
        var state = state(after: [WebsiteFact(.paidForSite, at: minute(1)), WebsiteFact(.paidForSite, at: minute(4))])
        #expect(state.follow(WebsiteFact(.subscriptionEnded, at: minute(9), saidAt: minute(3))) == .ignored(.paidSince))
    }

    @Test func `the same moment, read from two places, is one moment`() {
        var state = state(after: [WebsiteFact(.paidForSite, at: minute(1), saidAt: minute(1) + 2e-7)])
        #expect(state.follow(WebsiteFact(.subscriptionEnded, at: minute(9), saidAt: minute(1))) == .moved(to: .archived))
    }

    @Test func `a subscription cancelled for later archives nothing yet`() {
        var state = state(after: [WebsiteFact(.paidForSite, at: minute(1))])
        #expect(state.follow(WebsiteFact(.subscriptionEndsLater, at: minute(3))) == .ignored(.endsLater))
        #expect(state.follow(WebsiteFact(.subscriptionEnded, at: minute(9), saidAt: minute(3))) == .moved(to: .archived))
    }

    @Test(arguments: WebsiteTrigger.allCases, WebsiteStatus.allCases)
    func `at most one row speaks for a trigger and a status`(trigger: WebsiteTrigger, status: WebsiteStatus) {
        #expect(WebsiteStatusRules.table.count { $0.trigger == trigger && $0.from.contains(status) } <= 1)
    }

    @Test(arguments: WebsiteTrigger.allCases)
    func `every trigger has rules, or is declared silent, never both`(trigger: WebsiteTrigger) {
        #expect(WebsiteStatusRules.table.contains { $0.trigger == trigger } == (WebsiteStatusRules.silent[trigger] == nil))
    }

    @Test(arguments: WebsiteStatus.allCases)
    func `every status can be reached, and has a reason for where no rule speaks`(status: WebsiteStatus) {
        #expect(status == .none || WebsiteStatusRules.table.contains { $0.to == .status(status) })
        #expect(WebsiteStatusRules.whereNoRuleSpeaks[status] != nil)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `whatever happens, a sold site is left for the archive only, and the history replays to the status`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = WebsiteState()
        var replayed = state.status
        for _ in 0..<40 {
            let said = Double(Int.random(in: 0...12, using: &random))
            let trigger = WebsiteTrigger.allCases.filter { $0 != .setByHand }.randomElement(using: &random) ?? .deployed
            let before = state.status
            let decision = state.follow(WebsiteFact(trigger, at: minute(said + 3), saidAt: minute(said)))
            replayed = decision.next ?? replayed
            #expect(before != .sold || state.status == .sold || state.status == .archived)
            #expect(before != .archived || state.status == .archived || state.status == .sold)
        }
        #expect(replayed == state.status)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `payments and ends count by when they were said, in whatever order they become known`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let facts = (1...6).map { number in
            WebsiteFact(Bool.random(using: &random) ? .paidForSite : .subscriptionEnded, at: minute(Double(number)))
        }
        let wasSold = facts.contains { $0.trigger == .paidForSite }
        let lead = LeadID.make()
        for _ in 0..<5 {
            var ledger = StatusLedger([lead: LeadStanding(lead, changedAt: minute(0))])
            for fact in facts.shuffled(using: &random) { ledger.follow(.website(fact), of: lead, cause: StatusCause(type: "test")) }
            let end: WebsiteStatus = !wasSold ? .none : facts.last?.trigger == .paidForSite ? .sold : .archived
            #expect(ledger.standings[lead]?.website.status == end)
        }
    }
}

@Suite("What a ledger keeps")
struct StatusLedgerTests {
    private let lead = LeadID.make()
    private let cause = StatusCause(type: "test")

    private func ledger(_ facts: [LeadFact], erased: Bool = false) -> StatusLedger {
        var ledger = StatusLedger([lead: LeadStanding(lead, changedAt: minute(0), isErased: erased)])
        for fact in facts { ledger.follow(fact, of: lead, cause: cause) }
        return ledger
    }

    @Test func `only what moved is told, and counted as a version`() {
        let sent = LeadFact.contact(ContactFact(.emailSent, at: minute(1), channel: .email))
        let ledger = ledger([sent, sent, .website(WebsiteFact(.paidForSite, at: minute(2)))])
        #expect(ledger.entries.map(\.ignoredBecause) == [nil, .alreadyThere, nil])
        #expect(ledger.entries.compactMap(\.event).count == 2)
        #expect(ledger.changed.map(\.version) == [2])
    }

    @Test func `a fact that changes nothing leaves no row to write but its decision`() {
        let ledger = ledger([.contact(ContactFact(.openedByMachine, at: minute(1), channel: .email))])
        #expect(ledger.entries.count == 1 && ledger.changed.isEmpty)
        #expect(ledger.entries.first?.milestone == nil)
    }

    @Test func `an erased lead's new addresses are not written down`() {
        let changed = LeadFact.contact(ContactFact(.emailChanged, at: minute(1), channel: .email, address: "a@example.com"))
        #expect(!"\(ledger([changed], erased: true))".contains("a@example.com"))
    }

    @Test func `why something happened to an erased lead is not written down, only that somebody said why`() {
        let lead = LeadID.make()
        var ledger = StatusLedger([lead: LeadStanding(lead, changedAt: minute(0), isErased: true)])
        let cause = StatusCause(type: "test", actor: "ana", reason: "Maria rang.")
        ledger.follow(.website(WebsiteFact(.generationFailed, at: minute(1))), of: lead, cause: cause)
        ledger.follow(.contact(ContactFact(.setByHand, at: minute(2), asked: .replied)), of: lead, cause: cause)
        #expect(ledger.entries.map(\.cause.reason) == [nil, "(erased)"])
    }

    @Test(arguments: ContactStatus.allCases)
    func `what a person sets counts as reached, but for the beginning`(status: ContactStatus) {
        let entry = ledger([.contact(ContactFact(.setByHand, at: minute(1), asked: status))]).entries.first
        #expect((entry?.milestone == nil) == (status == .pending))
    }
}
