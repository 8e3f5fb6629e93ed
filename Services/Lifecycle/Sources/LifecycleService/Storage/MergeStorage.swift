import Contracts
import Foundation
import Postgres

/// The SQL of leads that were found to be one.
extension SQLExecutor {
    /// The leads that others of `leads` were merged into, to the end of the chain.
    func survivors(of leads: [LeadID]) async throws -> [LeadID: LeadID] {
        let rows = try await rows(
            """
            WITH RECURSIVE chain (lead_id, survivor) AS (
                SELECT lead_id, merged_into FROM lead_statuses WHERE lead_id = ANY (\(leads)::uuid[]) AND merged_into IS NOT NULL
                UNION
                SELECT chain.lead_id, next.merged_into
                FROM chain JOIN lead_statuses AS next ON next.lead_id = chain.survivor
                WHERE next.merged_into IS NOT NULL
            )
            SELECT lead_id, survivor FROM chain
            WHERE NOT EXISTS (SELECT FROM lead_statuses WHERE lead_id = chain.survivor AND merged_into IS NOT NULL)
            """
        )
        return Dictionary(try rows.map { (try $0.decode("lead_id"), try $0.decode("survivor")) }) { first, _ in first }
    }
}

extension Transaction {
    /// Returns false when it was merged before. From now on the funnel counts the lead that stays.
    func markMerged(_ merged: LeadID, into lead: LeadID) async throws -> Bool {
        let marked = try await execute(
            """
            UPDATE lead_statuses SET merged_into = \(lead)
            WHERE lead_id = \(merged) AND merged_into IS NULL AND lead_id <> \(lead)
            """
        )
        guard marked == 1 else { return false }
        try await execute("DELETE FROM milestones WHERE lead_id = \(merged)")
        return true
    }

    /// Hangs the merged lead's sites on the lead that stays. Where that one has a site already, the merged one's is shown on, but no more its site.
    ///
    /// - Returns: whether the merged lead's site is the lead's site now.
    func moveSites(of merged: LeadID, to lead: LeadID, at time: Date) async throws -> Bool {
        let hasOne = try await row("SELECT FROM sites WHERE lead_id = \(lead) AND superseded_at IS NULL") != nil
        let moved = try await execute(
            """
            UPDATE sites
            SET lead_id = \(lead), superseded_at = CASE WHEN \(hasOne) THEN coalesce(superseded_at, \(time)) ELSE superseded_at END
            WHERE lead_id = \(merged)
            """
        )
        return moved > 0 && !hasOne
    }
}
