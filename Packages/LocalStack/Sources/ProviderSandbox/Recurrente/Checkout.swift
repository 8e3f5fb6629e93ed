public import Foundation

/// A checkout as Recurrente keeps it, with what came of it.
public struct Checkout: Hashable, Sendable {
    public enum Status: String, Sendable {
        case unpaid, paid, expired
    }

    public struct Item: Hashable, Sendable {
        public let name: String
        public let currency: String
        public let amountInCents: Int
        public let quantity: Int
        /// `week`, `month` or `year` when it is charged again and again, nil for a one-off.
        public let billingInterval: String?
        public let billingIntervalCount: Int
    }

    public let id: String
    public let items: [Item]
    public let successURL: String?
    public let cancelURL: String?
    let metadata: JSONValue
    public let createdAt: Date
    public let expiresAt: Date?
    public let sale: Sale
    /// The one that succeeded.
    public internal(set) var payment: Payment?
    /// Cards that were declined before.
    public internal(set) var declined: [Payment] = []

    public var currency: String { items.first?.currency ?? "GTQ" }
    public var totalInCents: Int { items.reduce(0) { $0 + $1.amountInCents * $1.quantity } }
    public var recurringItem: Item? { items.first { $0.billingInterval != nil } }

    public func status(at time: Date) -> Status {
        if payment != nil { return .paid }
        return expiresAt.map { $0 <= time } == true ? .expired : .unpaid
    }

    /// Reads the body of `POST /api/checkouts`; some clients wrap it in `checkout` (PROVIDERS.md 4.1).
    init(body: JSONValue, at time: Date) throws(RecurrenteProblem) {
        let fields = body["checkout"] ?? body
        id = "ch_" + RecurrenteIdentifier.make()
        var items: [Item] = []
        for field in fields["items"]?.array ?? [] { items.append(try Item(field)) }
        guard !items.isEmpty else { throw .unprocessable("items", "no puede estar vacío") }
        self.items = items
        successURL = fields["success_url"]?.string
        cancelURL = fields["cancel_url"]?.string
        metadata = fields["metadata"] ?? [:]
        sale = Sale(isRecurring: items.contains { $0.billingInterval != nil })
        createdAt = time
        if let text = fields["expires_at"]?.string {
            guard let time = Self.time(text) else { throw .unprocessable("expires_at", "no es una fecha") }
            expiresAt = time
        } else {
            expiresAt = nil
        }
    }

    /// ISO 8601, with or without fractions of a second.
    private static func time(_ text: String) -> Date? {
        (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }
}

extension Checkout.Item {
    fileprivate init(_ field: JSONValue) throws(RecurrenteProblem) {
        guard let amount = field["amount_in_cents"]?.int, amount > 0 else {
            throw .unprocessable("amount_in_cents", "debe ser mayor que 0")
        }
        guard let currency = field["currency"]?.string, ["GTQ", "USD"].contains(currency) else {
            throw .unprocessable("currency", "no está incluido en la lista")
        }
        guard currency != "GTQ" || amount >= 500 else { throw .unprocessable("amount_in_cents", "debe ser al menos Q5.00") }
        let quantity = field["quantity"]?.int ?? 1
        guard (1...9).contains(quantity) else { throw .unprocessable("quantity", "debe estar entre 1 y 9") }
        self.name = field["name"]?.string ?? ""
        self.currency = currency
        self.amountInCents = amount
        self.quantity = quantity
        let isRecurring = field["charge_type"]?.string == "recurring"
        billingInterval = isRecurring ? field["billing_interval"]?.string ?? "month" : nil
        billingIntervalCount = field["billing_interval_count"]?.int ?? 1
    }
}

/// The ids of what is bought, the same for every attempt to pay it.
public struct Sale: Hashable, Sendable {
    /// Of the sale, not of a charge (PROVIDERS.md 4.1).
    public let paymentID = "pa_" + RecurrenteIdentifier.make()
    public let productID = "prod_" + RecurrenteIdentifier.make()
    public let priceID = "price_" + RecurrenteIdentifier.make()
    /// Nil for a one-off.
    public let subscriptionID: String?
    let oneTimePaymentID = "on_" + RecurrenteIdentifier.make()

    init(isRecurring: Bool) {
        subscriptionID = isRecurring ? "su_" + RecurrenteIdentifier.make() : nil
    }
}

/// One attempt to pay: who made it, and the ids of what it brings about.
public struct Payment: Hashable, Sendable {
    public let email: String
    public let name: String
    public let at: Date
    public let customerID: String
    /// The unified event's id, and the charge key; the legacy event has an id of its own, and both are not the sale's.
    public let intentID = "in_" + RecurrenteIdentifier.make()
    public let legacyIntentID = "pa_" + RecurrenteIdentifier.make()
    public let methodID = "pay_m_" + RecurrenteIdentifier.make()
    /// Why it failed; nil when it didn't.
    public let failureReason: String?

    init(email: String, name: String, failureReason: String? = nil, at time: Date) {
        self.email = email
        self.name = name
        self.at = time
        self.failureReason = failureReason
        customerID = "us_" + RecurrenteIdentifier.of(email)
    }
}

/// The short ids of Recurrente: lower-case letters and digits.
enum RecurrenteIdentifier {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    static func make() -> String {
        String((0..<12).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    /// The same for the same text: one e-mail address is one customer.
    static func of(_ text: String) -> String {
        var rest = StableChance(seed: 0).hash("id", text.lowercased())
        return String(
            (0..<12).map { _ in
                defer { rest /= UInt64(letters.count) }
                return letters[Int(rest % UInt64(letters.count))]
            }
        )
    }
}

/// An error as the API tells it.
struct RecurrenteProblem: Error, Hashable {
    var status: Int
    var document: JSONValue

    static let wrongKeys = RecurrenteProblem(
        status: 401,
        document: [
            "message": "Autenticación Errónea 👀",
            "errors": ["authentication": ["Las llaves de API son inválidas o no coinciden."]],
        ]
    )
    static let notFound = RecurrenteProblem(status: 404, document: ["message": "No encontrado", "errors": [:]])

    static func unprocessable(_ field: String, _ reason: String) -> RecurrenteProblem {
        RecurrenteProblem(status: 422, document: ["message": "\(field) \(reason)", "errors": .object([field: [.string(reason)]])])
    }
}
