package import Contracts
import Foundation

/// Rows of `customers`, `subscriptions` and `payments`, as billing knows such things.
package enum MoneyReading {
    package static func customer(_ row: PredecessorRow, of lead: LeadID) -> AdoptedCustomer {
        AdoptedCustomer(
            origin: row.origin,
            id: row.uuid.map(CustomerID.init),
            leadID: lead,
            providerID: row.text("recurrente_user_id"),
            email: row.text("email")?.lowercased(),
            name: row.text("full_name") ?? row.text("billing_name"),
            createdAt: row.firstTime("created_at", "updated_at")
        )
    }

    /// `nil` for a subscription that never began.
    package static func subscription(_ row: PredecessorRow, of lead: LeadID, site: SiteID?) -> AdoptedSubscription? {
        let states: [String: SubscriptionState] = [
            "active": .active, "trialing": .active, "past_due": .pastDue, "unpaid": .pastDue, "paused": .paused, "cancelled": .cancelled,
            "canceled": .cancelled, "ended": .cancelled, "expired": .cancelled,
        ]
        guard let state = states[row.word("status") ?? (row.time("cancelled_at") == nil ? "active" : "cancelled")] else { return nil }
        return AdoptedSubscription(
            origin: row.origin,
            id: row.uuid.map(SubscriptionID.init),
            leadID: lead,
            siteID: site,
            providerID: row.text("recurrente_subscription_id") ?? "adopted:\(row.origin)",
            state: state,
            amount: money(row, "amount_cents"),
            startedAt: row.firstTime("started_at", "current_period_start", "created_at"),
            currentPeriodStart: row.time("current_period_start"),
            currentPeriodEnd: row.time("current_period_end"),
            cancelledAt: row.time("cancelled_at")
        )
    }

    /// `nil` for a payment that never came to an end.
    package static func payment(_ row: PredecessorRow, of lead: LeadID, site: SiteID?, subscription: String?) -> AdoptedPayment? {
        guard let amount = money(row, "amount_cents") else { return nil }
        let word = row.word("status") ?? (row.time("paid_at") == nil ? "" : "succeeded")
        let at = row.firstTime("paid_at", "created_at", "updated_at", "refunded_at")
        let isPaid = ["succeeded", "paid", "completed", "success", "refunded"].contains(word)
        let hasFailed = ["failed", "declined", "error"].contains(word)
        guard isPaid || hasFailed else { return nil }
        return AdoptedPayment(
            origin: row.origin,
            id: row.uuid.map(PaymentID.init),
            leadID: lead,
            siteID: site,
            providerID: row.text("recurrente_payment_id") ?? "adopted:\(row.origin)",
            providerCheckoutID: row.text("recurrente_checkout_id"),
            providerSubscriptionID: subscription,
            amount: amount,
            fee: money(row, "fee_cents"),
            paidAt: isPaid ? at : nil,
            failedAt: hasFailed ? at : nil,
            refundedAt: isPaid ? row.time("refunded_at") ?? (word == "refunded" ? at : nil) : nil
        )
    }

    private static func money(_ row: PredecessorRow, _ column: String) -> Money? {
        guard let cents = row.count(column), cents >= 0 else { return nil }
        return Money(minorUnits: cents, currency: row.text("currency").flatMap { Currency($0) } ?? .gtq)
    }
}

/// Telephone numbers as the predecessor has them: of the United States, unless they say their country's code.
package enum DialledNumber {
    /// As E.164; `nil` when it can't be one.
    package static func e164(_ text: String?) -> String? {
        guard let text else { return nil }
        let digits = String(text.filter { $0.isASCII && $0.isNumber })
        if text.contains("+") || text.hasPrefix("00") {
            let number = text.contains("+") ? digits : String(digits.dropFirst(2))
            return (8...15).contains(number.count) && number.first != "0" ? "+\(number)" : nil
        }
        if digits.count == 10, digits.first.map({ $0 > "1" }) == true { return "+1\(digits)" }
        return digits.count == 11 && digits.first == "1" ? "+\(digits)" : nil
    }
}
