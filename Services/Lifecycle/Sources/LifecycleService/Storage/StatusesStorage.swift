import Contracts
import Foundation
import Postgres

/// The SQL of many leads' statuses at once.
extension SQLExecutor {
    /// Where each of `leads` stands that anything is known of, or the lead that it was merged into; with whom that lead is assigned to.
    func statuses(of leads: [LeadID]) async throws -> [LeadID: (status: LeadStatus, assignedTo: String?)] {
        let rows = try await rows(
            """
            WITH RECURSIVE chain (asked, lead_id, merged_into) AS (
                SELECT lead_id, lead_id, merged_into FROM lead_statuses WHERE lead_id = ANY (\(leads)::uuid[])
                UNION ALL
                SELECT chain.asked, next.lead_id, next.merged_into
                FROM chain JOIN lead_statuses AS next ON next.lead_id = chain.merged_into
            )
            SELECT chain.asked, standing.lead_id, standing.contact_status, standing.website_status, standing.version,
                standing.changed_at, lead.snapshot ->> 'assigned_to' AS assigned_to
            FROM chain JOIN lead_statuses AS standing USING (lead_id) LEFT JOIN leads AS lead ON lead.id = standing.lead_id
            WHERE chain.merged_into IS NULL
            """
        )
        let found = try rows.map { row in
            let status = LeadStatus(
                leadID: try row.decode("lead_id"),
                contactStatus: try row.word("contact_status"),
                websiteStatus: try row.word("website_status"),
                version: try row.decode("version"),
                changedAt: try row.decode("changed_at")
            )
            return (
                try row.decode("asked", as: LeadID.self),
                (status: status, assignedTo: try row.decodeIfPresent("assigned_to", as: String.self))
            )
        }
        return Dictionary(found) { first, _ in first }
    }
}
