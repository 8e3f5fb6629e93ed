import Contracts
import Foundation
import Messaging
import Postgres

/// Works on a command on many leads: in parts, each all or nothing, with as many statements for a part as for one lead.
///
/// Several parts are worked on at once, for most of the time goes to the many indexes of leads, one core for each transaction.
struct BulkWork: Sendable {
    static let chunk = 2_000
    /// One for each core that a database for so many leads has at least.
    private static let width = 4

    let database: Database
    let models: ScoringModels
    var now: @Sendable () -> Date = WallClock.now

    /// Does what is left of the command, also while others are at it.
    ///
    /// - Returns: what came of all of it.
    func finish(_ id: BulkCommandID) async throws -> BulkChange {
        guard let job = try await database.bulkJob(id) else { throw Problem.conflict("The command is so old that it was forgotten.") }
        let done = try await database.doneChunks(of: id)
        let chunks = stride(from: 0, to: job.leadIDs.count, by: Self.chunk).enumerated().filter { !done.contains($0.offset) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, (number, start)) in chunks.enumerated() {
                if index >= Self.width { try await group.next() }
                let ids = Array(job.leadIDs[start..<min(start + Self.chunk, job.leadIDs.count)])
                group.addTask { try await work(on: ids, number, of: job) }
            }
            try await group.waitForAll()
        }
        guard let answer = try await database.bulkAnswer(id) else { throw Problem.internalError }
        return answer
    }

    private func work(on ids: [LeadID], _ number: Int, of job: BulkJob) async throws {
        let time = now()
        try await database.transaction { transaction in
            guard let found = try await transaction.claim(number, of: job, for: ids) else { return }
            let change = try await transaction.apply(job, to: found, of: ids, models, at: time)
            let totals = try await transaction.count(change, of: number, in: job, at: time)
            try await transaction.publish(job.progress(totals), at: time)
        }
    }
}

extension Transaction {
    fileprivate func apply(
        _ job: BulkJob,
        to found: [Lead],
        of ids: [LeadID],
        _ models: ScoringModels,
        at time: Date
    ) async throws -> BulkChange {
        var answer = BulkChange()
        answer.refuse(Set(ids).subtracting(found.map(\.id)).sorted(), BulkAction.unknown)
        var changes: [(before: Lead, next: Lead)] = []
        for lead in found {
            switch job.action.apply(to: lead, by: job.actor, at: time) {
            case .unchanged: answer.unchanged += 1
            case .refused(let reason): answer.refuse([lead.id], reason)
            case .changed(let changed): changes.append((lead, changed))
            }
        }
        answer.changed = changes.count
        guard !changes.isEmpty else { return answer }
        let next = job.action.changesScores ? try await rescored(changes, by: models) : changes.map(\.next)
        let audited = zip(changes, next).map { change, lead in
            AuditedChange(leadID: lead.id, version: lead.version, changes: LeadField.changes(from: change.before, to: lead))
        }
        let kind: ChangeKind = job.action == .archive ? .archived : .updated
        let events = zip(next, audited).map { (event: kind.event($0, $1.changes.map(\.field)), time: time) }
        let trail = LeadAudit.insert(audited, by: ChangeCause(job.actor, reason: job.reason), at: time)
        try await pipeline([.updateWork(of: next)] + (trail.map { [$0] } ?? []), publishing: events)
        return answer
    }
}

extension BulkJob {
    /// What is told of how far it has come.
    func progress(_ totals: BulkTotals) -> BulkProgressed {
        BulkProgressed(
            commandID: id,
            command: command,
            key: key,
            actor: actor.id,
            total: totals.total,
            done: totals.done,
            changed: totals.changed,
            unchanged: totals.unchanged,
            refused: totals.refused,
            isFinished: totals.done == totals.total
        )
    }
}
