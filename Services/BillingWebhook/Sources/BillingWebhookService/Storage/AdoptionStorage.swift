import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL that adopts a predecessor's money.
extension Transaction {
    func adopt(_ given: AdoptedCustomer) async throws -> AdoptionResult {
        let lead = try await survivor(of: given.leadID)
        let isErased = try await row("SELECT FROM leads WHERE lead_id = \(lead) AND erased_at IS NOT NULL") != nil
        let id = try await free(given.id, in: "customers") ?? .make()
        let providerIDs = [given.providerID].compactMap(\.self)
        let row = try await row(
            """
            INSERT INTO customers AS known (id, lead_id, provider_ids, email, name, created_at)
            VALUES (\(id), \(lead), \(providerIDs), \(isErased ? nil : given.email), \(isErased ? nil : given.name), \(given.createdAt))
            ON CONFLICT (lead_id) DO UPDATE SET provider_ids = known.provider_ids || excluded.provider_ids
            WHERE NOT known.provider_ids @> excluded.provider_ids
            RETURNING xmax = 0 AS is_new
            """
        )
        guard let row else { return AdoptionResult(given.origin, .unchanged, leadID: lead) }
        return AdoptionResult(given.origin, try row.decode("is_new") ? .created : .matched, leadID: lead)
    }

    func adopt(_ given: AdoptedSubscription) async throws -> AdoptionResult {
        let lead = try await survivor(of: given.leadID)
        let customer = try await customerID(of: lead)
        let id = try await free(given.id, in: "subscriptions") ?? .make()
        let isCancelled = given.state == .cancelled
        let cancelledAt = isCancelled ? given.cancelledAt ?? given.currentPeriodEnd ?? given.startedAt : nil
        let interval = given.interval
        let pausedAt = given.state == .paused ? given.currentPeriodStart ?? given.startedAt : nil
        let inserted = try await execute(
            """
            INSERT INTO subscriptions (
                id, provider_id, lead_id, site_id, customer_id, state, amount_minor, currency, billing_interval, billing_interval_count,
                started_at, first_paid_at, last_paid_at, past_due_times, cancelled_at, cancel_times, paused_at,
                current_period_end
            )
            VALUES (
                \(id), \(given.providerID), \(lead), \(given.siteID), \(customer), \(given.state.rawValue),
                \(given.amount?.minorUnits), \(given.amount?.currency.code), \(interval), \(interval == nil ? nil : 1),
                \(given.startedAt), \(given.startedAt), \(given.currentPeriodStart ?? given.startedAt),
                \(given.state == .pastDue ? [given.currentPeriodEnd ?? given.startedAt] : []), \(cancelledAt),
                \([cancelledAt].compactMap(\.self)), \(pausedAt),
                \(isCancelled ? nil : given.currentPeriodEnd)
            )
            ON CONFLICT (provider_id) DO NOTHING
            """
        )
        guard inserted == 1 else { return AdoptionResult(given.origin, .unchanged, leadID: lead) }
        var events: [(event: any Event, time: Date)] = [
            (
                SubscriptionStarted(
                    leadID: lead,
                    siteID: given.siteID,
                    subscriptionID: id,
                    customerID: customer,
                    amount: given.amount,
                    currentPeriodEnd: given.currentPeriodEnd
                ),
                given.startedAt
            )
        ]
        if given.state == .pastDue {
            let event = SubscriptionPastDue(
                leadID: lead,
                siteID: given.siteID,
                subscriptionID: id,
                customerID: customer,
                amount: given.amount,
                paidUntil: given.currentPeriodEnd,
                unpaidSince: given.currentPeriodStart ?? given.startedAt
            )
            events.append((event, given.currentPeriodEnd ?? given.startedAt))
        }
        if let cancelledAt {
            let event = SubscriptionCancelled(
                leadID: lead,
                siteID: given.siteID,
                subscriptionID: id,
                customerID: customer,
                amount: given.amount,
                endsAt: given.currentPeriodEnd.map { max($0, cancelledAt) }
            )
            events.append((event, cancelledAt))
        }
        try await publish(events)
        return AdoptionResult(given.origin, .created, leadID: lead)
    }

    func adopt(_ given: AdoptedPayment) async throws -> AdoptionResult {
        let lead = try await survivor(of: given.leadID)
        let customer = try await customerID(of: lead)
        let subscription: SubscriptionID? = try await row(
            "SELECT id FROM subscriptions WHERE provider_id = \(given.providerSubscriptionID)"
        )?.decode("id")
        let id = try await free(given.id, in: "payments") ?? .make()
        let isRefunded = given.refundedAt != nil && given.paidAt != nil
        let inserted = try await execute(
            """
            INSERT INTO payments (
                id, charge_key, provider_ids, provider_checkout_id, is_one_time, lead_id, site_id, customer_id, subscription_id,
                provider_subscription_id, amount_minor, currency, fee_minor, failure_reason, pending_at, failed_at, succeeded_at, refunded_minor
            )
            SELECT
                \(id), \(given.providerID), \([given.providerID]), \(given.providerCheckoutID), false, \(lead),
                \(given.siteID), \(customer), \(subscription), \(given.providerSubscriptionID), \(given.amount.minorUnits),
                \(given.amount.currency.code), \(given.fee?.minorUnits), \(given.failedAt == nil ? nil : "adopted"),
                NULL, \(given.failedAt), \(given.paidAt),
                \(isRefunded ? given.amount.minorUnits : 0)
            WHERE NOT EXISTS (SELECT FROM payments WHERE provider_ids @> ARRAY[\(given.providerID)::text])
            ON CONFLICT (charge_key) DO NOTHING
            """
        )
        guard inserted == 1 else { return AdoptionResult(given.origin, .unchanged, leadID: lead) }
        var events: [(event: any Event, time: Date)] = []
        if let paidAt = given.paidAt {
            let event = PaymentSucceeded(
                leadID: lead,
                siteID: given.siteID,
                paymentID: id,
                customerID: customer,
                subscriptionID: subscription,
                amount: given.amount,
                fee: given.fee
            )
            events.append((event, paidAt))
        } else if let failedAt = given.failedAt {
            let event = PaymentFailed(
                leadID: lead,
                siteID: given.siteID,
                paymentID: id,
                customerID: customer,
                subscriptionID: subscription,
                amount: given.amount
            )
            events.append((event, failedAt))
        }
        if isRefunded, let refundedAt = given.refundedAt {
            try await execute(
                """
                INSERT INTO refunds (provider_id, payment_id, amount_minor, occurred_at)
                VALUES (\("adopted:\(given.origin)"), \(id), \(given.amount.minorUnits), \(refundedAt))
                ON CONFLICT DO NOTHING
                """
            )
            let event = PaymentRefunded(
                leadID: lead,
                siteID: given.siteID,
                paymentID: id,
                customerID: customer,
                subscriptionID: subscription,
                amount: given.amount
            )
            events.append((event, refundedAt))
        }
        try await publish(events)
        return AdoptionResult(given.origin, .created, leadID: lead)
    }

    private func customerID(of lead: LeadID) async throws -> CustomerID? {
        try await row("SELECT id FROM customers WHERE lead_id = \(lead)")?.decode("id")
    }

    /// The id, unless another row has it.
    private func free<Entity>(_ id: Identifier<Entity>?, in table: String) async throws -> Identifier<Entity>? {
        guard let id, try await row("SELECT FROM \(identifier: table) WHERE id = \(id)") == nil else { return nil }
        return id
    }
}

extension AdoptedSubscription {
    /// How often it is paid, by how long its period is.
    fileprivate var interval: String? {
        guard let end = currentPeriodEnd, let start = currentPeriodStart else { return nil }
        return switch end.timeIntervalSince(start) / 86_400 {
        case 5...9: "week"
        case 26...33: "month"
        case 350...380: "year"
        default: nil
        }
    }
}
