import Contracts
package import Foundation

/// How Recurrente words its webhooks: everything we know of that is in this file.
///
/// Three shapes are in use: the flat one, the same within `data`, and the help centre's, with `checkout_id` and `customer_email`.
/// One payment is told twice to an unfiltered endpoint, as `intent.*` and in the older words of its method (`payment_intent.*`).
/// Sources: recurrente/mintlify-docs b0ab92b, docs.recurrente.com "Migrate to unified webhooks", and delivered payloads.
package enum RecurrenteNotice {
    /// Why a body can't be understood, in words for a person who looks at it.
    package struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    /// What `body` says; `receivedAt` stands in for a time that isn't told.
    ///
    /// - Throws: ``Unreadable``.
    package static func read(_ body: Data, receivedAt: Date) throws(Unreadable) -> ProviderNotice {
        let document: JSONValue
        do {
            document = try JSONDecoder().decode(JSONValue.self, from: body)
        } catch {
            throw Unreadable(description: "the body is not JSON")
        }
        let message = Message(document: document)
        guard let eventType = message["event_type"]?.text else { throw Unreadable(description: "event_type is missing") }
        return ProviderNotice(
            eventType: eventType,
            occurredAt: message["created_at"]?.text.flatMap(RFC3339.date(from:)) ?? receivedAt,
            isTest: message.isTest,
            fact: try fact(eventType, message)
        )
    }

    private static let chargeFamilies: Set = [
        "intent", "payment_intent", "bank_transfer_intent", "crypto_intent", "balance_intent", "cash_intent",
    ]

    private static func fact(_ eventType: String, _ message: Message) throws(Unreadable) -> ProviderNotice.Fact {
        let words = eventType.split(separator: ".", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return .unfollowed }
        switch (words[0], words[1]) {
        case (let family, let verb) where chargeFamilies.contains(family):
            guard let outcome = Charge.Outcome(rawValue: verb) else { return .unfollowed }
            return .charge(try charge(outcome, message))
        case ("subscription", "create"):
            return .subscription(try subscription(.created, message))
        case ("subscription", "past_due"):
            return .subscription(try subscription(.pastDue, message))
        case ("subscription", "cancel"), ("subscription", "cancelled"), ("subscription", "canceled"):
            return .subscription(try subscription(.cancelled, message))
        case ("subscription", "pause"), ("subscription", "paused"):
            return .subscription(try subscription(.paused, message))
        case ("subscription", "reactivate"), ("subscription", "unpause"):
            return .subscription(try subscription(.resumed, message))
        case ("refund", "create"):
            return try refund(message)
        default:
            return .unfollowed
        }
    }

    private static func charge(_ outcome: Charge.Outcome, _ message: Message) throws(Unreadable) -> Charge {
        let id = try message.requiredText("id")
        let amount = try message.requiredMoney()
        // payment.id belongs to the sale: a failed try, the one that succeeds after it and the renewals may all share it.
        let latestIntent = message["checkout", "latest_intent", "id"]?.text
        // Without that id each format has a key of its own: then a sale that names no subscription is one for each checkout.
        let sale: Charge.Sale = message.sale == .unsaid && latestIntent == nil ? .oneTime : message.sale
        // 0 is what a failed charge says; a fee that isn't told is not the same as none.
        let fee = message["fee"]?.whole.map { Money(minorUnits: $0, currency: amount.currency) }
        return Charge(
            outcome: outcome,
            key: latestIntent ?? id,
            providerID: id,
            sale: sale,
            references: message.references,
            payer: message.payer,
            amount: amount,
            fee: fee,
            failureReason: message["failure_reason"]?.text ?? message["details", "failure_reason"]?.text
        )
    }

    private static func subscription(
        _ change: SubscriptionNotice.Change,
        _ message: Message
    ) throws(Unreadable) -> SubscriptionNotice {
        let price = message["product", "prices"]?.elements?.first { $0["billing_interval"] != nil }
        var amount: Money?
        if let minorUnits = price?["amount_in_cents"]?.whole, let currency = price?["currency"]?.text.flatMap({ Currency($0) }) {
            amount = Money(minorUnits: minorUnits, currency: currency)
        }
        let unit = price?["billing_interval"]?.text.flatMap { BillingInterval.Unit(rawValue: $0) }
        return SubscriptionNotice(
            change: change,
            providerID: try message.requiredText("id"),
            references: message.references,
            payer: message.payer,
            amount: amount,
            interval: unit.map { BillingInterval($0, count: price?["billing_interval_count"]?.whole ?? 1) }
        )
    }

    private static func refund(_ message: Message) throws(Unreadable) -> ProviderNotice.Fact {
        guard message["refund", "status"]?.text != "failed" else { return .unfollowed }
        guard let id = message["refund", "id"]?.text ?? message["id"]?.text else { throw Unreadable(description: "refund.id is missing") }
        guard let charge = message["intentable", "id"]?.text else { throw Unreadable(description: "intentable.id is missing") }
        let amount = message["refund", "customer_refunded_amount_in_cents"]?.whole ?? message["refund", "amount_in_cents"]?.whole
        guard let amount else { throw Unreadable(description: "refund.customer_refunded_amount_in_cents is missing") }
        let currency = (message["refund", "currency"] ?? message["currency"])?.text.flatMap { Currency($0) }
        return .refund(Refund(providerID: id, chargeID: charge, minorUnits: amount, currency: currency))
    }
}

/// A delivery's members, wherever its shape puts them.
private struct Message {
    let document: JSONValue

    /// Within `data`, else at the top.
    subscript(_ path: String...) -> JSONValue? {
        if let data = document["data"], data.isObject, let value = value(data, path) { return value }
        return value(document, path)
    }

    private func value(_ from: JSONValue, _ path: [String]) -> JSONValue? {
        path.reduce(Optional(from)) { $0?[$1] }
    }

    var isTest: Bool {
        self["live_mode"]?.flag == false || self["checkout", "live_mode"]?.flag == false || self["sandbox_id"] != nil
    }

    /// The notice's own `payment` before its checkout's, which may be of an earlier sale.
    var sale: Charge.Sale {
        guard let sold = self["payment", "paymentable"] ?? self["checkout", "payment", "paymentable"] else {
            let id = self["subscription", "id"]?.text ?? self["subscription_id"]?.text
            return id.map { .subscription(providerID: $0) } ?? .unsaid
        }
        return switch (sold["type"]?.text, sold["id"]?.text) {
        case ("Subscription", let id?): .subscription(providerID: id)
        case ("OneTimePayment", _): .oneTime
        default: .unsaid
        }
    }

    /// What we gave Recurrente to keep stands on the checkout; a product made by hand may carry it too.
    var references: References {
        func kept(_ name: String) -> String? {
            (self["checkout", "metadata", name] ?? self["metadata", name] ?? self["product", "metadata", name])?.text
        }
        return References(
            providerCheckoutID: self["checkout", "id"]?.text ?? self["checkout_id"]?.text,
            checkoutID: kept("checkout_id").flatMap { CheckoutID($0) },
            siteID: kept("site_id").flatMap { SiteID($0) }
        )
    }

    var payer: Payer {
        Payer(
            providerID: (self["customer", "id"] ?? self["customer_id"] ?? self["user_id"])?.text,
            email: (self["customer", "email"] ?? self["customer_email"])?.text,
            name: (self["customer", "full_name"] ?? self["customer_name"])?.text
        )
    }

    func requiredText(_ key: String) throws(RecurrenteNotice.Unreadable) -> String {
        guard let text = self[key]?.text else { throw RecurrenteNotice.Unreadable(description: "\(key) is missing") }
        return text
    }

    func requiredMoney() throws(RecurrenteNotice.Unreadable) -> Money {
        guard let minorUnits = (self["amount_in_cents"] ?? self["amount"])?.whole, minorUnits >= 0 else {
            throw RecurrenteNotice.Unreadable(description: "amount_in_cents is missing or not a whole number")
        }
        guard let currency = self["currency"]?.text.flatMap({ Currency($0) }) else {
            throw RecurrenteNotice.Unreadable(description: "currency is missing or not an ISO 4217 code")
        }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}
