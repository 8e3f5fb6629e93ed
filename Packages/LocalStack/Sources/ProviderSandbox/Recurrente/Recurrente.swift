import Foundation
import Synchronization
import WebhookSignatures

/// The payment provider: keeps checkouts, takes payments, and tells of them through Svix.
final class Recurrente: Sendable {
    private struct Subscription {
        var checkoutID: String
        var isActive = true
    }

    private struct State {
        var checkouts: [String: Checkout] = [:]
        var subscriptions: [String: Subscription] = [:]
    }

    /// Numbers of cards that the page offers; any other one is good too.
    static let goodCard = "4242424242424242"
    static let declinedCard = "4000000000000002"

    let settings: SandboxSettings.Recurrente
    let documents: RecurrenteDocuments
    private let script: PeopleScript
    private let courier: Courier
    private let signer: SvixSigner
    private let state = Mutex(State())

    init(settings: SandboxSettings.Recurrente, script: PeopleScript, courier: Courier) throws {
        self.settings = settings
        self.script = script
        self.courier = courier
        // The key chooses the mode, as at Recurrente.
        documents = RecurrenteDocuments(isLive: settings.secretKey.contains("_live_"))
        signer = try SvixSigner(secret: settings.webhookSecret)
    }

    func create(_ body: JSONValue, at time: Date) throws(RecurrenteProblem) -> Checkout {
        let checkout = try Checkout(body: body, at: time)
        state.withLock { $0.checkouts[checkout.id] = checkout }
        return checkout
    }

    func checkout(_ id: String) -> Checkout? { state.withLock { $0.checkouts[id] } }

    /// Newest first.
    func checkouts() -> [Checkout] { state.withLock { $0.checkouts.values.sorted { $0.createdAt > $1.createdAt } } }

    func intent(_ id: String) -> JSONValue? {
        for checkout in checkouts() {
            let attempts = checkout.declined + (checkout.payment.map { [$0] } ?? [])
            if let attempt = attempts.first(where: { $0.intentID == id }) { return documents.intent(attempt, of: checkout) }
        }
        return nil
    }

    func subscription(_ id: String) -> JSONValue? {
        guard let (checkout, payment, isActive) = known(id) else { return nil }
        return documents.subscription(id, isActive: isActive, payment, of: checkout)
    }

    /// Marks a checkout paid; nil when it can't be paid (any more).
    func pay(_ id: String, email: String, name: String, at time: Date) -> Payment? {
        state.withLock { state in
            guard var checkout = state.checkouts[id], checkout.status(at: time) == .unpaid else { return nil }
            let payment = Payment(email: email, name: name, at: time)
            checkout.payment = payment
            state.checkouts[id] = checkout
            if let subscription = checkout.sale.subscriptionID { state.subscriptions[subscription] = Subscription(checkoutID: id) }
            return payment
        }
    }

    /// Keeps an attempt that failed; nil when there is nothing to pay (any more).
    func decline(_ id: String, email: String, name: String, at time: Date) -> Payment? {
        state.withLock { state in
            guard let checkout = state.checkouts[id], checkout.status(at: time) == .unpaid else { return nil }
            let attempt = Payment(email: email, name: name, failureReason: "Tu banco ha rechazado la transacción.", at: time)
            state.checkouts[id]?.declined.append(attempt)
            return attempt
        }
    }

    /// Tells of a payment: in both formats and with the subscription.
    func tellPaid(_ id: String) async throws {
        guard let checkout = checkout(id), let payment = checkout.payment else { return }
        var events = [documents.intent(payment, of: checkout), documents.legacyIntent(payment, of: checkout)]
        if let subscription = checkout.sale.subscriptionID {
            events.append(documents.subscription("subscription.create", subscription, payment, of: checkout, at: payment.at))
        }
        try await deliver(events, about: payment.email)
    }

    /// Tells of a card that was declined, in both formats.
    func tellDeclined(_ id: String, _ attempt: Payment) async throws {
        guard let checkout = checkout(id) else { return }
        try await deliver([documents.intent(attempt, of: checkout), documents.legacyIntent(attempt, of: checkout)], about: attempt.email)
    }

    /// Ends a subscription and tells of it; false when there is none that runs.
    func cancel(_ id: String, at time: Date) async throws -> Bool {
        guard let (checkout, payment, isActive) = known(id), isActive else { return false }
        let isOurs = state.withLock { state in
            defer { state.subscriptions[id]?.isActive = false }
            return state.subscriptions[id]?.isActive == true
        }
        guard isOurs else { return false }
        try await deliver(documents.subscription("subscription.cancel", id, payment, of: checkout, at: time), about: payment.email)
        return true
    }

    private func known(_ subscription: String) -> (Checkout, Payment, isActive: Bool)? {
        state.withLock { state in
            guard let found = state.subscriptions[subscription], let checkout = state.checkouts[found.checkoutID],
                let payment = checkout.payment
            else { return nil }
            return (checkout, payment, found.isActive)
        }
    }

    /// Several deliveries, each set out a little after the one before, and none waiting for another to be taken.
    private func deliver(_ events: [JSONValue], about address: String) async throws {
        let events = script.decides(.reordered, address) ? events.reversed() : events
        try await withThrowingTaskGroup { group in
            for (place, event) in events.enumerated() {
                let pause = script.pause(.carriage, address, step: "webhook") * place
                group.addTask {
                    try await Task.sleep(for: pause)
                    try await self.deliver(event, about: address)
                }
            }
            try await group.waitForAll()
        }
    }

    /// One delivery with an id of its own, which stays the same over its attempts; each attempt has its own time and signature.
    private func deliver(_ event: JSONValue, about address: String) async throws {
        guard let url = settings.webhookURL else { return }
        let body = try event.data
        let id = "msg_" + RecurrenteIdentifier.make() + RecurrenteIdentifier.make()
        let copies = script.decides(.duplicate, "\(address)\u{0}\(event["event_type"]?.string ?? "")") ? 2 : 1
        for copy in 0..<copies {
            try await courier.deliver(until: \.isSuccess) { [signer] in
                let signed = signer.sign(id: id, rawBody: body, at: Date())
                let headers = [
                    ("Content-Type", "application/json"), ("User-Agent", "Svix-Webhooks/1.44.0"), ("svix-id", signed.id),
                    ("svix-timestamp", signed.timestamp), ("svix-signature", signed.signature),
                ]
                return WebRequest("POST", url, headers: headers, body: body)
            }
            courier.ledger.count(copy == 0 ? .deliveries : .duplicates)
        }
    }
}
