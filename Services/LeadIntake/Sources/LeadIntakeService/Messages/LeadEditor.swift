import Contracts
import Foundation
import Messaging
import Postgres

/// What people do with one lead: each command is one transaction, which locks the lead, decides, records and publishes.
struct LeadEditor: Sendable {
    let database: Database
    let defaultCountry: String
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func create(_ asked: Asked<CreateLead>) async throws -> LeadChange {
        let check = LeadCheck(.entry, defaultCountry: defaultCountry, defaultSource: .other, models: models)
        guard case .accepted(let business, let warnings) = check(asked.command.business) else {
            guard case .rejected(let findings) = check(asked.command.business) else { throw Problem.internalError }
            throw Self.invalid(findings, under: "/business")
        }
        let staff = asked.command.assignedTo?.cleaned(limit: 120)
        if asked.actor.role == .agent, let staff, staff != asked.actor.id {
            throw Problem("forbidden", "Not allowed", status: 403, detail: "An agent may take a new lead, not give it to somebody else.")
        }
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let cause = ChangeCause(asked.actor, reason: asked.command.reason)
                let found = try await transaction.resolve([WantedLead(business)], assignedTo: staff, by: cause, at: time)
                guard let made = found[0] else { throw Problem.internalError }
                guard made.isCreated else { throw Self.existing(business, made.lead, to: asked.actor) }
                return LeadChange(
                    lead: made.lead,
                    changed: [],
                    warnings: warnings.map { FieldWarning(field: $0.field, detail: $0.detail) }
                )
            }
        }
    }

    func update(_ asked: Asked<UpdateLead>) async throws -> LeadChange {
        let command = asked.command
        var actions: [LeadAction] = [.change]
        if !command.changes.assignedTo.isKept { actions.append(.assign(to: command.changes.assignedTo.value?.cleaned(limit: 120))) }
        do {
            return try await change(asked, actions)
        } catch let error as DatabaseError where error.violates("leads_gmb_id_unique") {
            // Since ``Transaction/makeFree(gmbID:for:by:)`` looked.
            throw Problem(
                "lead-exists",
                "There is such a lead already",
                status: 409,
                detail: "Another lead was given this place id at the same moment."
            )
        }
    }

    private func change(_ asked: Asked<UpdateLead>, _ actions: [LeadAction]) async throws -> LeadChange {
        let command = asked.command
        return try await change(command.leadID, asked.actor, asked.key, actions) { lead, transaction, time in
            switch LeadEditing.apply(command.changes, to: lead, defaultCountry: defaultCountry) {
            case .rejected(let findings): throw Self.invalid(findings, under: "/changes")
            case .edited(let edited, let warnings):
                let next = try await transaction.rescored(edited, from: lead, by: models)
                if let expected = command.expectedVersion, expected != lead.version { throw Self.stale(lead, next, expected) }
                if let gmbID = next.gmbID, gmbID != lead.gmbID { try await transaction.makeFree(gmbID: gmbID, for: lead, by: asked.actor) }
                let cause = ChangeCause(asked.actor, reason: command.reason)
                return try await transaction.record(next, from: lead, by: cause, warnings: warnings, at: time)
            }
        }
    }

    func archive(_ asked: Asked<ArchiveLead>) async throws -> LeadChange {
        try await change(asked.command.leadID, asked.actor, asked.key) { lead, transaction, time in
            let next = lead.archived(at: time)
            let cause = ChangeCause(asked.actor, reason: asked.command.reason)
            return try await transaction.record(next, from: lead, as: .archived, by: cause, at: time)
        }
    }

    func restore(_ asked: Asked<RestoreLead>) async throws -> LeadChange {
        try await change(asked.command.leadID, asked.actor, asked.key) { lead, transaction, time in
            guard lead.archivedAt != nil else { return LeadChange(lead: lead, changed: []) }
            let next = lead.restored(to: try await transaction.stageBeforeArchive(of: lead.id))
            let cause = ChangeCause(asked.actor, reason: asked.command.reason)
            return try await transaction.record(next, from: lead, as: .restored, by: cause, at: time)
        }
    }

    func addTags(_ asked: Asked<AddTags>) async throws -> LeadChange {
        let tags = try Self.tags(asked.command.tags)
        return try await change(asked.command.leadID, asked.actor, asked.key) { lead, transaction, time in
            var next = lead
            next.tags = Tags.normalised(lead.tags + tags)
            if next.tags.count > Tags.limit {
                throw Self.invalid([Finding("tags", "would be \(next.tags.count), and a lead may have \(Tags.limit)")], under: "")
            }
            next = try await transaction.rescored(next, from: lead, by: models)
            return try await transaction.record(next, from: lead, by: ChangeCause(asked.actor, reason: asked.command.reason), at: time)
        }
    }

    func removeTags(_ asked: Asked<RemoveTags>) async throws -> LeadChange {
        let tags = try Self.tags(asked.command.tags)
        return try await change(asked.command.leadID, asked.actor, asked.key) { lead, transaction, time in
            var next = lead
            next.tags.removeAll { tags.contains($0) }
            next = try await transaction.rescored(next, from: lead, by: models)
            return try await transaction.record(next, from: lead, by: ChangeCause(asked.actor, reason: asked.command.reason), at: time)
        }
    }

    func logCall(_ asked: Asked<LogCall>) async throws -> LeadChange {
        let command = asked.command
        let text = try NoteCommands.text(command.text)
        return try await change(command.leadID, asked.actor, asked.key) { lead, transaction, time in
            var next = lead
            next.callAttempts = (lead.callAttempts ?? 0) + 1
            if command.reached { next.lastContactAt = time }
            next.nextFollowUpAt = command.nextFollowUpAt ?? lead.nextFollowUpAt
            if let text {
                let note = LeadNote(id: .make(at: time), type: .call, author: asked.actor.id, text: text, createdAt: time)
                try await transaction.insert(note, about: lead.id)
            }
            let cause = ChangeCause(asked.actor, reason: command.reached ? "a call that was answered" : "a call that nobody answered")
            return try await transaction.record(next, from: lead, by: cause, at: time)
        }
    }

    func setScore(_ asked: Asked<SetScore>) async throws -> LeadChange {
        let command = asked.command
        var findings: [Finding] = []
        for (field, score) in [("qualification_score", command.qualificationScore), ("lead_score", command.leadScore)] {
            if let score, !(0...100).contains(score) { findings.append(Finding(field, "must be between 0 and 100")) }
        }
        if command.qualificationScore == nil, command.leadScore == nil {
            findings.append(Finding("", "needs a qualification_score, a lead_score, or both"))
        }
        if command.reason.cleaned() == nil { findings.append(Finding("reason", "is required: it explains the score to others")) }
        guard findings.isEmpty else { throw Self.invalid(findings, under: "") }
        return try await change(command.leadID, asked.actor, asked.key, [.change, .overrideScore]) { lead, transaction, time in
            var next = lead
            next.qualificationScore = command.qualificationScore ?? lead.qualificationScore
            next.leadScore = command.leadScore ?? lead.leadScore
            let marks = try await transaction.markScores(
                of: lead.id,
                qualificationSetBy: command.qualificationScore.map { _ in asked.actor.id },
                leadScoreSetBy: command.leadScore.map { _ in asked.actor.id }
            )
            let cause = ChangeCause(asked.actor, reason: command.reason)
            return try await transaction.record(next, from: lead, by: cause, marks: marks, at: time)
        }
    }

    func erase(_ asked: Asked<EraseLead>) async throws -> EraseLead.Answer {
        let id = asked.command.leadID
        guard let reason = asked.command.reason.cleaned() else {
            throw Self.invalid([Finding("reason", "is required: who asked for it, and when")], under: "")
        }
        let time = now()
        return try await database.transaction { transaction in
            guard let lead = try await transaction.lockedLeads([id]).first else { throw Problem.leadNotFound(id) }
            try LeadPermission.require(asked.actor, .erase, on: lead)
            if let before = try await transaction.fate(of: id).erasedAt { return EraseLead.Answer(leadID: id, erasedAt: before) }
            try await transaction.requireLiving(id, for: asked.actor)
            let cause = ChangeCause(asked.actor, reason: reason)
            // Whoever has copies of what was merged into it has them under those leads' ids.
            for each in [id] + (try await transaction.leadsMerged(into: id)) {
                let version = try await transaction.erase(each, at: time)
                let change = FieldChange(field: "erased_at", from: nil, to: RFC3339.string(from: time))
                try await transaction.audit([AuditedChange(leadID: each, version: version, changes: [change])], by: cause, at: time)
                try await transaction.publish(LeadErased(leadID: each), at: time)
            }
            return EraseLead.Answer(leadID: id, erasedAt: time)
        }
    }

    /// The frame of every change: once for a key, with the lead locked, by somebody who may.
    private func change(
        _ id: LeadID,
        _ actor: Actor,
        _ key: IdempotencyKey,
        _ actions: [LeadAction] = [.change],
        _ body: (Lead, Transaction, Date) async throws -> LeadChange
    ) async throws -> LeadChange {
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(key) {
                try await body(try await transaction.leadToChange(id, by: actor, actions), transaction, time)
            }
        }
    }
}

extension LeadEditor {
    fileprivate static func tags(_ tags: [String]) throws -> [String] {
        let normalised = Tags.normalised(tags)
        guard !normalised.isEmpty else { throw invalid([Finding("tags", "must name one at least")], under: "") }
        return normalised
    }

    fileprivate static func invalid(_ findings: [Finding], under pointer: String) -> Problem {
        .invalid(
            findings.map {
                Problem.FieldError(pointer: $0.field.isEmpty ? pointer : "\(pointer)/\($0.field)", detail: $0.detail)
            }
        )
    }

    /// Both values of each field that the change names: what it has now, and what it was to become.
    fileprivate static func stale(_ lead: Lead, _ next: Lead, _ expected: Int) -> Problem {
        var problem = Problem.conflict("Version \(expected) was expected, and the lead is at version \(lead.version).")
        problem.errors = LeadField.changes(from: lead, to: next).map {
            Problem.FieldError(pointer: "/changes/\($0.field)", detail: "is \(quoted($0.from)) now, and was to become \(quoted($0.to))")
        }
        return problem
    }

    private static func quoted(_ text: String?) -> String { text.map { "'\($0.prefix(200))'" } ?? "empty" }

    static func existing(_ business: CheckedLead, _ lead: Lead, to actor: Actor) -> Problem {
        let detail = business.draft.gmbID.map { "A lead has the place id \($0)." } ?? "A lead has this name, place and contact."
        return LeadPermission.exists(lead, detail, to: actor)
    }
}
