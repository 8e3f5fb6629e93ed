import Contracts
import Foundation
import Messaging
import Postgres

/// Commands on many leads: in chunks, each all or nothing, with as many statements for a chunk as for one lead.
///
/// A repeat with the same key goes on where the first one stopped: which leads are meant, and each chunk's answer, are kept under keys made of it.
struct LeadBulk: Sendable {
    static let limit = 100_000
    static let chunk = 2_000

    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    func stage(_ asked: Asked<BulkUpdateStage>) async throws -> BulkChange {
        try await run(.stage(asked.command.stage), asked.command.targets, asked.actor, asked.key, asked.command.reason)
    }

    func assign(_ asked: Asked<AssignLeads>) async throws -> BulkChange {
        let staff = asked.command.assignedTo?.cleaned(limit: 120)
        return try await run(.assign(to: staff), asked.command.targets, asked.actor, asked.key, asked.command.reason)
    }

    func tag(_ asked: Asked<BulkTag>) async throws -> BulkChange {
        let (add, remove) = (Tags.normalised(asked.command.add ?? []), Tags.normalised(asked.command.remove ?? []))
        guard !add.isEmpty || !remove.isEmpty else {
            throw Problem.invalid([Problem.FieldError(pointer: "/add", detail: "or remove must name one tag at least")])
        }
        return try await run(.tag(add: add, remove: remove), asked.command.targets, asked.actor, asked.key, asked.command.reason)
    }

    func archive(_ asked: Asked<BulkArchive>) async throws -> BulkChange {
        try await run(.archive, asked.command.targets, asked.actor, asked.key, asked.command.reason)
    }

    private func run(
        _ action: BulkAction,
        _ targets: LeadTargets,
        _ actor: Actor,
        _ key: IdempotencyKey,
        _ reason: String?
    ) async throws -> BulkChange {
        let ids = try await ids(of: targets, actor, key)
        let cause = ChangeCause(actor, reason: reason)
        var answer = BulkChange()
        for (number, start) in stride(from: 0, to: ids.count, by: Self.chunk).enumerated() {
            let chunk = Array(ids[start..<min(start + Self.chunk, ids.count)])
            let time = now()
            answer.add(
                try await database.transaction { transaction in
                    try await transaction.once(IdempotencyKey(rawValue: "\(key.rawValue)/\(number)")) {
                        try await transaction.apply(action, to: chunk, by: actor, cause, models, at: time)
                    }
                }
            )
        }
        return answer
    }

    /// Each once, and in one order for all, so that two commands on the same leads wait for each other one way.
    func ids(of targets: LeadTargets, _ actor: Actor, _ key: IdempotencyKey) async throws -> [LeadID] {
        switch (targets.ids, targets.filter) {
        case (let ids?, nil):
            guard (1...Self.limit).contains(ids.count) else { throw Self.tooMany("/targets/ids") }
            return Set(ids).sorted()
        case (nil, let filter?):
            let faults = filter.faults(at: "/targets/filter")
            guard faults.isEmpty else { throw Problem.invalid(faults) }
            let selection = try await database.selection(filter, for: actor)
            // Kept, for after the first chunk the filter may mean others.
            return try await database.transaction { transaction in
                try await transaction.once(IdempotencyKey(rawValue: "\(key.rawValue)/ids")) {
                    let ids = try await transaction.ids(of: selection, limit: Self.limit + 1)
                    guard ids.count <= Self.limit else { throw Self.tooMany("/targets/filter") }
                    return ids
                }
            }
        default:
            throw Problem.invalid([Problem.FieldError(pointer: "/targets", detail: "must have ids or a filter, and not both")])
        }
    }

    private static func tooMany(_ pointer: String) -> Problem {
        .invalid([Problem.FieldError(pointer: pointer, detail: "must mean 1 to 100,000 leads")])
    }
}

extension Transaction {
    fileprivate func apply(
        _ action: BulkAction,
        to ids: [LeadID],
        by actor: Actor,
        _ cause: ChangeCause,
        _ models: ScoringModels,
        at time: Date
    ) async throws -> BulkChange {
        let found = try await lockedLeads(ids, onlyLiving: true)
        var answer = BulkChange()
        answer.refuse(Set(ids).subtracting(found.map(\.id)).sorted(), BulkAction.unknown)
        var changes: [(before: Lead, next: Lead)] = []
        for lead in found {
            switch action.apply(to: lead, by: actor, at: time) {
            case .unchanged: answer.unchanged += 1
            case .refused(let reason): answer.refuse([lead.id], reason)
            case .changed(let changed): changes.append((lead, changed))
            }
        }
        let next = action.changesScores ? try await rescored(changes, by: models) : changes.map(\.next)
        let audited = zip(changes, next).map { change, lead in
            AuditedChange(leadID: lead.id, version: lead.version, changes: LeadField.changes(from: change.before, to: lead))
        }
        answer.changed = next.count
        try await updateWork(of: next)
        try await audit(audited, by: cause, at: time)
        let kind: ChangeKind = action == .archive ? .archived : .updated
        try await publish(zip(next, audited).map { kind.event($0, $1.changes.map(\.field)) }, at: time)
        return answer
    }
}

extension BulkChange {
    mutating func refuse(_ ids: [LeadID], _ reason: String) {
        guard !ids.isEmpty else { return }
        add(BulkChange(refused: [BulkRefusal(reason: reason, count: ids.count, leadIDs: Array(ids.prefix(100)))]))
    }

    mutating func add(_ other: BulkChange) {
        changed += other.changed
        unchanged += other.unchanged
        for refusal in other.refused {
            guard let index = refused.firstIndex(where: { $0.reason == refusal.reason }) else {
                refused.append(refusal)
                continue
            }
            refused[index].count += refusal.count
            refused[index].leadIDs += refusal.leadIDs.prefix(100 - refused[index].leadIDs.count)
        }
    }
}
