package import Contracts
package import Foundation
package import Postgres

/// All SQL of leads that were found to be one.
extension Transaction {
    /// Hangs all that is of `merged` on `lead`, or on the one that this was merged into itself: sites, checkouts, money, deliveries.
    ///
    /// Merges may become known in any order, and before the leads themselves. Who decides about the money of one of the two waits for this,
    /// and this for him.
    package func merge(_ merged: LeadID, into lead: LeadID, at time: Date) async throws {
        _ = try await pipeline([merged, lead].sorted().map { .lockMoney(of: $0) })
        let lead = try await survivor(of: lead)
        guard lead != merged else { return }
        let known = try await pipeline([
            .lockMoney(of: lead),
            """
            INSERT INTO leads (lead_id, version, merged_into) VALUES (\(merged), 0, \(lead))
            ON CONFLICT (lead_id) DO UPDATE SET merged_into = excluded.merged_into
            """,
            "UPDATE leads SET merged_into = \(lead) WHERE merged_into = \(merged)",
            // Before the checkouts: who makes one holds its site.
            "UPDATE sites SET lead_id = \(lead) WHERE lead_id = \(merged)",
            "UPDATE checkouts SET lead_id = \(lead) WHERE lead_id = \(merged)",
            "UPDATE subscriptions SET lead_id = \(lead) WHERE lead_id = \(merged)",
            "UPDATE payments SET lead_id = \(lead) WHERE lead_id = \(merged)",
            "UPDATE webhook_deliveries SET lead_id = \(lead) WHERE lead_id = \(merged)",
            """
            UPDATE customers SET lead_id = \(lead)
            WHERE lead_id = \(merged) AND NOT EXISTS (SELECT FROM customers WHERE lead_id = \(lead))
            """,
            // Both have paid: one customer, under the id of the one that stays.
            """
            UPDATE subscriptions SET customer_id = kept.id
            FROM customers AS kept, customers AS gone
            WHERE kept.lead_id = \(lead) AND gone.lead_id = \(merged)
                AND subscriptions.lead_id = \(lead) AND subscriptions.customer_id = gone.id
            """,
            """
            UPDATE payments SET customer_id = kept.id
            FROM customers AS kept, customers AS gone
            WHERE kept.lead_id = \(lead) AND gone.lead_id = \(merged) AND payments.lead_id = \(lead) AND payments.customer_id = gone.id
            """,
            """
            UPDATE customers AS kept
            SET email = coalesce(kept.email, gone.email), name = coalesce(kept.name, gone.name),
                created_at = least(kept.created_at, gone.created_at),
                provider_ids = ARRAY(SELECT unnest(kept.provider_ids) UNION SELECT unnest(gone.provider_ids) ORDER BY 1)
            FROM customers AS gone
            WHERE kept.lead_id = \(lead) AND gone.lead_id = \(merged)
            """,
            "DELETE FROM customers WHERE lead_id = \(merged)",
            "SELECT FROM leads WHERE lead_id = \(lead) AND erased_at IS NOT NULL",
        ])
        if known.last?.rows.isEmpty == false { try await erase(lead, at: time) }
    }
}

extension SQLExecutor {
    /// The lead that `lead` was merged into, or itself.
    package func survivor(of lead: LeadID) async throws -> LeadID {
        try await row("SELECT merged_into FROM leads WHERE lead_id = \(lead) AND merged_into IS NOT NULL")?.decode("merged_into") ?? lead
    }
}
