import Contracts
import Foundation

/// What Recurrente would deliver about one purchase, in the shapes of its documentation.
struct Told: Sendable {
    var site: SiteForTest
    /// When the first payment succeeded.
    var start = Date(timeIntervalSince1970: 1_790_000_000)
    var amount = 150_000
    var subscription: String
    var isLive = true

    init(_ site: SiteForTest, isLive: Bool = true) {
        self.site = site
        self.isLive = isLive
        subscription = "su_\(site.providerCheckout)"
    }

    /// The unified format, which carries no fee of its own.
    func unified(_ outcome: String = "succeeded", charge: String = "1", after seconds: Double = 0) -> Data {
        document(
            common(outcome, charge, seconds, event: "intent.\(outcome)", id: intent(charge))
                .merging(["type": "payment", "status": outcome, "raw_status": outcome, "details": ["auth_code": "1"]]) { $1 }
        )
    }

    /// The older format of the same charge: another id, told a moment later.
    func legacy(_ outcome: String = "succeeded", charge: String = "1", after seconds: Double = 0) -> Data {
        document(
            common(outcome, charge, seconds + 0.5, event: "payment_intent.\(outcome)", id: "pa_\(charge)_\(site.providerCheckout)")
                .merging([
                    "api_version": "2024-04-24", "fee": outcome == "succeeded" ? 6_950 : 0, "vat_withheld": 0, "products": [],
                    "failure_reason": outcome == "failed" ? "Tu banco ha rechazado la transacción." : NSNull(),
                    "customer_id": "us_\(site.providerCheckout)",
                ]) { $1 }
        )
    }

    /// No checkout and no metadata in it, as in the real ones.
    func subscription(_ event: String, after seconds: Double = 0) -> Data {
        document([
            "id": subscription, "event_type": "subscription.\(event)", "api_version": "2024-04-24", "created_at": time(seconds),
            "customer_email": "uno@example.com", "customer_id": "us_\(site.providerCheckout)", "customer_name": "Ana Uno",
            "payment": payment,
            "product": [
                "id": "prod_1", "name": "Web site", "metadata": [String: Any](),
                "prices": [["amount_in_cents": amount, "currency": "GTQ", "billing_interval": "month", "billing_interval_count": 1]],
            ],
        ])
    }

    func refund(of charge: String = "1", id: String = "re_1", cents: Int, after seconds: Double = 0) -> Data {
        document([
            "event_type": "refund.create", "created_at": time(seconds), "intentable": ["id": intent(charge), "type": "PaymentIntent"],
            "refund": ["id": "\(id)_\(site.providerCheckout)", "status": "succeeded", "customer_refunded_amount_in_cents": cents],
        ])
    }

    func intent(_ charge: String) -> String { "in_\(charge)_\(site.providerCheckout)" }

    private var payment: [String: Any] {
        ["id": "pa_sale_\(site.providerCheckout)", "paymentable": ["type": "Subscription", "id": subscription]]
    }

    private func common(_ outcome: String, _ charge: String, _ seconds: Double, event: String, id: String) -> [String: Any] {
        [
            "id": id, "event_type": event, "created_at": time(seconds), "amount_in_cents": amount, "currency": "GTQ",
            "customer": ["id": "us_\(site.providerCheckout)", "email": "uno@example.com", "full_name": "Ana Uno"],
            "payment": payment, "product": ["id": "prod_1"],
            "checkout": [
                "id": site.providerCheckout, "status": outcome == "succeeded" ? "paid" : "unpaid", "live_mode": isLive,
                "metadata": ["checkout_id": "\(site.checkout)", "site_id": "\(site.site)"],
                "latest_intent": ["id": intent(charge), "type": "PaymentIntent"], "payment": payment,
            ],
        ]
    }

    private func time(_ seconds: Double) -> String { RFC3339.string(from: start + seconds) }

    private func document(_ members: [String: Any]) -> Data {
        // Made of texts, numbers and dictionaries only: it can be written.
        (try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])) ?? Data()
    }
}
