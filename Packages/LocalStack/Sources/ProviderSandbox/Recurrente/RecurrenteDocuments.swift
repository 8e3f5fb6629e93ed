import Foundation

/// Recurrente's documents as they go over the wire (PROVIDERS.md 4.1; samples in the shared data folder).
struct RecurrenteDocuments: Sendable {
    private static let version: JSONValue = "2024-04-24"

    let isLive: Bool

    /// `GET /api/checkouts/{id}`.
    func checkout(_ checkout: Checkout, url: String, at time: Date) -> JSONValue {
        [
            "id": .string(checkout.id), "status": .string(checkout.status(at: time).rawValue), "checkout_url": .string(url),
            "payment": checkout.payment == nil ? nil : payment(of: checkout),
            "payment_method": checkout.payment.map(method) ?? nil, "metadata": checkout.metadata,
            "expires_at": JSONValue(checkout.expiresAt.map(Self.time)), "total_in_cents": .int(checkout.totalInCents),
            "currency": .string(checkout.currency), "latest_intent": (checkout.payment ?? checkout.declined.last).map(latestIntent) ?? nil,
            "live_mode": .bool(isLive), "transfer_setups": [], "created_at": .string(Self.time(checkout.createdAt)),
        ]
    }

    /// `intent.succeeded` or `intent.failed`, the unified format, also the answer of `GET /api/intents/{id}`.
    func intent(_ attempt: Payment, of checkout: Checkout) -> JSONValue {
        let outcome = Self.outcome(attempt)
        return [
            "id": .string(attempt.intentID), "event_type": .string("intent.\(outcome)"), "type": "payment", "api_version": Self.version,
            "status": .string(outcome), "raw_status": .string(outcome), "created_at": .string(Self.time(attempt.at)),
            "amount_in_cents": .int(checkout.totalInCents), "currency": .string(checkout.currency), "fee": .int(fee(attempt, checkout)),
            "vat_withheld": 0, "vat_withheld_currency": .string(checkout.currency),
            "customer": [
                "id": .string(attempt.customerID), "email": .string(attempt.email), "full_name": .string(attempt.name), "nit": nil,
            ],
            "product": ["id": .string(checkout.sale.productID)], "checkout": embedded(checkout, attempt), "payment": payment(of: checkout),
            "details": [
                "failure_reason": JSONValue(attempt.failureReason), "tax_invoice_url": nil, "auth_code": Self.authorization(attempt),
                "payment_method": method(attempt),
            ],
        ]
    }

    /// `payment_intent.succeeded` or `.failed`, the legacy format of the same attempt: its own id, the same charge.
    func legacyIntent(_ attempt: Payment, of checkout: Checkout) -> JSONValue {
        [
            "id": .string(attempt.legacyIntentID), "event_type": .string("payment_intent.\(Self.outcome(attempt))"),
            "api_version": Self.version, "created_at": .string(Self.time(attempt.at)), "amount_in_cents": .int(checkout.totalInCents),
            "currency": .string(checkout.currency), "fee": .int(fee(attempt, checkout)), "vat_withheld": 0,
            "vat_withheld_currency": .string(checkout.currency), "failure_reason": JSONValue(attempt.failureReason),
            "customer": ["id": .string(attempt.customerID), "email": .string(attempt.email), "full_name": .string(attempt.name)],
            "customer_id": .string(attempt.customerID), "user_id": .string(attempt.customerID), "checkout": embedded(checkout, attempt),
            "payment": payment(of: checkout), "product": ["id": .string(checkout.sale.productID)], "products": [product(of: checkout)],
            "invoice": ["id": .string("inv_\(RecurrenteIdentifier.of(attempt.intentID))"), "tax_invoice_url": nil],
            "tax_invoice_url": nil, "used_presaved_payment_method": false,
        ]
    }

    /// `subscription.create` and `subscription.cancel`: no checkout in it, as in the real ones.
    func subscription(_ event: String, _ id: String, _ paid: Payment, of checkout: Checkout, at time: Date) -> JSONValue {
        [
            "id": .string(id), "event_type": .string(event), "api_version": Self.version, "created_at": .string(Self.time(time)),
            "customer_email": .string(paid.email), "customer_id": .string(paid.customerID), "customer_name": .string(paid.name),
            "payment": payment(of: checkout), "product": product(of: checkout),
        ]
    }

    /// `GET /api/subscriptions/{id}`.
    func subscription(_ id: String, isActive: Bool, _ paid: Payment, of checkout: Checkout) -> JSONValue {
        let days =
            switch checkout.recurringItem?.billingInterval {
            case "week": 7.0
            case "year": 365.0
            default: 30.0
            }
        let end = paid.at.addingTimeInterval(days * 86400 * Double(checkout.recurringItem?.billingIntervalCount ?? 1))
        return [
            "id": .string(id), "status": isActive ? "active" : "cancelled", "created_at": .string(Self.time(paid.at)),
            "current_period_start": .string(Self.time(paid.at)), "current_period_end": .string(Self.time(end)),
            "subscriber": ["id": .string(paid.customerID), "email": .string(paid.email), "first_name": .string(paid.name)],
            "checkout": ["id": .string(checkout.id)], "product": product(of: checkout),
        ]
    }

    private func embedded(_ checkout: Checkout, _ attempt: Payment) -> JSONValue {
        [
            "id": .string(checkout.id), "status": attempt.failureReason == nil ? "paid" : "unpaid", "live_mode": .bool(isLive),
            "metadata": checkout.metadata, "latest_intent": latestIntent(attempt), "payment": payment(of: checkout),
            "payment_method": method(attempt), "total_in_cents": .int(checkout.totalInCents), "currency": .string(checkout.currency),
            "expires_at": JSONValue(checkout.expiresAt.map(Self.time)), "transfer_setups": [],
        ]
    }

    private func latestIntent(_ attempt: Payment) -> JSONValue {
        [
            "id": .string(attempt.intentID), "type": "PaymentIntent", "created_at": .string(Self.time(attempt.at)),
            "data": ["auth_code": Self.authorization(attempt)],
        ]
    }

    private func payment(of checkout: Checkout) -> JSONValue {
        let sale = checkout.sale
        return [
            "id": .string(sale.paymentID),
            "paymentable": [
                "type": sale.subscriptionID == nil ? "OneTimePayment" : "Subscription",
                "id": .string(sale.subscriptionID ?? sale.oneTimePaymentID), "tax_id": nil, "tax_name": nil, "address": nil,
                "phone_number": nil,
            ],
        ]
    }

    private func method(_ attempt: Payment) -> JSONValue {
        let card = attempt.failureReason == nil ? Recurrente.goodCard : Recurrente.declinedCard
        return [
            "id": .string(attempt.methodID), "type": "card",
            "card": [
                "last4": .string(String(card.suffix(4))), "network": "visa", "issuer_name": "SANDBOX", "expiration_month": 12,
                "expiration_year": 2031,
            ],
        ]
    }

    private func product(of checkout: Checkout) -> JSONValue {
        let item = checkout.recurringItem ?? checkout.items.first
        return [
            "id": .string(checkout.sale.productID), "name": JSONValue(item?.name), "status": "active",
            "quantity": .int(item?.quantity ?? 1),
            // The product is made for the checkout, and keeps nothing of what was said there.
            "metadata": [:],
            "prices": [
                [
                    "id": .string(checkout.sale.priceID), "amount_in_cents": .int(item?.amountInCents ?? 0),
                    "currency": .string(checkout.currency), "charge_type": item?.billingInterval == nil ? "one_time" : "recurring",
                    "billing_interval": JSONValue(item?.billingInterval), "billing_interval_count": .int(item?.billingIntervalCount ?? 1),
                    "free_trial_interval": "month", "free_trial_interval_count": 0, "periods_before_automatic_cancellation": nil,
                ]
            ],
        ]
    }

    /// 4.5 % and 2.00: one of the two rates that were seen, which is why a receiver must read the fee and not compute it.
    private func fee(_ attempt: Payment, _ checkout: Checkout) -> Int {
        attempt.failureReason == nil ? checkout.totalInCents * 45 / 1000 + 200 : 0
    }

    private static func outcome(_ attempt: Payment) -> String { attempt.failureReason == nil ? "succeeded" : "failed" }
    private static func authorization(_ attempt: Payment) -> JSONValue { attempt.failureReason == nil ? "123456" : nil }

    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
