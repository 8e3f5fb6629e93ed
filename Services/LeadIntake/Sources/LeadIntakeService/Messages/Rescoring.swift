import Contracts
import Foundation
import Messaging
import Postgres

/// A locked lead whose scores are made anew, with what they rest on from now on.
struct Rescoring: Sendable {
    var lead: Lead
    var standing: ScoreStanding
    /// Marks that go, of scores that were set by hand.
    var dropped: [FieldChange] = []
}

extension Transaction {
    /// Makes the scores of leads anew: writes, records and publishes those that are different, and only those.
    ///
    /// - Returns: the leads that are different now.
    @discardableResult
    func rescore(_ rescorings: [Rescoring], by models: ScoringModels, _ cause: ChangeCause, at time: Date) async throws -> [Lead] {
        var changed: [Lead] = []
        var fields: [[String]] = []
        var audited: [AuditedChange] = []
        for rescoring in rescorings {
            let lead = rescoring.lead
            var next = models.scored(lead, rescoring.standing)
            let changes = next.scoreChanges(since: lead)
            if !changes.isEmpty {
                next.version += 1
                next.updatedAt = time
                changed.append(next)
                fields.append(changes.map(\.field))
            }
            if !changes.isEmpty || !rescoring.dropped.isEmpty {
                audited.append(AuditedChange(leadID: lead.id, version: next.version, changes: changes + rescoring.dropped))
            }
        }
        try await updateScores(of: changed)
        try await audit(audited, by: cause, at: time)
        if !changed.isEmpty { try await publish(zip(changed, fields).map { LeadUpdated(snapshot: $0, changed: $1) }, at: time) }
        return changed
    }
}

extension Lead {
    fileprivate func scoreChanges(since old: Lead) -> [FieldChange] {
        var changes: [FieldChange] = []
        if qualificationScore != old.qualificationScore {
            changes.append(FieldChange(field: "qualification_score", from: "\(old.qualificationScore)", to: "\(qualificationScore)"))
        }
        if leadScore != old.leadScore {
            changes.append(FieldChange(field: "lead_score", from: old.leadScore.map(String.init), to: leadScore.map(String.init)))
        }
        return changes
    }
}

extension ScoreStanding {
    /// The marks of scores that were set by hand, as the audit trail tells them when they go.
    var marks: [FieldChange] {
        [("qualification_score_set_by", qualificationSetBy), ("lead_score_set_by", leadScoreSetBy)].compactMap { field, who in
            who.map { FieldChange(field: field, from: $0, to: nil) }
        }
    }

    /// Without them.
    var unmarked: ScoreStanding { ScoreStanding(engagement: engagement) }
}
