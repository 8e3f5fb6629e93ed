import Contracts
import Foundation
import Messaging
import Postgres

/// What an event tells of a change.
enum ChangeKind: Sendable {
    case updated, archived, restored
    case merged(LeadID)

    func event(_ lead: Lead, _ changed: [String]) -> any Event {
        switch self {
        case .updated: LeadUpdated(snapshot: lead, changed: changed)
        case .archived: LeadArchived(snapshot: lead, changed: changed)
        case .restored: LeadRestored(snapshot: lead, changed: changed)
        case .merged(let other): LeadMerged(snapshot: lead, mergedLeadID: other, changed: changed)
        }
    }
}

extension Transaction {
    /// The lead, locked to the end of the transaction, if `actor` may do `actions` with it.
    ///
    /// - Throws: a `Problem`: 404, 403 with the reason, 410 when the lead was erased or merged.
    func leadToChange(_ id: LeadID, by actor: Actor, _ actions: [LeadAction] = [.change]) async throws -> Lead {
        guard let lead = try await lockedLeads([id]).first else { throw Problem.leadNotFound(id) }
        for action in actions { try LeadPermission.require(actor, action, on: lead) }
        try await requireLiving(id, for: actor)
        return lead
    }

    /// - Throws: a `Problem` of status 410 when the lead was erased, or merged into another; 404 when `actor` may not see the other.
    func requireLiving(_ id: LeadID, for actor: Actor) async throws {
        let fate = try await fate(of: id)
        if fate.erasedAt != nil {
            throw Problem("lead-erased", "The lead was erased", status: 410, detail: "Nothing can be changed of it any more.")
        }
        if fate.mergedInto != nil {
            guard let survivor = try await lead(id) else { throw Problem.leadNotFound(id) }
            try LeadPermission.require(actor, .see, on: survivor, askedAs: id)
            throw Problem("lead-merged", "The lead was merged into another", status: 410, detail: "It is the lead \(survivor.id) now.")
        }
    }

    /// Writes what became of a locked lead, its audit trail and its event; nothing when nothing is different.
    /// `marks` are for the audit trail alone: what changed beside the lead.
    func record(
        _ next: Lead,
        from lead: Lead,
        as kind: ChangeKind = .updated,
        by cause: ChangeCause,
        warnings: [Finding] = [],
        marks: [FieldChange] = [],
        at time: Date
    ) async throws -> LeadChange {
        let warnings = warnings.map { FieldWarning(field: $0.field, detail: $0.detail) }
        let changes = LeadField.changes(from: lead, to: next)
        guard !changes.isEmpty else {
            try await audit([AuditedChange(leadID: lead.id, version: lead.version, changes: marks)], by: cause, at: time)
            return LeadChange(lead: lead, changed: [], warnings: warnings)
        }
        var next = next
        next.version = lead.version + 1
        next.updatedAt = time
        try await update([next])
        try await audit([AuditedChange(leadID: next.id, version: next.version, changes: changes + marks)], by: cause, at: time)
        let changed = changes.map(\.field)
        try await publish(kind.event(next, changed), at: time)
        return LeadChange(lead: next, changed: changed, warnings: warnings)
    }
}
