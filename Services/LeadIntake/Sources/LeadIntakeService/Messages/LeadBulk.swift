import Contracts
import Foundation
import Messaging
import Postgres

/// Commands on many leads. Each is kept first, with the leads that it is for, and then worked on part by part: see ``BulkWork``.
///
/// The answer comes when all is done. It is worked on to the end also when nobody waits for it any more, and a repeat with the same key gets
/// what came of it.
struct LeadBulk: Sendable {
    static let limit = 100_000
    static let chunk = BulkWork.chunk

    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func stage(_ asked: Asked<BulkUpdateStage>) async throws -> BulkChange {
        try await run(.stage(asked.command.stage), asked, asked.command.targets, asked.command.reason)
    }

    func assign(_ asked: Asked<AssignLeads>) async throws -> BulkChange {
        let staff = asked.command.assignedTo?.cleaned(limit: 120)
        return try await run(.assign(to: staff), asked, asked.command.targets, asked.command.reason)
    }

    func tag(_ asked: Asked<BulkTag>) async throws -> BulkChange {
        let (add, remove) = (Tags.normalised(asked.command.add ?? []), Tags.normalised(asked.command.remove ?? []))
        guard !add.isEmpty || !remove.isEmpty else {
            throw Problem.invalid([Problem.FieldError(pointer: "/add", detail: "or remove must name one tag at least")])
        }
        return try await run(.tag(add: add, remove: remove), asked, asked.command.targets, asked.command.reason)
    }

    func archive(_ asked: Asked<BulkArchive>) async throws -> BulkChange {
        try await run(.archive, asked, asked.command.targets, asked.command.reason)
    }

    private func run<Question: Command>(
        _ action: BulkAction,
        _ asked: Asked<Question>,
        _ targets: LeadTargets,
        _ reason: String?
    ) async throws -> BulkChange {
        let meant = try await meant(by: targets, asked.actor)
        let time = now()
        let id = try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let job = BulkJob(
                    id: .make(at: time),
                    command: String(Question.subject.tokens.last ?? ""),
                    key: asked.key.rawValue,
                    action: action,
                    actor: asked.actor,
                    reason: reason,
                    leadIDs: try await transaction.ids(meant)
                )
                try await transaction.insert(job, at: time)
                let totals = BulkTotals(total: job.leadIDs.count, done: 0, changed: 0, unchanged: 0, refused: 0)
                try await transaction.publish(job.progress(totals), at: time)
                return job.id
            }
        }
        return try await BulkWork(database: database, models: models, now: now).finish(id)
    }

    /// The leads that a command is for, the same ones for a repeat with the same key.
    func ids(of targets: LeadTargets, _ actor: Actor, _ key: IdempotencyKey) async throws -> [LeadID] {
        let meant = try await meant(by: targets, actor)
        return try await database.transaction { transaction in
            try await transaction.once(IdempotencyKey(rawValue: "\(key.rawValue)/ids")) { try await transaction.ids(meant) }
        }
    }

    private func meant(by targets: LeadTargets, _ actor: Actor) async throws -> Meant {
        switch (targets.ids, targets.filter) {
        case (let ids?, nil):
            guard (1...Self.limit).contains(ids.count) else { throw Self.tooMany("/targets/ids") }
            return .these(ids)
        case (nil, let filter?):
            let faults = filter.faults(at: "/targets/filter")
            guard faults.isEmpty else { throw Problem.invalid(faults) }
            return .all(try await database.selection(filter, for: actor))
        default:
            throw Problem.invalid([Problem.FieldError(pointer: "/targets", detail: "must have ids or a filter, and not both")])
        }
    }

    fileprivate enum Meant: Sendable {
        case these([LeadID])
        case all(LeadSelection)
    }

    fileprivate static func tooMany(_ pointer: String) -> Problem {
        .invalid([Problem.FieldError(pointer: pointer, detail: "must mean 1 to 100,000 leads")])
    }
}

extension Transaction {
    /// Each once, and in one order for all, so that two commands on the same leads wait for each other one way.
    fileprivate func ids(_ meant: LeadBulk.Meant) async throws -> [LeadID] {
        switch meant {
        case .these(let ids):
            return Set(ids).map { ($0.description, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        case .all(let selection):
            let ids = try await ids(of: selection, limit: LeadBulk.limit + 1)
            guard ids.count <= LeadBulk.limit else { throw LeadBulk.tooMany("/targets/filter") }
            return ids
        }
    }
}
