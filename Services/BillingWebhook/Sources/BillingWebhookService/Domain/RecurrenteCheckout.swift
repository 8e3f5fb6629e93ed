package import Contracts
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
    package var expiresAt: Date
    /// At most 50 keys of 40 characters, values of 500.
    package var metadata: [String: String]

    enum CodingKeys: String, CodingKey {
        case items
        case successURL = "success_url"
        case cancelURL = "cancel_url"
        case expiresAt = "expires_at"
        case metadata
    }

    /// One site, paid for each period.
    package init(
        siteNamed name: String,
        price: Money,
        interval: BillingInterval,
        checkoutID: CheckoutID,
        leadID: LeadID,
        siteID: SiteID,
        slug: String,
        successURL: String,
        cancelURL: String,
        expiresAt: Date
    ) {
        items = [
            Item(
                name: name,
                currency: price.currency.code,
                amountInCents: price.minorUnits,
                billingInterval: interval.unit.rawValue,
                billingIntervalCount: interval.count
            )
        ]
        self.successURL = successURL
        self.cancelURL = cancelURL
        self.expiresAt = expiresAt
        metadata = ["checkout_id": "\(checkoutID)", "lead_id": "\(leadID)", "site_id": "\(siteID)", "slug": slug]
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
