import Contracts
import Foundation
import Postgres

/// A command on many leads, as it is kept while it is worked on.
struct BulkJob: Sendable {
    var id: BulkCommandID
    /// The last token of its subject.
    var command: String
    var key: String
    var action: BulkAction
    var actor: Actor
    var reason: String?
    var leadIDs: [LeadID]
}

/// How far one has come.
struct BulkTotals: Sendable {
    var total: Int
    var done: Int
    var changed: Int
    var unchanged: Int
    var refused: Int
}

/// All SQL of commands on many leads.
extension Transaction {
    /// Keeps the command; and forgets those that are so old that the answers to their keys are forgotten too.
    func insert(_ job: BulkJob, at time: Date) async throws {
        _ = try await pipeline([
            """
            INSERT INTO bulk_commands (id, command, idempotency_key, action, actor, actor_role, reason, lead_ids, total, started_at, worked_at,
                finished_at)
            VALUES (
                \(job.id), \(job.command), \(job.key), \(JSONB(job.action)), \(job.actor.id), \(job.actor.role.rawValue), \(job.reason),
                \(job.leadIDs), \(job.leadIDs.count), \(time), \(time), \(job.leadIDs.isEmpty ? time : nil)
            )
            """,
            "DELETE FROM bulk_commands WHERE started_at < \(time)::timestamptz - interval '30 days'",
        ])
    }

    /// Claims a part of a command, and locks its leads to the end of the transaction.
    ///
    /// Who comes while somebody is at it waits for how that ends.
    /// - Returns: nil when it was done before; leads that are no more are left out.
    func claim(_ number: Int, of job: BulkJob, for ids: [LeadID]) async throws -> [Lead]? {
        let results = try await pipeline([
            "INSERT INTO bulk_chunks (command_id, number) VALUES (\(job.id), \(number)) ON CONFLICT DO NOTHING RETURNING number",
            .lockedLeads(ids, onlyLiving: true),
        ])
        guard !results[0].rows.isEmpty else { return nil }
        return try results[1].rows.map(Lead.init)
    }

    /// Counts what came of a part; the last thing that its transaction does but to tell, since all parts of a command count on one row.
    func count(_ change: BulkChange, of number: Int, in job: BulkJob, at time: Date) async throws -> BulkTotals {
        var statements: [SQL] = []
        if !change.refused.isEmpty {
            statements.append(
                "UPDATE bulk_chunks SET refused = \(JSONB(change.refused)) WHERE command_id = \(job.id) AND number = \(number)"
            )
        }
        let finished: SQL = "done + \(change.done)::integer = total"
        statements.append(
            """
            UPDATE bulk_commands
            SET done = done + \(change.done)::integer, changed = changed + \(change.changed)::integer,
                unchanged = unchanged + \(change.unchanged)::integer, refused = refused + \(change.refused.reduce(0) { $0 + $1.count })::integer,
                worked_at = \(time), finished_at = CASE WHEN \(fragment: finished) THEN \(time)::timestamptz END,
                lead_ids = CASE WHEN \(fragment: finished) THEN '{}' ELSE lead_ids END
            WHERE id = \(job.id)
            RETURNING total, done, changed, unchanged, refused
            """
        )
        guard let row = try await pipeline(statements).last?.rows.first else { throw Problem.internalError }
        return try BulkTotals(row)
    }
}

extension SQLExecutor {
    /// The command with the leads of all its parts; without any once it is finished.
    func bulkJob(_ id: BulkCommandID) async throws -> BulkJob? {
        let row = try await row(
            """
            SELECT id, command, idempotency_key, action, actor, actor_role, reason, lead_ids
            FROM bulk_commands
            WHERE id = \(id)
            """
        )
        return try row.map { row in
            BulkJob(
                id: try row.decode("id"),
                command: try row.decode("command"),
                key: try row.decode("idempotency_key"),
                action: try row.decode("action", as: JSONB<BulkAction>.self).value,
                actor: Actor(id: try row.decode("actor"), role: Role(rawValue: try row.decode("actor_role")) ?? .agent),
                reason: try row.decodeIfPresent("reason"),
                leadIDs: try row.decode("lead_ids")
            )
        }
    }

    /// The parts of a command that are done.
    func doneChunks(of id: BulkCommandID) async throws -> Set<Int> {
        Set(try await rows("SELECT number FROM bulk_chunks WHERE command_id = \(id)").map { try $0.decode("number") })
    }

    /// What came of a command, once it is finished.
    func bulkAnswer(_ id: BulkCommandID) async throws -> BulkChange? {
        let results = try await pipeline([
            "SELECT changed, unchanged FROM bulk_commands WHERE id = \(id) AND finished_at IS NOT NULL",
            "SELECT refused FROM bulk_chunks WHERE command_id = \(id) AND refused <> '[]' ORDER BY number",
        ])
        guard let counts = results[0].rows.first else { return nil }
        var answer = BulkChange(changed: try counts.decode("changed"), unchanged: try counts.decode("unchanged"))
        for row in results[1].rows { answer.add(try row.decode("refused", as: JSONB<[BulkRefusal]>.self).value) }
        return answer
    }

    /// The commands that nobody has worked on since `time`, the oldest first.
    func bulkCommands(idleSince time: Date) async throws -> [BulkCommandID] {
        try await rows("SELECT id FROM bulk_commands WHERE finished_at IS NULL AND worked_at < \(time) ORDER BY started_at, id")
            .map { try $0.decode("id") }
    }
}

extension BulkTotals {
    fileprivate init(_ row: Row) throws {
        self.init(
            total: try row.decode("total"),
            done: try row.decode("done"),
            changed: try row.decode("changed"),
            unchanged: try row.decode("unchanged"),
            refused: try row.decode("refused")
        )
    }
}
