import Contracts
import Foundation
import Postgres

/// A rescoring of all leads, as it is stored.
struct StoredRescoring: Sendable {
    var number: Int
    var models: String
    var state: RescoringState
    var lastID: LeadID?
    var total: Int
    var done: Int
    var changed: Int
    var startedAt: Date
    var updatedAt: Date

    init(from row: Row) throws {
        number = try row.decode("number")
        models = try row.decode("models")
        state = RescoringState(rawValue: try row.decode("state")) ?? .running
        lastID = try row.decodeIfPresent("last_id")
        total = try row.decode("total")
        done = try row.decode("done")
        changed = try row.decode("changed")
        startedAt = try row.decode("started_at")
        updatedAt = try row.decode("updated_at")
    }

    /// Leads per second up to now, or to its end.
    var rate: Double {
        let seconds = updatedAt.timeIntervalSince(startedAt)
        return seconds > 0 ? Double(done) / seconds : 0
    }
}

/// All SQL on rescorings.
extension SQLExecutor {
    /// The newest.
    func rescoring() async throws -> StoredRescoring? {
        try await row(
            """
            SELECT number, models, state, last_id, total, done, changed, started_at, updated_at
            FROM rescorings
            ORDER BY number DESC
            LIMIT 1
            """
        ).map(StoredRescoring.init)
    }
}

extension Transaction {
    /// Begins to score all leads by `models`, unless they are already, or that has begun.
    ///
    /// - Returns: the rescoring that goes by these models.
    func beginRescoring(by models: String, at time: Date) async throws -> StoredRescoring {
        // Two instances that start together shall not both begin.
        try await execute("LOCK TABLE rescorings IN SHARE ROW EXCLUSIVE MODE")
        if let newest = try await rescoring(), newest.models == models { return newest }
        try await execute("UPDATE rescorings SET state = 'superseded', updated_at = \(time) WHERE state = 'running'")
        let row = try await row(
            """
            INSERT INTO rescorings (models, total, started_at, updated_at)
            SELECT \(models), count(*), \(time), \(time)
            FROM leads
            WHERE erased_at IS NULL AND merged_into IS NULL
            RETURNING number, models, state, last_id, total, done, changed, started_at, updated_at
            """
        )
        guard let row else { throw Problem.internalError }
        return try StoredRescoring(from: row)
    }

    /// The rescoring by `models`, locked to the end of the transaction, if it is under way and nobody else is at it.
    func takeRescoring(by models: String) async throws -> StoredRescoring? {
        try await row(
            """
            SELECT number, models, state, last_id, total, done, changed, started_at, updated_at
            FROM rescorings
            WHERE state = 'running' AND models = \(models)
            FOR UPDATE SKIP LOCKED
            """
        ).map(StoredRescoring.init)
    }

    /// The next leads in the order of their ids, each locked, with what their scores rest on.
    /// With `time` only those that were created since.
    func leadsToRescore(after last: LeadID?, createdSince time: Date? = nil, limit: Int) async throws -> [Rescoring] {
        var behind: SQL = ""
        if let last { behind = "AND id > \(last)" }
        if let time { behind = "\(fragment: behind) AND created_at >= \(time)" }
        return try await rows(
            """
            SELECT \(fragment: LeadColumns.all), engagement, qualification_score_set_by, lead_score_set_by
            FROM leads
            WHERE erased_at IS NULL AND merged_into IS NULL \(fragment: behind)
            ORDER BY id
            LIMIT \(limit)
            FOR NO KEY UPDATE
            """
        ).map { Rescoring(lead: try Lead($0), standing: try ScoreStanding(from: $0)) }
    }

    /// Whether an import is under way whose rows were scored before `time`, when they were staged.
    func isImporting(rowsStagedBefore time: Date) async throws -> Bool {
        try await row("SELECT EXISTS (SELECT FROM imports WHERE state = 'running' AND staged_at < \(time)) AS found")?.decode("found")
            ?? false
    }

    func note(_ rescoring: StoredRescoring) async throws {
        try await execute(
            """
            UPDATE rescorings SET
                state = \(rescoring.state.rawValue), last_id = \(rescoring.lastID), total = \(rescoring.total), done = \(rescoring.done),
                changed = \(rescoring.changed), updated_at = \(rescoring.updatedAt)
            WHERE number = \(rescoring.number)
            """
        )
    }
}
