import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Contact status rules")
struct ContactStatusRulesTests {
    private func decide(_ status: ContactStatus, on trigger: ContactTrigger) -> ContactStatusRules.Decision {
        ContactStatusRules.decide(ContactState(status: status), on: ContactFact(trigger, at: minute(0), channel: .email))
    }

    @Test func `a message that was sent moves a lead that nobody had written to`() {
        #expect(decide(.pending, on: .emailSent) == .moved(to: .emailed))
        #expect(decide(.pending, on: .smsSent) == .moved(to: .smsSent))
        #expect(decide(.pending, on: .smsDelivered) == .moved(to: .smsSent))
        #expect(decide(.emailed, on: .emailSent) == .ignored(.alreadyThere))
    }

    @Test(arguments: [ContactStatus.pending, .emailed, .smsSent])
    func `a person's open moves a lead that has only been written to`(from: ContactStatus) {
        #expect(decide(from, on: .openedByPerson) == .moved(to: .opened))
    }

    /// The rules as they were agreed on, written down a second time: from where each trigger moves, and where to.
    private static let agreed: [ContactTrigger: (to: ContactStatus, from: Set<ContactStatus>)] = [
        .emailSent: (.emailed, [.pending]),
        .smsSent: (.smsSent, [.pending]),
        .smsDelivered: (.smsSent, [.pending]),
        .openedByPerson: (.opened, [.pending, .emailed, .smsSent]),
        .clickedByPerson: (.clicked, [.pending, .emailed, .smsSent, .opened]),
        .replied: (.replied, [.pending, .emailed, .smsSent, .opened, .clicked, .bounced]),
        .checkoutCreated: (.interested, [.pending, .emailed, .smsSent, .opened, .clicked, .replied, .bounced]),
        .paidForSite: (
            .purchased, [.pending, .emailed, .smsSent, .opened, .clicked, .replied, .interested, .unsubscribed, .bounced]
        ),
        .unsubscribed: (.unsubscribed, [.pending, .emailed, .smsSent, .opened, .clicked, .replied, .interested, .bounced]),
        .complained: (.unsubscribed, [.pending, .emailed, .smsSent, .opened, .clicked, .replied, .interested, .bounced]),
        .bouncedPermanently: (.bounced, [.pending, .emailed, .smsSent, .opened, .clicked]),
        .undeliverable: (.bounced, [.pending, .emailed, .smsSent, .opened, .clicked]),
    ]

    /// A resubscription leads back to what was held, and what a person sets has tests of its own.
    @Test(arguments: ContactTrigger.allCases.filter { ![.resubscribed, .setByHand].contains($0) }, ContactStatus.allCases)
    func `each fact moves from where it was agreed to, and from nowhere else`(trigger: ContactTrigger, from: ContactStatus) {
        let rule = Self.agreed[trigger]
        #expect(decide(from, on: trigger).next == (rule?.from.contains(from) == true ? rule?.to : nil))
    }

    @Test(arguments: ContactStatus.allCases.filter { $0 != .unsubscribed })
    func `a resubscription leads back to the status before, and moves nobody else`(held: ContactStatus) {
        #expect(decide(held, on: .resubscribed).next == nil)
        let state = ContactState(status: .unsubscribed, held: held)
        let decision = ContactStatusRules.decide(state, on: ContactFact(.resubscribed, at: minute(1), channel: .sms))
        #expect(decision == .moved(to: held))
    }

    @Test func `an open that arrives after the reply it led to changes nothing`() {
        #expect(decide(.replied, on: .openedByPerson) == .ignored(.furtherAlong))
    }

    @Test(arguments: ContactStatus.allCases)
    func `a machine's open or click is recorded as that, and moves nothing`(from: ContactStatus) {
        #expect(decide(from, on: .openedByMachine) == .ignored(.machine))
        #expect(decide(from, on: .clickedByMachine) == .ignored(.machine))
    }

    @Test(arguments: ContactStatus.allCases)
    func `a payment for a site makes a customer of anybody`(from: ContactStatus) {
        #expect(decide(from, on: .paidForSite) == (from == .purchased ? .ignored(.alreadyThere) : .moved(to: .purchased)))
    }

    @Test(arguments: ContactTrigger.allCases)
    func `only a person moves a customer`(trigger: ContactTrigger) {
        #expect((decide(.purchased, on: trigger).next == nil) || trigger == .setByHand)
    }

    @Test(arguments: ContactTrigger.allCases, ContactStatus.allCases)
    func `at most one row speaks for a trigger and a status`(trigger: ContactTrigger, status: ContactStatus) {
        #expect(ContactStatusRules.table.count { $0.trigger == trigger && $0.from.contains(status) } <= 1)
    }

    @Test(arguments: ContactTrigger.allCases)
    func `every trigger has rules, or is declared silent, never both`(trigger: ContactTrigger) {
        let hasRules = ContactStatusRules.table.contains { $0.trigger == trigger }
        #expect(hasRules == (ContactStatusRules.silent[trigger] == nil))
    }

    @Test(arguments: ContactStatus.allCases.filter { $0 != .pending })
    func `every status can be reached by a fact`(status: ContactStatus) {
        #expect(ContactStatusRules.table.contains { $0.to == .status(status) })
    }

    @Test(arguments: ContactStatus.allCases, ContactStatus.allCases)
    func `a person may set any status from any other`(from: ContactStatus, to: ContactStatus) {
        let decision = ContactStatusRules.decide(ContactState(status: from), on: ContactFact(.setByHand, at: minute(1), asked: to))
        #expect(decision == (from == to ? .ignored(.alreadyThere) : .moved(to: to)))
    }
}

/// A fixed day; facts are told by their minute of it.
func minute(_ minute: Double) -> Date { Date(timeIntervalSince1970: 1_767_225_600 + minute * 60) }
