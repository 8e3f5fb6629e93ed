import Contracts
package import Foundation

/// How Recurrente is asked for a checkout: `POST /api/checkouts`, body at the top level, answered 201.
///
/// There is no idempotency header: our own row comes first, and what the provider answers is stored on it.
package struct RecurrenteCheckoutRequest: Encodable, Hashable, Sendable {
    package struct Item: Encodable, Hashable, Sendable {
        package var name: String
        package var currency: String
        package var amountInCents: Int
        package var quantity = 1
        package var chargeType = "recurring"
        package var billingInterval: String
        package var billingIntervalCount: Int

        enum CodingKeys: String, CodingKey {
            case name, currency
            case amountInCents = "amount_in_cents"
            case quantity
            case chargeType = "charge_type"
            case billingInterval = "billing_interval"
            case billingIntervalCount = "billing_interval_count"
        }
    }

    package var items: [Item]
    package var successURL: String
    package var cancelURL: String
    /// ISO 8601, to the second: not every reader of it takes fractions.
    package var expiresAt: String
    /// At most 50 keys of 40 characters, values of 500.
    package var metadata: [String: String]

    enum CodingKeys: String, CodingKey {
        case items
        case successURL = "success_url"
        case cancelURL = "cancel_url"
        case expiresAt = "expires_at"
        case metadata
    }

    /// One site, paid for each period, with what we want back in the notices.
    package init(
        for draft: CheckoutDraft,
        successURL: String,
        cancelURL: String,
        expiresAt: Date
    ) {
        let price = draft.price
        items = [
            Item(
                name: draft.site.productName,
                currency: price.amount.currency.code,
                amountInCents: price.amount.minorUnits,
                billingInterval: price.interval.unit.rawValue,
                billingIntervalCount: price.interval.count
            )
        ]
        self.successURL = successURL
        self.cancelURL = cancelURL
        self.expiresAt = expiresAt.formatted(.iso8601)
        metadata = [
            "checkout_id": "\(draft.id)", "lead_id": "\(draft.site.leadID)", "site_id": "\(draft.site.id)", "slug": draft.site.slug,
        ]
    }
}

/// What Recurrente answers: the checkout, and where to pay it.
package struct RecurrenteCheckoutAnswer: Decodable, Hashable, Sendable {
    package var id: String
    package var checkoutURL: String

    enum CodingKeys: String, CodingKey {
        case id
        case checkoutURL = "checkout_url"
    }

    package init(id: String, checkoutURL: String) {
        self.id = id
        self.checkoutURL = checkoutURL
    }

    /// Whether a browser may be sent there.
    package var leadsToAPage: Bool {
        guard let url = URL(string: checkoutURL), let scheme = url.scheme, url.host != nil else { return false }
        return ["https", "http"].contains(scheme) && checkoutURL.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
