package import Contracts
import Foundation
package import Postgres

extension SQLExecutor {
    package func billingFigures() async throws -> GetBillingFigures.Answer {
        let results = try await pipeline([
            """
            SELECT (SELECT count(*) FROM customers) AS customers,
                (SELECT count(*) FROM checkouts WHERE opened_at IS NOT NULL) AS checkouts,
                (SELECT count(*) FROM payments WHERE succeeded_at IS NOT NULL) AS payments,
                (SELECT count(*) FROM subscriptions WHERE state = 'active') AS active_subscriptions
            """,
            """
            SELECT currency, sum(amount_minor - refunded_minor)::bigint AS total FROM payments
            WHERE succeeded_at IS NOT NULL
            GROUP BY currency
            ORDER BY currency
            """,
        ])
        guard let counts = results[0].rows.first else { throw Problem.internalError }
        return GetBillingFigures.Answer(
            customers: try counts.decode("customers"),
            checkouts: try counts.decode("checkouts"),
            payments: try counts.decode("payments"),
            activeSubscriptions: try counts.decode("active_subscriptions"),
            revenue: try results[1].rows.map { try $0.requiredMoney("total") }
        )
    }

    func subscriptionSummary(_ id: SubscriptionID) async throws -> SubscriptionSummary? {
        try await row("SELECT id, provider_id, state, current_period_end, cancelled_at FROM subscriptions WHERE id = \(id)")
            .map { try SubscriptionSummary($0) }
    }

    /// What `lead` has bought, oldest first.
    package func customer(of lead: LeadID) async throws -> GetCustomer.Answer {
        let statements: [SQL] = [
            "SELECT id, email FROM customers WHERE lead_id = \(lead)",
            "SELECT id, provider_id, state, amount_minor, currency, created_at FROM checkouts WHERE lead_id = \(lead) ORDER BY created_at, id",
            """
            SELECT id, amount_minor, currency, fee_minor, coalesce(succeeded_at, failed_at, pending_at) AS occurred_at,
                CASE WHEN refunded_minor >= amount_minor AND refunded_minor > 0 THEN 'refunded' WHEN succeeded_at IS NOT NULL THEN 'succeeded'
                    WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'pending' END AS state
            FROM payments
            WHERE lead_id = \(lead)
            ORDER BY occurred_at, id
            """,
            """
            SELECT id, provider_id, state, current_period_end, cancelled_at FROM subscriptions
            WHERE lead_id = \(lead)
            ORDER BY started_at, id
            """,
        ]
        let results = try await pipeline(statements)
        let customer = results[0].rows.first
        return GetCustomer.Answer(
            customerID: try customer?.decode("id"),
            email: try customer?.decodeIfPresent("email"),
            checkouts: try results[1].rows.map { try CheckoutSummary($0) },
            payments: try results[2].rows.map { try PaymentSummary($0) },
            subscriptions: try results[3].rows.map { try SubscriptionSummary($0) }
        )
    }
}

extension CheckoutSummary {
    fileprivate init(_ row: Row) throws {
        let state: String = try row.decode("state")
        self.init(
            id: try row.decode("id"),
            providerID: try row.decodeIfPresent("provider_id"),
            // Whether the provider has it yet is no business of the caller's.
            state: ["creating", "open"].contains(state) ? "created" : state,
            amount: try row.requiredMoney("amount_minor"),
            createdAt: try row.decode("created_at")
        )
    }
}

extension PaymentSummary {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.decode("id"),
            state: try row.decode("state"),
            amount: try row.requiredMoney("amount_minor"),
            fee: try row.money("fee_minor"),
            occurredAt: try row.decode("occurred_at")
        )
    }
}

extension SubscriptionSummary {
    fileprivate init(_ row: Row) throws {
        let state: String = try row.decode("state")
        self.init(
            id: try row.decode("id"),
            providerID: try row.decode("provider_id"),
            state: SubscriptionState(rawValue: state) ?? .active,
            currentPeriodEnd: try row.decodeIfPresent("current_period_end"),
            cancelledAt: try row.decodeIfPresent("cancelled_at")
        )
    }
}
