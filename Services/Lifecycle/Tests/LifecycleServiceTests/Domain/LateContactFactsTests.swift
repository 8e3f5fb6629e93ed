import Contracts
import Foundation
import LifecycleService
import Testing

@Suite("Facts that arrive late")
struct LateContactFactsTests {
    private func status(after facts: [ContactFact]) -> ContactStatus { state(after: facts).status }

    private func state(after facts: [ContactFact]) -> ContactState {
        facts.reduce(into: ContactState()) { $0.follow($1) }
    }

    private let sent = ContactFact(.emailSent, at: minute(1), channel: .email)
    private let opened = ContactFact(.openedByPerson, at: minute(2), channel: .email)
    private let unsubscribed = ContactFact(.unsubscribed, at: minute(3), channel: .email)
    private let resubscribed = ContactFact(.resubscribed, at: minute(5), channel: .email)

    @Test func `a resubscription gives back the status held before`() {
        #expect(status(after: [sent, opened, unsubscribed, resubscribed]) == .opened)
    }

    @Test func `an unsubscription older than a known resubscription is ignored`() {
        var state = state(after: [sent, opened, resubscribed])
        #expect(state.follow(unsubscribed) == .ignored(.resubscribedSince))
        #expect(state.status == .opened)
    }

    @Test func `a resubscription older than the last refusal is ignored, though the refusal moved nothing any more`() {
        let again = ContactFact(.complained, at: minute(6), channel: .email)
        var state = state(after: [sent, unsubscribed, again])
        #expect(state.follow(resubscribed) == .ignored(.unsubscribedSince))
        #expect(state.status == .unsubscribed)
    }

    @Test func `at the very same time the refusal wins, in either order`() {
        let same = ContactFact(.resubscribed, at: minute(3), channel: .email)
        #expect(status(after: [sent, unsubscribed, same]) == .unsubscribed)
        #expect(status(after: [sent, same, unsubscribed]) == .unsubscribed)
    }

    @Test func `START on the phone does not undo the unsubscription from mail`() {
        let start = ContactFact(.resubscribed, at: minute(6), channel: .sms)
        var state = state(after: [sent, unsubscribed])
        #expect(state.follow(start) == .ignored(.unsubscribedElsewhere))
        #expect(state.follow(resubscribed) == .moved(to: .emailed))
    }

    @Test func `an open from before the unsubscription, known only after it, counts when the lead comes back`() {
        #expect(status(after: [sent, unsubscribed, opened, resubscribed]) == .opened)
    }

    @Test func `what happens while unsubscribed changes nothing, also not what is held`() {
        let later = ContactFact(.clickedByPerson, at: minute(4), channel: .email)
        var state = state(after: [sent, unsubscribed])
        #expect(state.follow(later) == .ignored(.isUnsubscribed))
        #expect(state.held == .emailed)
    }

    @Test func `a purchase ends an unsubscription`() {
        let paid = ContactFact(.paidForSite, at: minute(4))
        #expect(status(after: [sent, unsubscribed, paid, resubscribed]) == .purchased)
    }

    @Test func `what is older than a person's decision is ignored, but for a payment`() {
        let override = ContactFact(.setByHand, at: minute(10), asked: .pending)
        var state = state(after: [sent, opened, override])
        #expect(state.follow(ContactFact(.replied, at: minute(9), channel: .email)) == .ignored(.overriddenSince))
        #expect(state.follow(ContactFact(.replied, at: minute(11), channel: .email)) == .moved(to: .replied))
        #expect(state.follow(ContactFact(.paidForSite, at: minute(9))) == .moved(to: .purchased))
    }
}

@Suite("Bounces and changes of address")
struct AddressChangeTests {
    private func state(after facts: [ContactFact]) -> ContactState {
        facts.reduce(into: ContactState()) { $0.follow($1) }
    }

    private let sent = ContactFact(.emailSent, at: minute(1), channel: .email, address: "old@example.com")
    private let bounced = ContactFact(.bouncedPermanently, at: minute(2), channel: .email, address: "old@example.com")
    private let changed = ContactFact(.emailChanged, at: minute(3), channel: .email, address: "new@example.com")
    private let sentAgain = ContactFact(.emailSent, at: minute(4), channel: .email, address: "new@example.com")

    @Test func `a message to the new address makes a bounced lead emailed again`() {
        #expect(state(after: [sent, bounced, changed]).status == .bounced)
        #expect(state(after: [sent, bounced, changed, sentAgain]).status == .emailed)
    }

    @Test func `without a change of address a further message leaves it bounced`() {
        var state = state(after: [sent, bounced])
        #expect(state.follow(sentAgain) == .ignored(.sameAddress))
    }

    @Test func `a bounce older than the change of address is ignored`() {
        var state = state(after: [sent, changed, sentAgain])
        #expect(state.follow(bounced) == .ignored(.formerAddress))
    }

    @Test func `a bounce of the old address is ignored also when it comes back after the change`() {
        let late = ContactFact(.bouncedPermanently, at: minute(5), channel: .email, address: "Old@example.com")
        var state = state(after: [sent, changed])
        #expect(state.follow(late) == .ignored(.formerAddress))
    }

    @Test func `a bounce of the new address counts, and a repeat of the message before it changes nothing`() {
        let again = ContactFact(.bouncedPermanently, at: minute(5), channel: .email, address: "new@example.com")
        var state = state(after: [sent, bounced, changed, sentAgain, again])
        #expect(state.status == .bounced)
        #expect(state.follow(sentAgain) == .ignored(.sameAddress))
    }

    @Test func `an open of what went to the old address does not count for the new one`() {
        var state = state(after: [sent, bounced, changed, sentAgain])
        #expect(state.follow(ContactFact(.openedByPerson, at: minute(1.5), channel: .email)) == .ignored(.startedAnewSince))
        #expect(state.follow(ContactFact(.openedByPerson, at: minute(6), channel: .email)) == .moved(to: .opened))
    }

    @Test func `in whatever order the four become known, the lead ends up emailed`() {
        for order in permutations([sent, bounced, changed, sentAgain]) {
            #expect(state(after: order).status == .emailed, "\(order.map(\.trigger))")
        }
    }

    @Test func `a reply shows that the address is good, in either order`() {
        let replied = ContactFact(.replied, at: minute(2.5), channel: .email)
        #expect(state(after: [sent, bounced, replied]).status == .replied)
        #expect(state(after: [sent, replied, bounced]).status == .replied)
    }
}

func permutations<Element>(_ elements: [Element]) -> [[Element]] {
    guard let first = elements.first else { return [[]] }
    return permutations(Array(elements.dropFirst())).flatMap { rest in
        (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
}
