import Foundation
import Hummingbird

/// What no real provider has: a look behind the scenes, and strings to pull.
struct ControlRoutes: Sendable {
    let sandbox: ProviderSandbox

    func add(to router: Router<BasicRequestContext>) {
        let control = router.group("sandbox")
        control.get("health") { _, _ in try Answer.json(["status": "ok"]) }
        control.get("status") { _, _ in try Answer.json(status) }
        control.get("mails") { request, _ in
            try Answer.json(.array(sandbox.mails(to: request.uri.queryParameters["to"].map(String.init)).map(Self.document)))
        }
        control.get("texts") { request, _ in
            try Answer.json(.array(sandbox.texts(to: request.uri.queryParameters["to"].map(String.init)).map(\.resource)))
        }
        control.get("checkouts") { _, _ in try Answer.json(.array(sandbox.checkouts().map(Self.document))) }
        control.post("cancel") { request, _ in
            let subscription = try Self.member("subscription_id", of: try await request.json())
            sandbox.cancel(subscription: subscription)
            return try Answer.json(status, status: .accepted)
        }
        control.post("pay") { request, _ in
            let body = try await request.json()
            let isPaid = sandbox.pay(
                checkout: try Self.member("checkout_id", of: body),
                email: try Self.member("email", of: body),
                name: body["name"]?.string
            )
            guard isPaid else { throw HTTPError(.conflict, message: "This checkout can't be paid") }
            return try Answer.json(status, status: .accepted)
        }
        control.post("text") { request, _ in
            let body = try await request.json()
            sandbox.text(
                from: try Self.member("from", of: body),
                to: try Self.member("to", of: body),
                body: try Self.member("body", of: body)
            )
            return try Answer.json(status, status: .accepted)
        }
    }

    private var status: JSONValue {
        let counts = sandbox.counts
        let members = SandboxCounter.allCases.map { ($0.rawValue, JSONValue.int(counts[$0] ?? 0)) }
        return [
            "pending": .int(sandbox.pending), "seed": .int(Int(clamping: sandbox.settings.people.seed)),
            "counts": .object(Dictionary(members) { first, _ in first }),
        ]
    }

    private static func document(_ mail: ReceivedMail) -> JSONValue {
        [
            "to": .string(mail.recipient), "from": .string(mail.sender), "subject": .string(mail.subject),
            "message_id": .string(mail.messageID), "received_at": .string(mail.receivedAt.formatted(.iso8601)),
            "links": .array(mail.links.map { .string($0.absoluteString) }),
            "images": .array(mail.images.map { .string($0.absoluteString) }),
            "unsubscribe": JSONValue(mail.oneClickUnsubscribe?.absoluteString), "text": JSONValue(mail.text), "html": JSONValue(mail.html),
        ]
    }

    private static func document(_ checkout: Checkout) -> JSONValue {
        [
            "id": .string(checkout.id), "status": .string(checkout.status(at: Date()).rawValue), "metadata": checkout.metadata,
            "total_in_cents": .int(checkout.totalInCents), "currency": .string(checkout.currency),
            "email": JSONValue(checkout.payment?.email),
            "subscription_id": JSONValue(checkout.payment == nil ? nil : checkout.sale.subscriptionID),
        ]
    }

    private static func member(_ name: String, of body: JSONValue) throws -> String {
        guard let value = body[name]?.string else { throw HTTPError(.unprocessableContent, message: "\(name) is missing") }
        return value
    }
}
