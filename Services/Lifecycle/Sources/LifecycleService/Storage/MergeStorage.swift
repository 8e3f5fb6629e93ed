import Contracts
import Foundation
import Messaging
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

    /// Hangs the merged lead's sites on the lead that stays. Where both have one, one of the two is the lead's, see ``SitePrecedence``; the other
    /// is shown on, but no more its site.
    ///
    /// - Returns: whether the merged lead's site is the lead's site now.
    func moveSites(of merged: LeadID, to lead: LeadID, at time: Date) async throws -> Bool {
        let current = try await rows(
            "SELECT id, lead_id, state, version FROM sites WHERE lead_id IN (\(lead), \(merged)) AND superseded_at IS NULL FOR UPDATE"
        ).map { row in
            (
                id: try row.decode("id", as: SiteID.self),
                lead: try row.decode("lead_id", as: LeadID.self),
                site: SitePrecedence.Candidate(try row.word("state"), hasPage: try row.decode("version", as: Int.self) > 0)
            )
        }
        let own = current.first { $0.lead == lead }?.site
        let other = current.first { $0.lead == merged }?.site
        let movesIn = other.map { other in own.map { SitePrecedence.prefers(merged: other, to: $0) } ?? true } ?? false
        try await pipeline([
            // One gives way before the other comes: a lead has one site at any time.
            "UPDATE sites SET superseded_at = \(time) WHERE lead_id = \(movesIn ? lead : merged) AND superseded_at IS NULL",
            "UPDATE sites SET lead_id = \(lead) WHERE lead_id = \(merged)",
        ])
        // Who shows the lead's site can't know which it is, once it has several.
        if other != nil, let site = current.first(where: { $0.lead == (movesIn ? merged : lead) }) {
            try await publish(SiteChosen(leadID: lead, siteID: site.id), at: time)
        }
        return movesIn
    }
}
