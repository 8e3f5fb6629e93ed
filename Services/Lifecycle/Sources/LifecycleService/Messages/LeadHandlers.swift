import Contracts
import Foundation
import Messaging
import Postgres

/// Keeps up with the leads: what sites are made from, and changes of address, which the status rules know of.
struct LeadHandlers: Sendable {
    let facts: FactHandlers
    let followUpRules: [FollowUpRule]

    static let kinds: [any Event.Type] = [
        LeadCreated.self, LeadUpdated.self, LeadMerged.self, LeadArchived.self, LeadRestored.self, LeadErased.self,
    ]

    var follow: EventHandler {
        let reader = FactReader(Self.kinds)
        return .onBatch(stream: Catalogue.leads, subjects: reader.subjects, following: .inTurn(), preparing: reader.read) {
            batch,
            transaction in
            try await follow(batch, in: transaction)
        }
    }

    func follow(_ received: [ReceivedFact], in transaction: Transaction) async throws {
        // Most events are creations, which say nothing about a status: nothing is locked for them.
        let changes = received.filter { !Facts.all($0.event, at: $0.time, now: $0.time).isEmpty }
        let snapshots = received.compactMap { $0.event.leadSnapshot }
        let decidedOn = Set(changes.compactMap(\.event.concernedLead)).union(received.flatMap { $0.event.leadsThatEnd })
        // All at once, and before anything else is written: locked one after another, two batches would wait for each other.
        if !decidedOn.isEmpty {
            _ = try await transaction.standingsFollowingMerges(of: decidedOn, beside: snapshots.map(\.id))
        }
        try await transaction.keep(snapshots)
        if !changes.isEmpty { try await facts.follow(changes, at: .recordable, in: transaction) }

        for fact in received {
            switch fact.event {
            case let merged as LeadMerged: try await merge(merged.mergedLeadID, into: merged.leadID, fact, in: transaction)
            case let erased as LeadErased: try await erase(erased.leadID, fact, in: transaction)
            default: break
            }
        }
    }

    /// What was told of the merged lead was told of the one that stays: it is decided on again there, in its order.
    private func merge(_ merged: LeadID, into lead: LeadID, _ fact: ReceivedFact, in transaction: Transaction) async throws {
        // The lead that it was merged into may be another one's by now: merges can become known in any order.
        let (standings, survivors) = try await transaction.standingsFollowingMerges(of: [merged, lead])
        let lead = survivors[lead] ?? lead
        var ledger = StatusLedger(standings)
        guard try await transaction.markMerged(merged, into: lead) else { return }
        let movesSite = try await transaction.moveSites(of: merged, to: lead, at: fact.time)
        for (said, cause) in try await transaction.recordedFacts(of: merged) {
            guard let said = said.inherited(withSite: movesSite) else { continue }
            ledger.follow(said, of: lead, cause: cause, trace: fact.trace)
        }
        try await transaction.record(ledger)
        try await transaction.moveFollowUps(of: merged, to: lead, by: followUpRules, at: .recordable)
        if ledger.standings[lead]?.isErased == true { try await transaction.eraseSites(of: lead, at: fact.time) }
    }

    private func erase(_ lead: LeadID, _ fact: ReceivedFact, in transaction: Transaction) async throws {
        var ledger = StatusLedger(try await transaction.standings(of: [lead]))
        if let website = ledger.standings[lead]?.website, website.marks.erasedAt == nil {
            // Its page is not made any more, and nothing is to stay "generating".
            let ends: [WebsiteTrigger] = (website.status == .generating ? [.generationFailed] : []) + [.leadErased]
            for trigger in ends {
                ledger.follow(.website(WebsiteFact(trigger, at: fact.time)), of: lead, cause: fact.cause, trace: fact.trace)
            }
            try await transaction.record(ledger)
        }
        try await transaction.erase(lead, at: fact.time)
        try await transaction.eraseSites(of: lead, at: fact.time)
        try await transaction.eraseFollowUps(of: lead, at: .recordable)
        try await transaction.forget(lead)
    }
}

extension Event {
    /// Those that are merged or erased, and what they are merged into.
    fileprivate var leadsThatEnd: [LeadID] {
        switch self {
        case let event as LeadMerged: [event.mergedLeadID, event.leadID]
        case let event as LeadErased: [event.leadID]
        default: []
        }
    }

    fileprivate var leadSnapshot: Lead? {
        switch self {
        case let event as LeadCreated: event.snapshot
        case let event as LeadUpdated: event.snapshot
        case let event as LeadMerged: event.snapshot
        case let event as LeadArchived: event.snapshot
        case let event as LeadRestored: event.snapshot
        default: nil
        }
    }
}
