import Contracts
import Foundation
import Messaging
import Postgres

/// Keeps the console's read model: leads, their statuses and their follow-ups, as the services that own them tell.
///
/// In batches: an import of thousands of leads is a few statements here. In which order the events of a batch are applied does not matter,
/// since every write looks whether it is the newer one.
struct ProjectionHandlers: Sendable {
    var handlers: [EventHandler] {
        [
            .onBatch(stream: Catalogue.leads, followLeads),
            .onBatch(stream: Catalogue.status, followStatuses),
        ]
    }

    @Sendable
    private func followLeads(_ events: [ReceivedAny], in transaction: Transaction) async throws {
        var snapshots: [Lead] = []
        var merged: [LeadID: LeadID] = [:]
        var erased: [LeadID: Date] = [:]
        for event in events {
            switch event.subject {
            case LeadCreated.subject.description: snapshots.append(try event.decode(LeadCreated.self).snapshot)
            case LeadUpdated.subject.description: snapshots.append(try event.decode(LeadUpdated.self).snapshot)
            case LeadArchived.subject.description: snapshots.append(try event.decode(LeadArchived.self).snapshot)
            case LeadRestored.subject.description: snapshots.append(try event.decode(LeadRestored.self).snapshot)
            case LeadErased.subject.description: erased[try event.decode(LeadErased.self).leadID] = event.time
            case LeadMerged.subject.description:
                let fact = try event.decode(LeadMerged.self)
                snapshots.append(fact.snapshot)
                merged[fact.mergedLeadID] = fact.leadID
            default: continue
            }
        }
        try await transaction.keep(snapshots)
        try await transaction.merge(merged)
        try await transaction.erase(erased)
    }

    @Sendable
    private func followStatuses(_ events: [ReceivedAny], in transaction: Transaction) async throws {
        var contact: [StatusChange] = []
        var website: [StatusChange] = []
        var due: [FollowUpDue] = []
        var ends: [FollowUpEnd] = []
        for event in events {
            switch event.subject {
            case FollowUpDue.subject.description: due.append(try event.decode(FollowUpDue.self))
            case FollowUpClosed.subject.description: ends.append(FollowUpEnd(try event.decode(FollowUpClosed.self), at: event.time))
            // These are published with the new status as their last token.
            case let subject where subject.hasPrefix("\(ContactStatusChanged.subject)."):
                let fact = try event.decode(ContactStatusChanged.self)
                contact.append(StatusChange(lead: fact.leadID, status: fact.to.rawValue, event: event.id))
            case let subject where subject.hasPrefix("\(WebsiteStatusChanged.subject)."):
                let fact = try event.decode(WebsiteStatusChanged.self)
                website.append(StatusChange(lead: fact.leadID, status: fact.to.rawValue, event: event.id))
            default: continue
            }
        }
        try await transaction.keepContactStatuses(contact)
        try await transaction.keepWebsiteStatuses(website)
        try await transaction.keep(due)
        try await transaction.keep(ends)
    }
}

extension FollowUpEnd {
    fileprivate init(_ closed: FollowUpClosed, at time: Date) {
        self.init(
            lead: closed.leadID,
            rule: closed.rule,
            state: closed.state,
            at: time,
            by: closed.actor,
            because: closed.cancelledBecause
        )
    }
}
