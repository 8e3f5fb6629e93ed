import Contracts
import Foundation
import Messaging
import Postgres

/// Makes one lead of two.
struct LeadMerger: Sendable {
    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func merge(_ asked: Asked<MergeLeads>) async throws -> LeadChange {
        let (id, mergedID) = (asked.command.leadID, asked.command.mergedLeadID)
        guard id != mergedID else {
            throw Problem.invalid([Problem.FieldError(pointer: "/merged_lead_id", detail: "must be another lead than lead_id")])
        }
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let found = try await transaction.lockedLeads([id, mergedID])
                guard let lead = found.first(where: { $0.id == id }) else { throw Problem.leadNotFound(id) }
                guard let other = found.first(where: { $0.id == mergedID }) else { throw Problem.leadNotFound(mergedID) }
                for each in [lead, other] { try LeadPermission.require(asked.actor, .merge, on: each) }
                try await transaction.requireLiving(id, for: asked.actor)
                if try await transaction.fate(of: mergedID).mergedInto == id { return LeadChange(lead: lead, changed: []) }
                try await transaction.requireLiving(mergedID, for: asked.actor)
                guard lead.archivedAt == nil else {
                    throw Problem(
                        "lead-archived",
                        "The lead is archived",
                        status: 409,
                        detail: "Restore \(id) first, or merge it into the other."
                    )
                }
                return try await transaction.merge(
                    other,
                    into: lead,
                    by: ChangeCause(asked.actor, reason: asked.command.reason),
                    models,
                    at: time
                )
            }
        }
    }
}

extension Transaction {
    fileprivate func merge(
        _ other: Lead,
        into lead: Lead,
        by cause: ChangeCause,
        _ models: ScoringModels,
        at time: Date
    ) async throws -> LeadChange {
        // First, for the place id can be on one of the two only.
        try await move(from: other.id, to: lead.id, at: time)
        let merged = lead.merged(with: other)
        // From itself: an address that it took from the other brought its bounce along.
        var next = try await rescored(merged, from: merged, by: models)
        next.version = lead.version + 1
        next.updatedAt = time
        let changes = LeadField.changes(from: lead, to: next)
        try await update([next])
        let moved = FieldChange(field: "merged_lead_id", from: nil, to: other.id.description)
        try await audit([AuditedChange(leadID: lead.id, version: next.version, changes: changes + [moved])], by: cause, at: time)
        let text = "Merged with the lead \(other.id).\n\(next.leftBehind(by: other))"
        let note = LeadNote(id: .make(at: time), type: .system, author: cause.actor, text: text, createdAt: time)
        try await insert(note, about: lead.id)
        let changed = changes.map(\.field)
        try await publish(ChangeKind.merged(other.id).event(next, changed), at: time)
        return LeadChange(lead: next, changed: changed)
    }
}
