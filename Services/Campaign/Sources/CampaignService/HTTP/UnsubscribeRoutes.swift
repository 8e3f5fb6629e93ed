import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// The way out of our e-mail: one POST for mail programs (RFC 8058), a page with a button for people.
///
/// GET changes nothing, ever: scanners follow every link.
struct UnsubscribeRoutes: Sendable {
    let database: Database
    let tokens: LinkTokens
    let subscriptions: SubscriptionHandlers

    private static let largestBody = 16 * 1024

    func add(to router: Router<ServiceRequestContext>) {
        router.get("u/{token}") { request, context in
            try await Page.orTryAgain(context) { try await show(request, context: context) }
        }
        router.head("u/{token}") { try await show($0, context: $1).createHeadResponse() }
        router.post("u/{token}") { request, context in
            try await Page.orTryAgain(context) { try await change(request, context: context) }
        }
    }

    private func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = tokens.read(.unsubscribe, try context.parameters.require("token")),
            let subscription = try await database.subscription(of: claim.message)
        else { return Page.unknownLink.response() }
        let language = Language(country: subscription.country)
        return (subscription.isSuppressed ? Page.unsubscribed(language) : Page.offerUnsubscribe(language)).response()
    }

    /// Answered without a redirect, without cookies, and alike however often it comes (RFC 8058, 3.1).
    private func change(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        guard let claim = tokens.read(.unsubscribe, try context.parameters.require("token")) else { return Page.unknownLink.response() }
        let body = String(buffer: try await request.body.collect(upTo: Self.largestBody))
        let wantsBack = Form.decode(Data(body.utf8))["action"] == "resubscribe"
        // Mail programs send it as a form, urlencoded or multipart.
        let source: UnsubscribeSource = body.contains("List-Unsubscribe") ? .oneClick : .page
        let isKnown =
            wantsBack
            ? try await subscriptions.resubscribe(claim.message)
            : try await subscriptions.unsubscribe(claim.message, source: source)
        guard isKnown else { return Page.unknownLink.response() }
        let language = Language(country: try await database.subscription(of: claim.message)?.country)
        return (wantsBack ? Page.resubscribed(language) : Page.unsubscribed(language)).response()
    }
}
