import Contracts
import Foundation
import LocalStack
import Outbound
import WebhookSignatures

/// Recurrente's `intent.succeeded` for one buyer, in its wire format (PROVIDERS.md 4.1), as Svix delivers it.
struct PaidNotice: Sendable {
    private let id: String
    private let body: Data

    init(_ buyer: Buyer, paidAt: Date) throws {
        // Every id is new: a payment is counted once by them.
        func identifier(_ prefix: String) -> String { "\(prefix)_\(UUID().uuidString.replacing("-", with: "").lowercased().suffix(12))" }
        let (intent, payment, subscription) = (identifier("in"), identifier("pa"), identifier("su"))
        let time = RFC3339.string(from: paidAt)
        let metadata = String(decoding: try JSONEncoder().encode(buyer.metadata), as: UTF8.self)
        let paid = """
            {"id": "\(payment)", "paymentable": {"type": "Subscription", "id": "\(subscription)", "tax_id": null, "tax_name": null,
              "address": null, "phone_number": null}}
            """
        let method = """
            {"id": "\(identifier("pay_m"))", "type": "card", "card": {"last4": "4242", "network": "visa", "issuer_name": "SANDBOX",
              "expiration_month": 12, "expiration_year": 2031}}
            """
        let text = """
            {"id": "\(intent)", "event_type": "intent.succeeded", "type": "payment", "api_version": "2024-04-24",
             "status": "succeeded", "raw_status": "succeeded", "created_at": "\(time)",
             "amount_in_cents": 150000, "currency": "GTQ", "fee": 6950, "vat_withheld": 0, "vat_withheld_currency": "GTQ",
             "customer": {"id": "\(identifier("us"))", "email": "\(buyer.email)", "full_name": "Ana Buyer", "nit": null},
             "product": {"id": "\(identifier("prod"))"},
             "checkout": {"id": "\(buyer.checkoutID)", "status": "paid", "live_mode": false, "metadata": \(metadata),
               "latest_intent": {"id": "\(intent)", "type": "PaymentIntent", "created_at": "\(time)", "data": {"auth_code": "123456"}},
               "payment": \(paid), "payment_method": \(method), "total_in_cents": 150000, "currency": "GTQ", "expires_at": null,
               "transfer_setups": []},
             "payment": \(paid),
             "details": {"failure_reason": null, "tax_invoice_url": null, "auth_code": "123456", "payment_method": \(method)}}
            """
        id = identifier("msg")
        body = Data(text.utf8)
    }

    /// The request that brings it, signed now.
    func request(to url: String, signer: SvixSigner) -> OutboundRequest {
        let signed = signer.sign(id: id, rawBody: body, at: Date())
        return OutboundRequest(
            .post,
            url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "Svix-Webhooks/1.44.0"), ("svix-id", signed.id),
                ("svix-timestamp", signed.timestamp), ("svix-signature", signed.signature),
            ],
            body: body,
            timeout: .seconds(15),
            retry: .never
        )
    }
}
