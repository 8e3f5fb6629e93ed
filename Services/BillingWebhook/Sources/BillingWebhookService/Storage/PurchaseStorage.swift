import Contracts
import Foundation
import Postgres

/// What a notice was led back to: one of our leads, and as far as known its site and checkout.
struct Purchase: Hashable, Sendable {
    var leadID: LeadID
    var siteID: SiteID?
    var checkoutID: CheckoutID?
    /// What was asked for in the checkout.
    var price: Price?
}

extension Transaction {
    /// Leads `references` back, by the surest first: the provider's checkout, ours, a subscription that is known, the site. What is of a lead
    /// that was merged into another is that one's.
    func purchase(of references: References, subscription: String? = nil) async throws -> Purchase? {
        let row = try await row(
            """
            SELECT coalesce(known.merged_into, found.lead_id) AS lead_id, found.site_id, found.checkout_id, c.amount_minor, c.currency, c.billing_interval,
                c.billing_interval_count
            FROM (
                SELECT 1 AS rank, lead_id, site_id, id AS checkout_id FROM checkouts WHERE provider_id = \(references.providerCheckoutID)
                UNION ALL
                SELECT 2, lead_id, site_id, id FROM checkouts WHERE id = \(references.checkoutID)
                UNION ALL
                SELECT 3, lead_id, site_id, checkout_id FROM subscriptions WHERE provider_id = \(subscription)
                UNION ALL
                SELECT 4, lead_id, site_id, NULL FROM sites WHERE site_id = \(references.siteID)
            ) AS found
            LEFT JOIN checkouts c ON c.id = found.checkout_id
            LEFT JOIN leads AS known ON known.lead_id = found.lead_id
            ORDER BY found.rank
            LIMIT 1
            """
        )
        guard let row else { return nil }
        return Purchase(
            leadID: try row.decode("lead_id"),
            siteID: try row.decodeIfPresent("site_id"),
            checkoutID: try row.decodeIfPresent("checkout_id"),
            price: try row.money("amount_minor").flatMap { amount in
                try row.billingInterval().map { Price(amount: amount, interval: $0) }
            }
        )
    }
}

extension SQL {
    /// The lead as a customer, made when it is one for the first time; `id` is the known one's, if there is one.
    static func save(_ id: CustomerID, of purchase: Purchase, payer: Payer, at time: Date) -> SQL {
        """
        INSERT INTO customers (id, lead_id, provider_ids, email, name, created_at)
        VALUES (
            \(id), \(purchase.leadID), array_remove(ARRAY[\(payer.providerID)::text], NULL), \(payer.email), \(payer.name), \(time)
        )
        ON CONFLICT (lead_id) DO UPDATE
        SET email = coalesce(customers.email, excluded.email), name = coalesce(customers.name, excluded.name),
            created_at = least(customers.created_at, excluded.created_at),
            provider_ids = CASE WHEN customers.provider_ids @> excluded.provider_ids THEN customers.provider_ids
                ELSE customers.provider_ids || excluded.provider_ids END
        """
    }
}

extension Row {
    /// How often it is paid; none when it isn't said.
    func billingInterval() throws -> BillingInterval? {
        guard let word: String = try decodeIfPresent("billing_interval"), let unit = BillingInterval.Unit(rawValue: word) else {
            return nil
        }
        return BillingInterval(unit, count: try decodeIfPresent("billing_interval_count") ?? 1)
    }
}
