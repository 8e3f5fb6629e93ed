import Contracts
import Foundation
import Messaging
import Postgres

/// Scores that are made anew on command, and what became of those that are made anew by themselves.
struct ScoreCommands: Sendable {
    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func rescore(_ asked: Asked<Rescore>) async throws -> Rescore.Answer {
        switch (asked.command.leadID, asked.command.targets) {
        case (let lead?, nil): return try await rescore(lead, asked)
        case (nil, let targets?): return Rescore.Answer(leads: try await rescore(targets, asked))
        default:
            throw Problem.invalid([Problem.FieldError(pointer: "/lead_id", detail: "or targets must be given, and not both")])
        }
    }

    /// Who may see a lead may have its scores made anew; what a manager set by hand goes by a manager's word.
    private func rescore(_ id: LeadID, _ asked: Asked<Rescore>) async throws -> Rescore.Answer {
        let cause = Self.cause(asked)
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let lead = try await transaction.leadToChange(id, by: asked.actor)
                let standing = try await transaction.scoreStandings(of: [id])[id] ?? ScoreStanding()
                if !standing.marks.isEmpty { try LeadPermission.require(asked.actor, .overrideScore, on: lead) }
                let next = try await transaction.makeAnew([lead], [id: standing], by: models, cause, at: time).first ?? lead
                return Rescore.Answer(
                    lead: next,
                    changed: LeadField.changes(from: lead, to: next).map(\.field),
                    scores: models.scores(of: next, standing.unmarked)
                )
            }
        }
    }

    /// In chunks, as the other commands on many leads.
    private func rescore(_ targets: LeadTargets, _ asked: Asked<Rescore>) async throws -> BulkChange {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let ids = try await LeadBulk(database: database, models: models, now: now).ids(of: targets, asked.actor, asked.key)
        var answer = BulkChange()
        for (number, start) in stride(from: 0, to: ids.count, by: LeadBulk.chunk).enumerated() {
            let chunk = Array(ids[start..<min(start + LeadBulk.chunk, ids.count)])
            let time = now()
            answer.add(
                try await database.transaction { transaction in
                    try await transaction.once(IdempotencyKey(rawValue: "\(asked.key.rawValue)/\(number)")) {
                        let leads = try await transaction.lockedLeads(chunk, onlyLiving: true)
                        let standings = try await transaction.scoreStandings(of: leads.map(\.id))
                        let changed = try await transaction.makeAnew(leads, standings, by: models, Self.cause(asked), at: time)
                        var part = BulkChange(changed: changed.count, unchanged: leads.count - changed.count)
                        part.refuse(Set(chunk).subtracting(leads.map(\.id)).sorted(), BulkAction.unknown)
                        return part
                    }
                }
            )
        }
        return answer
    }

    func rescoring(_ asked: Asked<GetRescoring>) async throws -> GetRescoring.Answer {
        guard let newest = try await database.rescoring() else { return GetRescoring.Answer(state: .none) }
        return GetRescoring.Answer(
            state: newest.state,
            models: newest.models,
            total: newest.total,
            done: newest.done,
            changed: newest.changed,
            rate: newest.rate,
            startedAt: newest.startedAt,
            finishedAt: newest.state == .running ? nil : newest.updatedAt
        )
    }

    private static func cause(_ asked: Asked<Rescore>) -> ChangeCause {
        ChangeCause(asked.actor, reason: asked.command.reason ?? "the scores were made anew")
    }
}

extension Transaction {
    /// - Returns: the leads whose scores are different now.
    fileprivate func makeAnew(
        _ leads: [Lead],
        _ standings: [LeadID: ScoreStanding],
        by models: ScoringModels,
        _ cause: ChangeCause,
        at time: Date
    ) async throws -> [Lead] {
        let rescorings = leads.map { lead in
            let standing = standings[lead.id] ?? ScoreStanding()
            return Rescoring(lead: lead, standing: standing.unmarked, dropped: standing.marks)
        }
        try await dropScoreMarks(of: rescorings.filter { !$0.dropped.isEmpty }.map(\.lead.id))
        return try await rescore(rescorings, by: models, cause, at: time)
    }
}
