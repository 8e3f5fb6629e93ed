import Foundation
import HTTPTypes
import Hummingbird

/// The part of Recurrente's API that sells a site, and the page where the buyer pays.
struct RecurrenteRoutes: Sendable {
    let recurrente: Recurrente
    let people: People
    let ledger: SandboxLedger
    /// How others reach us, without a slash at the end.
    let baseURL: @Sendable () async throws -> String

    func add(to router: Router<BasicRequestContext>) {
        let api = router.group("api")
        api.get("test") { request, _ in try await answer(request) { ["message": "Autenticación correcta"] } }
        api.post("checkouts", use: create)
        api.get("checkouts") { request, _ in
            try await answer(request) {
                var documents: [JSONValue] = []
                for checkout in recurrente.checkouts() { documents.append(try await document(checkout)) }
                return .array(documents)
            }
        }
        api.get("checkouts/{id}") { request, context in
            try await answer(request) {
                guard let checkout = recurrente.checkout(id(context)) else { return nil }
                return try await document(checkout)
            }
        }
        api.get("intents/{id}") { request, context in try await answer(request) { recurrente.intent(id(context)) } }
        api.get("subscriptions/{id}") { request, context in try await answer(request) { recurrente.subscription(id(context)) } }
        api.delete("subscriptions/{id}") { request, context in
            try await answer(request) {
                let subscription = id(context)
                guard recurrente.subscription(subscription) != nil else { return nil }
                people.cancel(subscription)
                return ["message": "Suscripción cancelada"]
            }
        }
        router.get("checkout-session/{id}", use: page)
        router.post("checkout-session/{id}/pay", use: pay)
    }

    @Sendable
    private func create(_ request: Request, context: BasicRequestContext) async throws -> Response {
        try await answer(request, status: .created) {
            let checkout = try recurrente.create(try await request.json(), at: Date())
            ledger.count(.checkouts)
            return ["id": .string(checkout.id), "checkout_url": .string(try await url(of: checkout))]
        }
    }

    @Sendable
    private func page(_ request: Request, context: BasicRequestContext) async throws -> Response {
        guard let checkout = recurrente.checkout(id(context)) else { return Answer.html("<h1>404</h1>", status: .notFound) }
        let lines = checkout.items.map { "<li>\($0.quantity) × \(Answer.escaped($0.name))</li>" }.joined()
        let total = "\(checkout.currency) \(checkout.totalInCents / 100).\(String(checkout.totalInCents % 100 + 100).dropFirst())"
        let action =
            checkout.status(at: Date()) == .unpaid
            ? """
            <form method="post" action="/checkout-session/\(checkout.id)/pay">
            <label>E-mail <input name="email" type="email" required></label> <label>Name <input name="name" required></label>
            <label>Card <select name="card"><option value="\(Recurrente.goodCard)">is good</option>
            <option value="\(Recurrente.declinedCard)">is declined</option></select></label> <button>Pay \(total)</button></form>
            """ : "<p>\(checkout.status(at: Date()).rawValue)</p>"
        return Answer.html(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Checkout</title>
            <h1>Sandbox checkout</h1><ul>\(lines)</ul><p>Total \(total)</p>\(action)</html>
            """
        )
    }

    @Sendable
    private func pay(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let form = try await request.form()
        guard let email = form["email"], email.contains("@") else { return Answer.html("<h1>An e-mail, please</h1>", status: .badRequest) }
        let name = form["name"] ?? email
        if form["card"] == Recurrente.declinedCard, people.decline(id(context), email: email, name: name) {
            return Answer.html("<h1>Your card was declined</h1><p>Please go back and try another one.</p>", status: .init(code: 402))
        }
        guard people.pay(id(context), email: email, name: name) else {
            return Answer.html("<h1>This checkout can't be paid</h1>", status: .conflict)
        }
        guard let success = recurrente.checkout(id(context))?.successURL else { return Answer.html("<h1>Thank you</h1>") }
        return Answer.redirect(to: success)
    }

    private func id(_ context: BasicRequestContext) -> String { context.parameters.get("id") ?? "" }

    private func url(of checkout: Checkout) async throws -> String { "\(try await baseURL())/checkout-session/\(checkout.id)" }

    private func document(_ checkout: Checkout) async throws -> JSONValue {
        recurrente.documents.checkout(checkout, url: try await url(of: checkout), at: Date())
    }

    /// Checks the keys, then answers the document, or 404 for none.
    private func answer(
        _ request: Request,
        status: HTTPResponse.Status = .ok,
        _ document: () async throws -> JSONValue?
    ) async throws -> Response {
        do {
            guard isKnown(request) else { throw RecurrenteProblem.wrongKeys }
            guard let document = try await document() else { throw RecurrenteProblem.notFound }
            return try Answer.json(document, status: status)
        } catch let problem as RecurrenteProblem {
            return try Answer.json(problem.document, status: .init(code: problem.status))
        }
    }

    /// Two sources disagree on the header, so either is taken (PROVIDERS.md 4.1); a public key that is sent must be ours.
    private func isKnown(_ request: Request) -> Bool {
        let names = (secret: HTTPField.Name("X-SECRET-KEY"), public: HTTPField.Name("X-PUBLIC-KEY"))
        let bearer = request.headers[.authorization].map { String($0.dropFirst("Bearer ".count)) }
        let secret = names.secret.flatMap { request.headers[$0] } ?? bearer
        let sent = names.public.flatMap { request.headers[$0] }
        return secret == recurrente.settings.secretKey && (sent == nil || sent == recurrente.settings.publicKey)
    }
}
