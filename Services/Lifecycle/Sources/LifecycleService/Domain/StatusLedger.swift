package import Contracts
package import Foundation

/// Follows facts about some leads one after another, and keeps what came of each: the history, the milestones, the events.
///
/// Pure: whoever loads the standings and writes down the ledger does so in one transaction.
package struct StatusLedger: Sendable {
    package private(set) var standings: [LeadID: LeadStanding]
    package private(set) var entries: [Entry] = []
    private let before: [LeadID: LeadStanding]

    package init(_ standings: [LeadID: LeadStanding]) {
        self.standings = standings
        before = standings
    }

    /// One decision: the fact, what it did, and what it goes back to.
    package struct Entry: Hashable, Sendable {
        package var leadID: LeadID
        package var fact: LeadFact
        package var move: Move
        package var ignoredBecause: IgnoredBecause?
        package var cause: StatusCause
        /// Of the event that caused it.
        package var trace: TraceContext?
    }

    /// Where a status was, and where it went, if it did.
    package enum Move: Hashable, Sendable {
        case contact(from: ContactStatus, to: ContactStatus?)
        case website(from: WebsiteStatus, to: WebsiteStatus?)
    }

    /// Those whose row must be written.
    package var changed: [LeadStanding] {
        standings.keys.filter { before[$0] != standings[$0] }.sorted().compactMap { standings[$0] }
    }

    /// Whether the website part of the row must be written too: most facts say nothing about it.
    package func hasNewWebsite(_ standing: LeadStanding) -> Bool { before[standing.leadID]?.website != standing.website }

    /// Whether what the contact rules know of it must be written too: most facts change the status alone.
    package func hasNewContactMarks(_ standing: LeadStanding) -> Bool { before[standing.leadID]?.contact.marks != standing.contact.marks }

    /// Decides on one fact.
    ///
    /// - Precondition: the lead's standing was loaded.
    package mutating func follow(_ fact: LeadFact, of lead: LeadID, cause: StatusCause, trace: TraceContext? = nil) {
        // In its place: to take it out and put it back copies all that is known of a lead, at each event.
        guard let place = standings.index(forKey: lead) else { preconditionFailure("a fact of a lead that was not loaded") }
        let isErased = standings.values[place].isErased
        var cause = cause
        // Whatever says why may quote the lead. That somebody gave a reason stays: nothing is set by hand without.
        if isErased, cause.reason != nil { cause.reason = fact.trigger == ContactTrigger.setByHand.rawValue ? "(erased)" : nil }
        let move: Move
        let reason: IgnoredBecause?
        let kept: LeadFact
        switch fact {
        case .contact(var fact):
            if isErased { fact.address = nil }
            let from = standings.values[place].contact.status
            let decision = standings.values[place].contact.follow(fact)
            (move, reason, kept) = (.contact(from: from, to: decision.next), decision.reason, .contact(fact))
        case .website(let fact):
            let from = standings.values[place].website.status
            let decision = standings.values[place].website.follow(fact)
            (move, reason, kept) = (.website(from: from, to: decision.next), decision.reason, .website(fact))
        }
        if reason == nil { standings.values[place].version += 1 }
        entries.append(Entry(leadID: lead, fact: kept, move: move, ignoredBecause: reason, cause: cause, trace: trace))
        if case .website(_, to: .sold) = move, let end = standings.values[place].website.endThatCameEarly {
            follow(.website(end), of: lead, cause: cause, trace: trace)
        }
    }

    /// Puts a lead where its recorded facts put it, with a decision of its own for each status that was elsewhere.
    ///
    /// - Precondition: the lead's standing was loaded.
    package mutating func repair(_ lead: LeadID, to replay: StatusReplay, at time: Date, cause: StatusCause) {
        guard var standing = standings[lead] else { preconditionFailure("a repair of a lead that was not loaded") }
        if replay.differs(from: standing.contact) {
            let (from, to) = (standing.contact.status, replay.contact.status)
            standing.contact = replay.contact
            note(
                .contact(ContactFact(.repaired, at: time, asked: to)),
                .contact(from: from, to: to == from ? nil : to),
                in: &standing,
                cause
            )
        }
        if replay.differs(from: standing.website) {
            let (from, to) = (standing.website.status, replay.website.status)
            standing.website = replay.website
            note(
                .website(WebsiteFact(.repaired, at: time, asked: to)),
                .website(from: from, to: to == from ? nil : to),
                in: &standing,
                cause
            )
        }
        standings[lead] = standing
    }

    private mutating func note(_ fact: LeadFact, _ move: Move, in standing: inout LeadStanding, _ cause: StatusCause) {
        let reason: IgnoredBecause? =
            switch move {
            case .contact(_, .some), .website(_, .some): nil
            case .contact(_, nil), .website(_, nil): .alreadyThere
            }
        if reason == nil { standing.version += 1 }
        entries.append(Entry(leadID: standing.leadID, fact: fact, move: move, ignoredBecause: reason, cause: cause))
    }
}

extension StatusLedger.Entry {
    /// What is published of it: nothing when it was ignored.
    package var event: (any Event)? {
        switch move {
        case .contact(let from, let to?):
            ContactStatusChanged(leadID: leadID, from: from, to: to, cause: cause, at: fact.occurredAt)
        case .website(let from, let to?):
            WebsiteStatusChanged(leadID: leadID, from: from, to: to, cause: cause, at: fact.occurredAt)
        case .contact(_, nil), .website(_, nil):
            nil
        }
    }

    /// The step of the funnel that it proves: by the fact itself, moved or not, or by where it moved.
    package var milestone: Milestone? {
        switch (fact, move) {
        // What is adopted was so whether it still moves the lead or not.
        case (.contact(let fact), _) where fact.trigger == .adopted: fact.asked.flatMap(Milestone.init)
        case (.website(let fact), _) where fact.trigger == .adopted: fact.asked.flatMap(Milestone.init)
        case (.contact(let fact), .contact(_, let to)): Milestone(fact.trigger) ?? to.flatMap(Milestone.init)
        case (.website(let fact), .website(_, let to)): Milestone(fact.trigger) ?? to.flatMap(Milestone.init)
        default: nil
        }
    }
}
