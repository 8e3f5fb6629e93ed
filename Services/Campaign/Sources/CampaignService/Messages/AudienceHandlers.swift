import Contracts
import Messaging
import Postgres

/// Keeps the audience: leads, their statuses and their sites, as the services that own them tell.
///
/// In batches: an import of thousands of leads is a few statements here. In which order the events of a batch are applied does not
/// matter, since every write looks whether it is the newer one.
struct AudienceHandlers: Sendable {
    var handlers: [EventHandler] {
        [
            .onBatch(stream: Catalogue.leads, followLeads),
            .onBatch(
                stream: Catalogue.sites,
                subjects: SiteChange.kinds.map { $0.subject },
                followSites
            ),
            .onBatch(
                stream: Catalogue.status,
                subjects: [ContactStatusChanged.subject, WebsiteStatusChanged.subject],
                followStatuses
            ),
        ]
    }

    @Sendable
    private func followLeads(_ events: [ReceivedAny], in transaction: Transaction) async throws {
        var snapshots: [Lead] = []
        var merged: [LeadMerged] = []
        var erased: [LeadID] = []
        for event in events {
            switch event.subject {
            case LeadCreated.subject.description: snapshots.append(try event.decode(LeadCreated.self).snapshot)
            case LeadUpdated.subject.description: snapshots.append(try event.decode(LeadUpdated.self).snapshot)
            case LeadArchived.subject.description: snapshots.append(try event.decode(LeadArchived.self).snapshot)
            case LeadRestored.subject.description: snapshots.append(try event.decode(LeadRestored.self).snapshot)
            case LeadErased.subject.description: erased.append(try event.decode(LeadErased.self).leadID)
            case LeadMerged.subject.description:
                let fact = try event.decode(LeadMerged.self)
                snapshots.append(fact.snapshot)
                merged.append(fact)
            default: continue
            }
        }
        try await transaction.keep(snapshots)
        for fact in merged { try await transaction.merge(fact.mergedLeadID, into: fact.leadID) }
        for lead in erased { try await transaction.erase(lead) }
    }

    @Sendable
    private func followSites(_ events: [ReceivedAny], in transaction: Transaction) async throws {
        try await transaction.keep(try events.compactMap(SiteChange.init))
    }

    @Sendable
    private func followStatuses(_ events: [ReceivedAny], in transaction: Transaction) async throws {
        var contact: [StatusChange<ContactStatus>] = []
        var website: [StatusChange<WebsiteStatus>] = []
        for event in events {
            // These are published with the new status as their last token.
            if event.subject.hasPrefix("\(ContactStatusChanged.subject).") {
                let fact = try event.decode(ContactStatusChanged.self)
                contact.append(StatusChange(lead: fact.leadID, status: fact.to, event: event.id))
            } else if event.subject.hasPrefix("\(WebsiteStatusChanged.subject).") {
                let fact = try event.decode(WebsiteStatusChanged.self)
                website.append(StatusChange(lead: fact.leadID, status: fact.to, event: event.id))
            }
        }
        try await transaction.keep(contact)
        try await transaction.keep(website)
    }
}
