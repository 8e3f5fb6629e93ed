import Contracts
import Foundation
import Messaging
import Postgres

/// Follows when we were last in touch with a lead: what was sent to it, and what it answered. Calls are logged by people.
struct ContactHandlers: Sendable {
    var now: @Sendable () -> Date = WallClock.now

    var handler: EventHandler {
        .onBatch(stream: Catalogue.campaigns, subjects: [MessageSent.subject, MessageReplied.subject]) { batch, transaction in
            try await follow(try batch.compactMap(Self.fact), in: transaction)
        }
    }

    private static func fact(_ event: ReceivedAny) throws -> ContactFact? {
        switch event.subject {
        case MessageSent.subject.description: .of(try event.decode(MessageSent.self), at: event.time)
        case MessageReplied.subject.description: .of(try event.decode(MessageReplied.self), at: event.time)
        default: nil
        }
    }

    private func follow(_ facts: [ContactFact], in transaction: Transaction) async throws {
        guard !facts.isEmpty else { return }
        let survivors = try await transaction.survivors(of: Set(facts.map(\.leadID)))
        let told = Dictionary(grouping: facts) { survivors[$0.leadID] ?? $0.leadID }
        let time = now()
        var changed: [Lead] = []
        var audited: [String: [AuditedChange]] = [:]
        for lead in try await transaction.lockedLeads(Set(survivors.values).sorted(), onlyLiving: true) {
            guard let (next, reason) = lead.contacted(told[lead.id] ?? [], now: time) else { continue }
            changed.append(next)
            let change = AuditedChange(leadID: next.id, version: next.version, changes: LeadField.changes(from: lead, to: next))
            audited[reason, default: []].append(change)
        }
        guard !changed.isEmpty else { return }
        try await transaction.updateLastContact(of: changed)
        for (reason, changes) in audited.sorted(by: { $0.key < $1.key }) {
            try await transaction.audit(changes, by: .intake(reason), at: time)
        }
        try await transaction.publish(changed.map { LeadUpdated(snapshot: $0, changed: ["last_contact_at"]) }, at: time)
    }
}
