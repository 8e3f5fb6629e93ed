import Contracts
import Foundation
import Postgres

/// All SQL that changes many leads at once.
extension SQL {
    /// Writes what people work with of leads that are locked: what a command on many can change, and nothing else.
    static func updateWork(of leads: [Lead]) -> SQL {
        """
        UPDATE leads SET
            version = given.version, sales_stage = given.sales_stage, assigned_to = given.assigned_to,
            tags = ARRAY(SELECT jsonb_array_elements_text(given.tags)), lead_score = given.lead_score,
            archived_at = given.archived_at, updated_at = given.updated_at
        FROM unnest(
            \(leads.map(\.id))::uuid[], \(leads.map(\.version))::int8[], \(leads.map(\.salesStage.rawValue))::text[],
            \(leads.map(\.assignedTo))::text[], \(leads.map { JSONB($0.tags) })::jsonb[], \(leads.map(\.leadScore))::int8[],
            \(leads.map(\.archivedAt))::timestamptz[], \(leads.map(\.updatedAt))::timestamptz[]
        ) AS given (id, version, sales_stage, assigned_to, tags, lead_score, archived_at, updated_at)
        WHERE leads.id = given.id
        """
    }
}

extension SQLExecutor {
    /// The ids of the leads that `selection` means, in their order; no more than `limit`.
    func ids(of selection: LeadSelection, limit: Int) async throws -> [LeadID] {
        try await rows("SELECT id FROM leads WHERE \(fragment: selection.condition) ORDER BY id LIMIT \(limit)").map { try $0.decode("id") }
    }
}
