import Contracts
import Foundation
import Postgres

/// A payment as it stands.
struct StoredPayment: Sendable {
    var id: PaymentID
    var leadID: LeadID
    var siteID: SiteID?
    var checkoutID: CheckoutID?
    var customerID: CustomerID?
    var subscriptionID: SubscriptionID?
    var amount: Money
    var record: PaymentRecord

    static let columns: SQL = """
        id, lead_id, site_id, checkout_id, customer_id, subscription_id, amount_minor, currency, pending_at, failed_at, succeeded_at
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        leadID = try row.decode("lead_id")
        siteID = try row.decodeIfPresent("site_id")
        checkoutID = try row.decodeIfPresent("checkout_id")
        customerID = try row.decodeIfPresent("customer_id")
        subscriptionID = try row.decodeIfPresent("subscription_id")
        amount = try row.requiredMoney("amount_minor")
        record = PaymentRecord(
            pendingAt: try row.decodeIfPresent("pending_at"),
            failedAt: try row.decodeIfPresent("failed_at"),
            succeededAt: try row.decodeIfPresent("succeeded_at")
        )
    }
}

/// What a charge is decided by.
struct KnownOfCharge: Sendable {
    /// The charge itself, from an earlier notice of it.
    var payment: StoredPayment?
    /// Another payment of the same checkout, which can be paid only once.
    var sale: StoredPayment?
    var subscription: StoredSubscription?
    /// When the subscription's other payments happened.
    var otherPayments: ClosedRange<Date>?
    var customerID: CustomerID?
    /// Who the lead's people are is not written down any more.
    var isErased: Bool
    /// The lead was merged into another while its money was waited for.
    var isMerged: Bool
}

extension Transaction {
    /// What is known of `charge`, in one round trip. From here to the end of the transaction nobody else decides about this lead's
    /// money: notices of one payment come at once.
    func lockedKnowledge(of charge: Charge, from lead: LeadID) async throws -> KnownOfCharge {
        let subscription = charge.sale.subscriptionID
        // A subscription is paid again and again by one checkout; anything else is paid once.
        let soldByCheckout = charge.outcome == .succeeded && subscription == nil ? charge.references.providerCheckoutID : nil
        let results = try await pipeline([
            .lockMoney(of: lead),
            "SELECT \(fragment: StoredPayment.columns) FROM payments WHERE charge_key = \(charge.key)",
            """
            SELECT \(fragment: StoredPayment.columns) FROM payments
            WHERE provider_checkout_id = \(soldByCheckout) AND succeeded_at IS NOT NULL AND charge_key <> \(charge.key)
                AND (is_one_time OR \(charge.sale == .oneTime))
            ORDER BY succeeded_at
            LIMIT 1
            """,
            .subscription(providerID: subscription),
            """
            SELECT min(succeeded_at) AS first, max(succeeded_at) AS last FROM payments
            WHERE provider_subscription_id = \(subscription) AND charge_key <> \(charge.key)
            """,
            "SELECT id FROM customers WHERE lead_id = \(lead)",
            // Asked under the lock, which an erasure and a merge take too.
            """
            SELECT erased_at IS NOT NULL AS is_erased, merged_into IS NOT NULL AS is_merged FROM leads
            WHERE lead_id = \(lead) AND (erased_at IS NOT NULL OR merged_into IS NOT NULL)
            """,
        ])
        let others = results[4].rows.first
        let first: Date? = try others?.decodeIfPresent("first")
        let last: Date? = try others?.decodeIfPresent("last")
        return KnownOfCharge(
            payment: try results[1].rows.first.map { try StoredPayment($0) },
            sale: try results[2].rows.first.map { try StoredPayment($0) },
            subscription: try results[3].rows.first.map { try StoredSubscription($0) },
            otherPayments: first.flatMap { first in last.map { first...$0 } },
            customerID: try results[5].rows.first?.decode("id"),
            isErased: try results[6].rows.first?.decode("is_erased") ?? false,
            isMerged: try results[6].rows.first?.decode("is_merged") ?? false
        )
    }

    /// The payment that the provider means by `id`, in whichever of its formats; of several that share it the latest.
    func payment(knownAs id: String) async throws -> StoredPayment? {
        try await row(
            """
            SELECT \(fragment: StoredPayment.columns) FROM payments
            WHERE charge_key = \(id) OR provider_ids @> ARRAY[\(id)::text]
            ORDER BY charge_key = \(id) DESC, succeeded_at DESC NULLS LAST
            LIMIT 1
            """
        ).map { try StoredPayment($0) }
    }

    /// Whether this refund was counted before; locks the lead's money.
    func isKnown(_ refund: Refund, of lead: LeadID) async throws -> Bool {
        let results = try await pipeline([
            .lockMoney(of: lead), "SELECT FROM refunds WHERE provider_id = \(refund.providerID)",
        ])
        return !results[1].rows.isEmpty
    }
}

extension SQL {
    static func lockMoney(of lead: LeadID) -> SQL {
        "SELECT pg_advisory_xact_lock(hashtextextended('plumbline.billing.' || \(lead)::text, 0))"
    }

    /// Writes what is known now. What a success says of amount and fee holds over what came before it.
    static func save(
        _ charge: Charge,
        as id: PaymentID,
        _ record: PaymentRecord,
        of purchase: Purchase,
        customer: CustomerID?,
        subscription: SubscriptionID?
    ) -> SQL {
        let isSuccess = charge.outcome == .succeeded
        return """
            INSERT INTO payments (
                id, charge_key, provider_ids, provider_checkout_id, is_one_time, lead_id, site_id, checkout_id, customer_id,
                subscription_id, provider_subscription_id, amount_minor, currency, fee_minor, failure_reason, pending_at, failed_at,
                succeeded_at
            )
            VALUES (
                \(id), \(charge.key), ARRAY[\(charge.providerID)::text], \(charge.references.providerCheckoutID),
                \(charge.sale == .oneTime), \(purchase.leadID), \(purchase.siteID), \(purchase.checkoutID), \(customer),
                \(subscription), \(charge.sale.subscriptionID), \(charge.amount.minorUnits), \(charge.amount.currency.code), \(charge.fee?.minorUnits),
                \(charge.failureReason), \(record.pendingAt), \(record.failedAt), \(record.succeededAt)
            )
            ON CONFLICT (charge_key) DO UPDATE
            SET provider_ids = CASE WHEN payments.provider_ids @> excluded.provider_ids THEN payments.provider_ids
                    ELSE payments.provider_ids || excluded.provider_ids END,
                provider_checkout_id = coalesce(payments.provider_checkout_id, excluded.provider_checkout_id),
                is_one_time = payments.is_one_time OR excluded.is_one_time,
                checkout_id = coalesce(payments.checkout_id, excluded.checkout_id),
                customer_id = coalesce(payments.customer_id, excluded.customer_id),
                subscription_id = coalesce(payments.subscription_id, excluded.subscription_id),
                provider_subscription_id = coalesce(payments.provider_subscription_id, excluded.provider_subscription_id),
                amount_minor = CASE WHEN \(isSuccess) THEN excluded.amount_minor ELSE payments.amount_minor END,
                currency = CASE WHEN \(isSuccess) THEN excluded.currency ELSE payments.currency END,
                fee_minor = CASE WHEN \(isSuccess) THEN coalesce(excluded.fee_minor, payments.fee_minor)
                    ELSE coalesce(payments.fee_minor, excluded.fee_minor) END,
                failure_reason = coalesce(payments.failure_reason, excluded.failure_reason),
                pending_at = excluded.pending_at, failed_at = excluded.failed_at, succeeded_at = excluded.succeeded_at
            """
    }

    /// What was tried to be paid before there was a customer or a subscription belongs to them as well.
    static func adopt(_ lead: LeadID, customer: CustomerID?, subscription: SubscriptionID?, providerID: String?) -> SQL {
        """
        UPDATE payments
        SET customer_id = coalesce(customer_id, \(customer)),
            subscription_id = CASE provider_subscription_id WHEN \(providerID) THEN coalesce(subscription_id, \(subscription))
                ELSE subscription_id END
        WHERE lead_id = \(lead)
            AND (customer_id IS NULL AND \(customer != nil) OR subscription_id IS NULL AND provider_subscription_id = \(providerID))
        """
    }

    /// Remembers one more id that the provider has for a payment.
    static func addProviderID(_ id: String, to payment: PaymentID) -> SQL {
        "UPDATE payments SET provider_ids = provider_ids || \(id)::text WHERE id = \(payment) AND NOT provider_ids @> ARRAY[\(id)::text]"
    }

    static func insert(_ refund: Refund, of payment: PaymentID, at time: Date) -> SQL {
        """
        WITH refund AS (
            INSERT INTO refunds (provider_id, payment_id, amount_minor, occurred_at)
            VALUES (\(refund.providerID), \(payment), \(refund.minorUnits), \(time))
            RETURNING amount_minor
        )
        UPDATE payments SET refunded_minor = refunded_minor + refund.amount_minor
        FROM refund
        WHERE id = \(payment)
        """
    }
}
