package import Contracts
package import Foundation

/// The website status rules, as tables that a person can read.
///
/// At most one row speaks for a trigger and a status; where none does, nothing changes.
package enum WebsiteStatusRules {
    package typealias Rule = StatusRule<WebsiteTrigger, WebsiteStatus, WebsiteGuard>
    package typealias Decision = StatusDecision<WebsiteStatus>

    // The columns are there to be read down.
    // swift-format-ignore
    package static let table: [Rule] = [
        // trigger                 from                                  to                     unless
        Rule(.generationStarted,   [.none, .generated, .deployed],       .status(.generating)),
        Rule(.generationSucceeded, [.generating],                        .status(.generated)),
        Rule(.generationFailed,    [.generating],                        .heldBefore),
        Rule(.deployed,            [.generated],                         .status(.deployed)),
        Rule(.paidForSite,         .any(but: .archived),                 .status(.sold)),
        Rule(.paidForSite,         [.archived],                          .status(.sold),        unless: [.endedSince]),
        Rule(.subscriptionEnded,   [.sold],                              .status(.archived),    unless: [.overriddenSince, .paidSince]),
        Rule(.subscriptionRenewed, [.archived],                          .status(.sold),        unless: [.overriddenSince, .endedSince]),
        Rule(.subscriptionReactivated, [.archived],                      .status(.sold),        unless: [.overriddenSince, .endedSince]),
        Rule(.subscriptionEndMoved, [.archived],                         .status(.sold),        unless: [.overriddenSince]),
        Rule(.leadErased,          [.generated, .deployed, .sold],       .status(.archived)),
        Rule(.setByHand,           .any(),                               .asked),
        // What a predecessor's database says moves a site on, and never back.
        Rule(.adopted,             .any(),                               .asked,               unless: [.overriddenSince, .cameFurther]),
    ]

    /// The triggers without a rule: recorded, and nothing else.
    package static let silent: [WebsiteTrigger: IgnoredBecause] = [
        .subscriptionEndsLater: .endsLater,
        .otherSubscriptionEnded: .notWhatPays,
        .subscriptionPaused: .informative,
        .visitedByPerson: .informative,
        .visitedByMachine: .machine,
        .suspended: .informative,
        .resumed: .informative,
        .setBeforeMerge: .beforeMerge,
        .repaired: .informative,
    ]

    /// Why nothing moves where a trigger has rules, but none from here.
    package static let whereNoRuleSpeaks: [WebsiteStatus: IgnoredBecause] = [
        .none: .notThereYet,
        .generating: .notThereYet,
        .generated: .notThereYet,
        .deployed: .furtherAlong,
        .sold: .isSold,
        .archived: .isArchived,
    ]

    /// What `fact` does to a lead whose site stands at `state`. Pure: no clock, no I/O.
    package static func decide(_ state: WebsiteState, on fact: WebsiteFact) -> Decision {
        if let reason = silent[fact.trigger] { return .ignored(reason) }
        // Whatever is paid or made of it: there is no page to be shown any more.
        if state.marks.erasedAt != nil { return .ignored(fact.trigger == .leadErased ? .alreadyThere : .isErased) }

        let rules = table.filter { $0.trigger == fact.trigger }
        guard let rule = rules.first(where: { $0.from.contains(state.status) }) else {
            let isThere = rules.contains { $0.to == .status(state.status) }
            return .ignored(isThere ? .alreadyThere : whereNoRuleSpeaks[state.status] ?? .informative)
        }
        if let holding = rule.unless.first(where: { $0.holds(for: fact, in: state) }) {
            return .ignored(holding.reason)
        }
        let next =
            switch rule.to {
            case .status(let status): status
            case .heldBefore: state.marks.heldBefore ?? WebsiteStatus.none
            case .asked: fact.asked ?? state.status
            }
        return next == state.status ? .ignored(.alreadyThere) : .moved(to: next)
    }
}

/// What forbids a move of the website status though the table has a row for it: something that is known to have happened.
package enum WebsiteGuard: CaseIterable, Sendable {
    case overriddenSince, endedSince, paidSince, cameFurther

    package var reason: IgnoredBecause {
        switch self {
        case .overriddenSince: .overriddenSince
        case .endedSince: .endedSince
        case .paidSince: .paidSince
        case .cameFurther: .furtherAlong
        }
    }

    func holds(for fact: WebsiteFact, in state: WebsiteState) -> Bool {
        func isOlder(than time: Date?) -> Bool { time.map { fact.saidAt.isBefore($0) } ?? false }
        return switch self {
        case .overriddenSince: isOlder(than: state.marks.overriddenAt)
        case .endedSince: isOlder(than: state.marks.cancelledAt)
        case .paidSince: isOlder(than: state.marks.paidAt)
        case .cameFurther:
            fact.asked.map { $0 != state.status && AdoptionPrecedence.rank($0) <= AdoptionPrecedence.rank(state.status) } ?? true
        }
    }
}

/// One fact, as the website rules see it.
package struct WebsiteFact: Hashable, Sendable {
    package var trigger: WebsiteTrigger
    package var occurredAt: Date
    /// When it was decided: a subscription is cancelled some time before it ends, and only what is newer than that undoes it.
    package var saidAt: Date
    /// Which status a person asked for.
    package var asked: WebsiteStatus?

    package init(_ trigger: WebsiteTrigger, at occurredAt: Date, saidAt: Date? = nil, asked: WebsiteStatus? = nil) {
        self.trigger = trigger
        self.occurredAt = occurredAt
        self.saidAt = saidAt ?? occurredAt
        self.asked = asked
    }
}

/// All that the website rules decide on.
package struct WebsiteState: Hashable, Sendable {
    package var status: WebsiteStatus
    package var marks: WebsiteMarks

    package init(status: WebsiteStatus = .none, marks: WebsiteMarks = WebsiteMarks()) {
        self.status = status
        self.marks = marks
    }

    /// Decides, and takes note of the fact, moved or not.
    @discardableResult
    package mutating func follow(_ fact: WebsiteFact) -> WebsiteStatusRules.Decision {
        let decision = WebsiteStatusRules.decide(self, on: fact)
        if let next = decision.next {
            // While pages are made anew, those from before are seen.
            marks.heldBefore = next == .generating && (status == .generated || status == .deployed) ? status : nil
            status = next
        }
        switch fact.trigger {
        case .paidForSite, .subscriptionRenewed, .subscriptionReactivated:
            marks.paidAt = max(marks.paidAt ?? fact.saidAt, fact.saidAt)
        case .subscriptionEnded, .subscriptionEndsLater:
            if fact.trigger == .subscriptionEnded, marks.lastEnd.map({ !fact.saidAt.isBefore($0.saidAt) }) ?? true {
                marks.lastEnd = WebsiteMarks.End(at: fact.occurredAt, saidAt: fact.saidAt)
            }
            marks.cancelledAt = max(marks.cancelledAt ?? fact.saidAt, fact.saidAt)
        case .subscriptionEndMoved:
            // That end is void; the later one comes as a fact of its own.
            marks.lastEnd = nil
        case .leadErased:
            marks.erasedAt = marks.erasedAt ?? fact.saidAt
        case .setByHand where decision.next != nil:
            marks.overriddenAt = max(marks.overriddenAt ?? fact.saidAt, fact.saidAt)
        case .adopted where fact.asked == .sold:
            marks.paidAt = max(marks.paidAt ?? fact.saidAt, fact.saidAt)
        case .adopted where fact.asked == .archived:
            // Payments from before it, which are adopted later, don't bring the site back.
            marks.cancelledAt = max(marks.cancelledAt ?? fact.saidAt, fact.saidAt)
        case .deployed where status == .generating && marks.heldBefore == .generated:
            marks.heldBefore = .deployed
        case .generationStarted, .generationSucceeded, .generationFailed, .deployed, .visitedByPerson, .visitedByMachine, .suspended,
            .resumed, .setByHand, .setBeforeMerge, .otherSubscriptionEnded, .subscriptionPaused, .repaired, .adopted:
            break
        }
        return decision
    }

    /// The end of a subscription that became known before the payment that sold the site: it is to be followed now.
    package var endThatCameEarly: WebsiteFact? {
        guard status == .sold, let end = marks.lastEnd else { return nil }
        let fact = WebsiteFact(.subscriptionEnded, at: end.at, saidAt: end.saidAt)
        return WebsiteStatusRules.decide(self, on: fact).next == nil ? nil : fact
    }
}

extension Date {
    /// To the microsecond, in which times are kept: one instant that is read from an event and from two columns may be three numbers.
    package func isBefore(_ other: Date) -> Bool {
        (timeIntervalSinceReferenceDate * 1e6).rounded() < (other.timeIntervalSinceReferenceDate * 1e6).rounded()
    }
}

/// When what matters to the rules happened, by the facts' own times.
package struct WebsiteMarks: Codable, Hashable, Sendable {
    package var paidAt: Date?
    package var cancelledAt: Date?
    package var lastEnd: End?
    package var overriddenAt: Date?
    package var erasedAt: Date?
    /// While pages are made anew: the status that those have which are seen meanwhile.
    package var heldBefore: WebsiteStatus?

    package struct End: Codable, Hashable, Sendable {
        package var at: Date
        package var saidAt: Date

        enum CodingKeys: String, CodingKey {
            case at
            case saidAt = "said_at"
        }
    }

    package init() {}

    enum CodingKeys: String, CodingKey {
        case lastEnd = "last_end"
        case paidAt = "paid_at"
        case cancelledAt = "cancelled_at"
        case overriddenAt = "overridden_at"
        case erasedAt = "erased_at"
        case heldBefore = "held_before"
    }
}
