import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit

/// Where the "buy this site" button leads, and where the provider sends the buyer back to.
struct CheckoutRoutes: Sendable {
    let desk: CheckoutDesk

    func add(to router: Router<ServiceRequestContext>) {
        router.get("checkout/{slug}", use: follow)
        router.post("checkout/{slug}", use: buy)
        router.head("checkout/{slug}", use: look)
        router.get("checkout/{slug}/thanks") { _, _ in Page.thanks.response() }
        router.get("checkout/{slug}/cancelled") { _, _ in Page.cancelled.response() }
    }

    /// The link of a page or a message. Scanners of mail and makers of previews follow it too, and that is nobody's interest: whatever
    /// calls itself a machine gets a button, which a person whom we mistake for one can press.
    @Sendable
    private func follow(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        // A browser that loads ahead of a click gets nothing to show: the click itself comes without these headers.
        guard !request.isPrefetch else { return Page.tryLater.response() }
        guard let agent = request.headers[.userAgent], Visitor.isMachine(userAgent: agent) else {
            return try await buy(request, context: context)
        }
        switch try await desk.look(at: try context.parameters.require("slug")) {
        case .sold: return Page.sold.response()
        case .archived: return Page.archived.response()
        case .unknown: return Page.unknown.response()
        case .pay, .tryLater: return Page.confirm.response()
        }
    }

    @Sendable
    private func buy(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        switch try await desk.sell(try context.parameters.require("slug")) {
        case .pay(let url):
            return Response(status: .seeOther, headers: [.location: url, .cacheControl: "no-store"])
        case .sold: return Page.sold.response()
        case .archived: return Page.archived.response()
        case .unknown: return Page.unknown.response()
        case .tryLater: return Page.tryLater.response()
        }
    }

    /// Link checkers ask with HEAD: nobody wants to buy anything by it.
    @Sendable
    private func look(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        switch try await desk.look(at: try context.parameters.require("slug")) {
        case .unknown: Response(status: .notFound)
        case .archived: Response(status: .gone)
        case .pay, .sold, .tryLater: Response(status: .ok, headers: [.cacheControl: "no-store"])
        }
    }
}

extension Request {
    /// Sec-Purpose is of the Fetch standard; Purpose is what older browsers send.
    fileprivate var isPrefetch: Bool {
        ["Sec-Purpose", "Purpose"].contains { name in
            HTTPField.Name(name).flatMap { headers[$0] }?.lowercased().contains("prefetch") == true
        }
    }
}

/// A plain page for people.
private struct Page {
    var status: HTTPResponse.Status = .ok
    var title: String
    var text: String
    /// What the page's button says, which sends the same address a POST.
    var button: String?
    var retryAfter: Int?

    static let sold = Page(title: "This site is taken", text: "It has been bought already. If it was you: thank you, all is well.")
    static let archived = Page(
        status: .gone,
        title: "This site is no longer offered",
        text: "Please answer our message if you would like it back."
    )
    static let unknown = Page(status: .notFound, title: "There is no such site", text: "Please check the link in our message.")
    static let tryLater = Page(
        status: .serviceUnavailable,
        title: "One moment, please",
        text: "The payment page can't be reached just now. Nothing was charged. Please try again in a minute.",
        retryAfter: 30
    )
    static let confirm = Page(
        title: "Buy this site",
        text: "The payment page of our provider opens next. You can still turn back there.",
        button: "Continue to payment"
    )
    static let thanks = Page(title: "Thank you", text: "We have your order, and will be in touch as soon as the payment is confirmed.")
    static let cancelled = Page(title: "Nothing was charged", text: "Your site is still there: come back whenever you like.")

    func response() -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    private var form: String {
        button.map { #"<form method="post"><button type="submit">\#($0)</button></form>"# } ?? ""
    }

    private var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(title)</title>
        <style>
        body { font: 1.1rem/1.6 system-ui, sans-serif; color: #1f2933; background: #f5f7fa; margin: 0; display: grid; min-height: 100vh; place-items: center; }
        main { background: #fff; padding: 2.5rem 3rem; border-radius: 1rem; max-width: 32rem; box-shadow: 0 1px 4px rgba(0, 0, 0, .12); }
        h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
        p { margin: 0; }
        button { margin-top: 1.5rem; padding: .8rem 1.6rem; border: 0; border-radius: .5rem; font: inherit; color: #fff; background: #1d4ed8; }
        </style>
        </head>
        <body><main><h1>\(title)</h1><p>\(text)</p>\(form)</main></body>
        </html>

        """
    }
}
