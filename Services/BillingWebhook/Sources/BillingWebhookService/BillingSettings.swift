import Contracts
import Foundation
import ServiceKit
import WebhookSignatures

/// The settings of billing-webhook, read and checked together.
struct BillingSettings: Sendable {
    static let declared: [Setting] = [
        Setting(
            "RECURRENTE_API_URL",
            .url,
            default: "https://app.recurrente.com/api",
            "Recurrente's API; the keys choose live or test mode."
        ),
        .optional("RECURRENTE_PUBLIC_KEY", "The key that begins with pk_, sent as X-PUBLIC-KEY."),
        .optional("RECURRENTE_SECRET_KEY", secret: true, "The key that begins with sk_; without it nothing can be bought."),
        .optional(
            "RECURRENTE_WEBHOOK_SECRETS",
            .list,
            secret: true,
            "The signing secrets of the webhook endpoint (whsec_...), all that are active; without one no webhook is accepted."
        ),
        Setting("ACCEPT_TEST_MODE", .boolean, default: "false", "Whether notices of test mode count as money; never in production."),
        Setting("SITE_PRICE", .integer, default: "150000", "What a site costs for each period, in the currency's minor units."),
        Setting("SITE_CURRENCY", default: "GTQ", "The ISO 4217 code of that price: GTQ or USD."),
        Setting("SITE_BILLING_INTERVAL", default: "month", "How often it is paid: week, month or year."),
        .optional("SUCCESS_URL", .url, "Where a buyer is sent after paying; a page of our own when it isn't set."),
        .optional("CANCEL_URL", .url, "Where a buyer is sent who turns back; the site's preview when it isn't set."),
    ]

    var api: RecurrenteAPI.Access?
    /// None as long as no secret is set.
    var verifier: SvixVerifier?
    var acceptsTestMode: Bool
    var price: Price
    var successURL: String?
    var cancelURL: String?

    /// - Throws: `SettingsError` with a line for each value that can't be.
    init(_ settings: Settings) throws {
        var faults: [String] = []
        let amount = settings.int("SITE_PRICE")
        if amount <= 0 { faults.append("SITE_PRICE is \"\(amount)\"; it must be above 0: minor units, such as 150000 for 1,500.00") }
        let currency = Currency(settings.string("SITE_CURRENCY"))
        // What Recurrente takes: only these two, and of quetzals no fewer than five.
        if currency != .gtq, currency != .usd {
            faults.append("SITE_CURRENCY is \"\(settings.string("SITE_CURRENCY"))\"; it must be GTQ or USD")
        }
        if currency == .gtq, (1..<500).contains(amount) {
            faults.append("SITE_PRICE is \"\(amount)\"; it must be 500 or more: Recurrente takes GTQ 5.00 at least")
        }
        let unit = BillingInterval.Unit(rawValue: settings.string("SITE_BILLING_INTERVAL"))
        if unit == nil {
            faults.append("SITE_BILLING_INTERVAL is \"\(settings.string("SITE_BILLING_INTERVAL"))\"; it must be week, month or year")
        }
        let secrets = settings.list("RECURRENTE_WEBHOOK_SECRETS")
        do {
            verifier = secrets.isEmpty ? nil : try SvixVerifier(secrets: secrets)
        } catch {
            faults.append("RECURRENTE_WEBHOOK_SECRETS has one that is not base64: they begin with whsec_")
        }
        api = settings.optionalString("RECURRENTE_SECRET_KEY").map { key in
            RecurrenteAPI.Access(
                url: settings.url("RECURRENTE_API_URL"),
                publicKey: settings.optionalString("RECURRENTE_PUBLIC_KEY"),
                secretKey: key
            )
        }
        acceptsTestMode = settings.bool("ACCEPT_TEST_MODE")
        successURL = settings.optionalURL("SUCCESS_URL")
        cancelURL = settings.optionalURL("CANCEL_URL")
        guard faults.isEmpty, let currency, let unit else { throw SettingsError(faults: faults) }
        price = Price(amount: Money(minorUnits: amount, currency: currency), interval: BillingInterval(unit))
    }
}
