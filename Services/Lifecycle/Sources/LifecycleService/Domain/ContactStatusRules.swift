package import Contracts
import Foundation

/// The contact status rules, as tables that a person can read.
///
/// At most one row speaks for a trigger and a status; where none does, nothing changes.
package enum ContactStatusRules {
    package typealias Rule = StatusRule<ContactTrigger, ContactStatus, ContactGuard>
    package typealias Decision = StatusDecision<ContactStatus>

    // The columns are there to be read down.
    // swift-format-ignore
    package static let table: [Rule] = [
        // trigger               from                                                                 to                       unless
        Rule(.emailSent,          [.pending],                                                          .status(.emailed),       unless: [.overriddenSince]),
        Rule(.smsSent,            [.pending],                                                          .status(.smsSent),       unless: [.overriddenSince]),
        Rule(.smsDelivered,       [.pending],                                                          .status(.smsSent),       unless: [.overriddenSince]),
        Rule(.openedByPerson,     [.pending, .emailed, .smsSent],                                      .status(.opened),        unless: [.overriddenSince, .startedAnewSince]),
        Rule(.clickedByPerson,    [.pending, .emailed, .smsSent, .opened],                             .status(.clicked),       unless: [.overriddenSince, .startedAnewSince]),
        Rule(.replied,            .any(but: .interested, .purchased, .unsubscribed),                   .status(.replied),       unless: [.overriddenSince]),
        Rule(.checkoutCreated,    .any(but: .purchased, .unsubscribed),                                .status(.interested),    unless: [.overriddenSince]),
        Rule(.paidForSite,        .any(),                                                              .status(.purchased)),
        Rule(.unsubscribed,       .any(but: .purchased),                                               .status(.unsubscribed),  unless: [.overriddenSince, .resubscribedSince]),
        Rule(.complained,         .any(but: .purchased),                                               .status(.unsubscribed),  unless: [.overriddenSince, .resubscribedSince]),
        Rule(.resubscribed,       [.unsubscribed],                                                     .heldBefore,             unless: [.overriddenSince, .unsubscribedSince, .unsubscribedElsewhere]),
        Rule(.bouncedPermanently, .any(but: .replied, .interested, .purchased, .unsubscribed),         .status(.bounced),       unless: [.overriddenSince, .formerAddress]),
        Rule(.undeliverable,      .any(but: .replied, .interested, .purchased, .unsubscribed),         .status(.bounced),       unless: [.overriddenSince, .formerAddress]),
        Rule(.emailSent,          [.bounced],                                                          .status(.emailed),       unless: [.overriddenSince, .sameAddress]),
        Rule(.smsSent,            [.bounced],                                                          .status(.smsSent),       unless: [.overriddenSince, .sameAddress]),
        // The same two rules, for when the change of address becomes known only after what was sent to it.
        Rule(.emailChanged,       [.bounced],                                                          .status(.emailed),       unless: [.overriddenSince, .sameAddress, .nothingSentSince]),
        Rule(.phoneChanged,       [.bounced],                                                          .status(.smsSent),       unless: [.overriddenSince, .sameAddress, .nothingSentSince]),
        Rule(.setByHand,          .any(),                                                              .asked),
        // What a predecessor's database says moves a lead on, and never back.
        Rule(.adopted,            .any(),                                                              .asked,                  unless: [.overriddenSince, .unsubscribedBefore, .cameFurther]),
    ]

    // Asked at every event.
    private static let rulesByTrigger = Dictionary(grouping: table, by: \.trigger)

    /// The triggers without a rule: recorded, and nothing else.
    package static let silent: [ContactTrigger: IgnoredBecause] = [
        .emailDelivered: .informative,
        .openedByMachine: .machine,
        .clickedByMachine: .machine,
        .bouncedTemporarily: .temporary,
        .failed: .informative,
        .paidForSomethingElse: .notForASite,
        .setBeforeMerge: .beforeMerge,
        .repaired: .informative,
    ]

    /// Why nothing moves where a trigger has rules, but none from here.
    package static let whereNoRuleSpeaks: [ContactStatus: IgnoredBecause] = [
        .purchased: .isCustomer,
        .unsubscribed: .isUnsubscribed,
        .bounced: .hasBounced,
    ]

    /// What `fact` does to a lead that stands at `state`. Pure: no clock, no I/O.
    package static func decide(_ state: ContactState, on fact: ContactFact) -> Decision {
        if let reason = silent[fact.trigger] { return .ignored(reason) }

        let rules = rulesByTrigger[fact.trigger] ?? []
        guard let rule = rules.first(where: { $0.from.contains(state.status) }) else {
            let isThere = rules.contains { $0.to == .status(state.status) }
            return .ignored(isThere ? .alreadyThere : noRule(for: fact.trigger, from: state.status))
        }
        if let holding = rule.unless.first(where: { $0.holds(for: fact, in: state) }) {
            return .ignored(holding.reason)
        }
        let next =
            switch rule.to {
            case .status(let status): status
            case .heldBefore: state.held ?? .pending
            case .asked: fact.asked ?? state.status
            }
        return next == state.status ? .ignored(.alreadyThere) : .moved(to: next)
    }

    private static func noRule(for trigger: ContactTrigger, from status: ContactStatus) -> IgnoredBecause {
        switch trigger {
        // What undoes something has nothing to undo here; everywhere else the lead is past what the fact says.
        case .resubscribed, .emailChanged, .phoneChanged: .informative
        default: whereNoRuleSpeaks[status] ?? .furtherAlong
        }
    }
}

/// What forbids a move of the contact status though the table has a row for it: something that is known to have happened.
package enum ContactGuard: CaseIterable, Sendable {
    case overriddenSince, startedAnewSince
    case resubscribedSince, unsubscribedSince, unsubscribedElsewhere
    case formerAddress, sameAddress, nothingSentSince
    case unsubscribedBefore, cameFurther

    package var reason: IgnoredBecause {
        switch self {
        case .overriddenSince: .overriddenSince
        case .startedAnewSince: .startedAnewSince
        case .resubscribedSince: .resubscribedSince
        case .unsubscribedSince: .unsubscribedSince
        case .unsubscribedElsewhere: .unsubscribedElsewhere
        case .formerAddress: .formerAddress
        case .sameAddress: .sameAddress
        case .nothingSentSince: .nothingSentSince
        case .unsubscribedBefore: .isUnsubscribed
        case .cameFurther: .furtherAlong
        }
    }

    func holds(for fact: ContactFact, in state: ContactState) -> Bool {
        let marks = state.marks
        let here = fact.channel.map { marks[$0] } ?? ChannelMarks()
        return switch self {
        case .overriddenSince:
            fact.isOlder(than: marks.overriddenAt)
        case .startedAnewSince:
            fact.isOlder(than: marks.startedAnewAt)
        case .resubscribedSince:
            fact.isOlder(than: here.resubscribedAt)
        case .unsubscribedSince:
            // At the very same instant the refusal counts: better one message too few.
            here.unsubscribedAt.map { fact.occurredAt <= $0 } ?? false
        case .unsubscribedElsewhere:
            Channel.allCases.contains { $0 != fact.channel && marks[$0].isUnsubscribed }
        case .formerAddress:
            here.changedAt != nil && (fact.isOlder(than: here.changedAt) || (fact.address != nil && fact.address != here.address))
        case .sameAddress:
            !here.hasChanged(since: marks.bouncedAt) || fact.isOlder(than: here.changedAt)
        case .nothingSentSince:
            !here.wasSent(since: here.changedAt)
        case .unsubscribedBefore:
            state.status == .unsubscribed && fact.asked.map(AdoptionPrecedence.rank) ?? 0 < AdoptionPrecedence.rank(.unsubscribed)
        case .cameFurther:
            fact.asked.map { $0 != state.status && AdoptionPrecedence.rank($0) <= AdoptionPrecedence.rank(state.status) } ?? true
        }
    }
}
