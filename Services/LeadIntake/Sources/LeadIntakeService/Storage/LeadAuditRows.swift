import Contracts
import Foundation
import Postgres

/// What changed of one lead at once.
struct AuditedChange: Sendable {
    var leadID: LeadID
    var version: Int
    var changes: [FieldChange]
}

enum LeadAudit {
    /// One row for each field that changed; `nil` when none did.
    static func insert(_ changed: [AuditedChange], by cause: ChangeCause, at time: Date) -> SQL? {
        let rows = changed.flatMap { lead in lead.changes.map { (lead: lead, change: $0) } }
        guard !rows.isEmpty else { return nil }
        return """
            INSERT INTO lead_audit (lead_id, version, field, value_before, value_after, actor, reason, changed_at)
            SELECT lead_id, version, field, value_before, value_after, \(cause.actor), \(cause.reason), \(time)
            FROM unnest(
                \(rows.map(\.lead.leadID))::uuid[], \(rows.map(\.lead.version))::int8[], \(rows.map(\.change.field))::text[],
                \(rows.map(\.change.from))::text[], \(rows.map(\.change.to))::text[]
            ) AS given (lead_id, version, field, value_before, value_after)
            """
    }
}

/// All SQL of the audit trail.
extension SQLExecutor {
    func audit(_ changed: [AuditedChange], by cause: ChangeCause, at time: Date) async throws {
        guard let insert = LeadAudit.insert(changed, by: cause, at: time) else { return }
        try await execute(insert)
    }

    /// Newest first, from behind the row with `number` on.
    func auditEntries(of lead: LeadID, before number: Int?, limit: Int) async throws -> [(number: Int, entry: LeadAuditEntry)] {
        let rows = try await rows(
            """
            SELECT number, version, field, value_before AS "from", value_after AS "to", actor, reason, changed_at AS at
            FROM lead_audit
            WHERE lead_id = \(lead) AND number < \(number ?? Int.max)
            ORDER BY number DESC
            LIMIT \(limit)
            """
        )
        return try rows.map { (try $0.decode("number"), try $0.decode(LeadAuditEntry.self)) }
    }

    /// The stage that a lead had before it was put aside the last time; `nil` when that didn't change it.
    func stageBeforeArchive(of lead: LeadID) async throws -> SalesStage? {
        let row = try await row(
            """
            SELECT stage.value_before AS stage
            FROM lead_audit AS stage
            WHERE stage.lead_id = \(lead) AND stage.field = 'sales_stage' AND stage.version = (
                SELECT version FROM lead_audit
                WHERE lead_id = \(lead) AND field = 'archived_at' AND value_after IS NOT NULL
                ORDER BY number DESC
                LIMIT 1
            )
            ORDER BY stage.number DESC
            LIMIT 1
            """
        )
        return try row?.decodeIfPresent("stage", as: String.self).flatMap(SalesStage.init)
    }
}
