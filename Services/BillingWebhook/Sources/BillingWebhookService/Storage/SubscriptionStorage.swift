import Contracts
import Foundation
import Messaging
import Postgres

/// A subscription as it stands.
struct StoredSubscription: Sendable {
    var id: SubscriptionID
    var leadID: LeadID
    var siteID: SiteID?
    var customerID: CustomerID?
    var amount: Money?
    var interval: BillingInterval?
    var record: SubscriptionRecord

    /// The end of the running period; none of one that was cancelled.
    var currentPeriodEnd: Date? { record.cancelledAt == nil ? paidUntil : nil }

    /// The end of what is paid for, by our own counting: the provider's notices don't tell it.
    var paidUntil: Date? {
        (record.lastPaidAt ?? record.startedAt).flatMap { interval?.end(from: $0) }
    }
}

extension StoredSubscription {
    init(_ row: Row) throws {
        id = try row.decode("id")
        leadID = try row.decode("lead_id")
        siteID = try row.decodeIfPresent("site_id")
        customerID = try row.decodeIfPresent("customer_id")
        amount = try row.money("amount_minor")
        interval = try row.billingInterval()
        record = SubscriptionRecord(
            startedAt: try row.decode("started_at"),
            firstPaidAt: try row.decodeIfPresent("first_paid_at"),
            lastPaidAt: try row.decodeIfPresent("last_paid_at"),
            pastDueTimes: try row.decode("past_due_times"),
            cancelTimes: try row.decode("cancel_times"),
            pausedAt: try row.decodeIfPresent("paused_at"),
            resumedAt: try row.decodeIfPresent("resumed_at")
        )
    }
}

extension Transaction {
    /// The subscription and the lead's customer, and whether the lead was merged into another meanwhile; locks the lead's money.
    func lockedSubscription(
        providerID: String,
        from lead: LeadID
    ) async throws -> (subscription: StoredSubscription?, customerID: CustomerID?, isMerged: Bool) {
        let results = try await pipeline([
            .lockMoney(of: lead), .subscription(providerID: providerID), "SELECT id FROM customers WHERE lead_id = \(lead)",
            "SELECT FROM leads WHERE lead_id = \(lead) AND merged_into IS NOT NULL",
        ])
        return (
            try results[1].rows.first.map { try StoredSubscription($0) }, try results[2].rows.first?.decode("id"), !results[3].rows.isEmpty
        )
    }
}

extension Transaction {
    /// Notes that we had it ended, and tells of it, unless its end is known already.
    func endSubscription(providerID: String, at time: Date) async throws {
        // A lead that is merged meanwhile takes its money along: then it is asked for once more.
        while let purchase = try await purchase(of: References(), subscription: providerID) {
            let (known, _, isMerged) = try await lockedSubscription(providerID: providerID, from: purchase.leadID)
            if isMerged { continue }
            guard var subscription = known else { return }
            let (record, news) = subscription.record.adding(.cancelled, at: time)
            guard !news.isEmpty else { return }
            subscription.record = record
            try await execute(.save(subscription, providerID: providerID, checkout: purchase.checkoutID))
            try await publish(news.map(subscription.event))
            return
        }
    }
}

extension SQL {
    static func subscription(providerID: String?) -> SQL {
        """
        SELECT id, lead_id, site_id, customer_id, amount_minor, currency, billing_interval, billing_interval_count,
            started_at, first_paid_at, last_paid_at, past_due_times, cancel_times, paused_at, resumed_at
        FROM subscriptions
        WHERE provider_id = \(providerID)
        """
    }

    static func save(_ subscription: StoredSubscription, providerID: String, checkout: CheckoutID?) -> SQL {
        let record = subscription.record
        return """
            INSERT INTO subscriptions (
                id, provider_id, lead_id, site_id, checkout_id, customer_id, state, amount_minor, currency, billing_interval,
                billing_interval_count, started_at, first_paid_at, last_paid_at, past_due_times, cancelled_at, cancel_times,
                paused_at, resumed_at, current_period_end
            )
            VALUES (
                \(subscription.id), \(providerID), \(subscription.leadID), \(subscription.siteID), \(checkout),
                \(subscription.customerID), \(record.state.rawValue), \(subscription.amount?.minorUnits),
                \(subscription.amount?.currency.code), \(subscription.interval?.unit.rawValue), \(subscription.interval?.count),
                \(record.startedAt), \(record.firstPaidAt), \(record.lastPaidAt), \(record.pastDueTimes), \(record.cancelledAt),
                \(record.cancelTimes), \(record.pausedAt), \(record.resumedAt), \(subscription.currentPeriodEnd)
            )
            ON CONFLICT (provider_id) DO UPDATE
            SET checkout_id = coalesce(subscriptions.checkout_id, excluded.checkout_id), site_id = excluded.site_id,
                customer_id = excluded.customer_id, state = excluded.state, amount_minor = excluded.amount_minor,
                currency = excluded.currency, billing_interval = excluded.billing_interval,
                billing_interval_count = excluded.billing_interval_count, started_at = excluded.started_at,
                first_paid_at = excluded.first_paid_at, last_paid_at = excluded.last_paid_at,
                past_due_times = excluded.past_due_times, cancelled_at = excluded.cancelled_at,
                cancel_times = excluded.cancel_times, paused_at = excluded.paused_at, resumed_at = excluded.resumed_at,
                current_period_end = excluded.current_period_end
            """
    }
}
