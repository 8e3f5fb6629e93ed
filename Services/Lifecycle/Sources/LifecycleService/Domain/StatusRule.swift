/// One row of a table of rules: what `trigger` does to a lead that stands at one of `from`.
///
/// The same shape serves both statuses; `Guard` names the facts that forbid the move, most of them by time.
package struct StatusRule<Trigger, Status, Guard>: Sendable
where Trigger: Hashable & Sendable, Status: Hashable & Sendable, Guard: Hashable & Sendable {
    package let trigger: Trigger
    package let from: Set<Status>
    package let to: Target
    package let unless: [Guard]

    package enum Target: Hashable, Sendable {
        case status(Status)
        /// What the status was before the lead unsubscribed, or before its site was to be made anew.
        case heldBefore
        /// What the person asked for.
        case asked
    }

    init(_ trigger: Trigger, _ from: Set<Status>, _ to: Target, unless: [Guard] = []) {
        self.trigger = trigger
        self.from = from
        self.to = to
        self.unless = unless
    }
}

extension Set where Element: CaseIterable {
    static func any(but exceptions: Element...) -> Self {
        Set(Element.allCases).subtracting(exceptions)
    }
}

/// What the rules made of a fact. To refuse is a decision too, and is recorded with its reason.
package enum StatusDecision<Status: Hashable & Sendable>: Hashable, Sendable {
    case moved(to: Status)
    case ignored(IgnoredBecause)

    package var next: Status? {
        if case .moved(let status) = self { status } else { nil }
    }

    package var reason: IgnoredBecause? {
        if case .ignored(let reason) = self { reason } else { nil }
    }
}

/// Why a fact moved nothing. The raw values stand in the history: they never change.
package enum IgnoredBecause: String, CaseIterable, Sendable {
    // By kind: such a fact never moves a status.
    case machine
    case temporary
    case informative
    case notForASite = "not_for_a_site"
    case endsLater = "ends_later"
    case notWhatPays = "not_what_pays"
    case beforeMerge = "before_merge"
    // By where the lead stands.
    case alreadyThere = "already_there"
    case furtherAlong = "further_along"
    case isCustomer = "is_customer"
    case isUnsubscribed = "is_unsubscribed"
    case hasBounced = "has_bounced"
    case notThereYet = "not_there_yet"
    case isSold = "is_sold"
    case isArchived = "is_archived"
    // By what is known to have happened: the guards of the tables.
    case overriddenSince = "overridden_since"
    case resubscribedSince = "resubscribed_since"
    case unsubscribedSince = "unsubscribed_since"
    case unsubscribedElsewhere = "unsubscribed_elsewhere"
    case formerAddress = "former_address"
    case startedAnewSince = "started_anew_since"
    case sameAddress = "same_address"
    case nothingSentSince = "nothing_sent_since"
    case endedSince = "ended_since"
    case paidSince = "paid_since"
    case isErased = "is_erased"

    /// For people: the end of "nothing moved, because ...".
    package var words: String {
        switch self {
        case .machine: "a machine did it, not a person"
        case .temporary: "it is tried again"
        case .informative: "it is only told, no rule speaks of it"
        case .notForASite: "the payment was not for a site"
        case .endsLater: "it is paid for until later"
        case .notWhatPays: "something else pays for the site that the lead has"
        case .beforeMerge: "it was decided on a lead that was found to be this one"
        case .alreadyThere: "the status is that already"
        case .furtherAlong: "the lead has come further already"
        case .isCustomer: "the lead is a customer"
        case .isUnsubscribed: "the lead is unsubscribed"
        case .hasBounced: "the address has bounced"
        case .notThereYet: "the steps before it are missing"
        case .isSold: "the site is sold"
        case .isArchived: "the site is archived"
        case .overriddenSince: "a person has set the status since"
        case .resubscribedSince: "the lead resubscribed on that channel since"
        case .unsubscribedSince: "the lead unsubscribed again on that channel since"
        case .unsubscribedElsewhere: "the lead is still unsubscribed on the other channel"
        case .formerAddress: "it is about an address that the lead no longer has"
        case .startedAnewSince: "it is about what was sent to the address before"
        case .sameAddress: "the address has not changed since it bounced"
        case .nothingSentSince: "nothing was sent to the new address yet"
        case .endedSince: "the subscription has ended since"
        case .paidSince: "it was paid for again since"
        case .isErased: "all that is personal about the lead was erased, its pages too"
        }
    }
}
