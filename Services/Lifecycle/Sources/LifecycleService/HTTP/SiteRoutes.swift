import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceKit

/// `GET /sites/{slug}`: a site as its visitors see it, with a way to buy it while it is a preview.
struct SiteRoutes: Sendable {
    let database: Database
    let checkoutURL: String
    let visits: VisitCounter
    let cache: PageCache

    func add(to router: Router<ServiceRequestContext>) {
        router.get("sites/:slug", use: show)
        router.head("sites/:slug") { request, context in try await show(request, context: context).createHeadResponse() }
        router.refuseWriting("sites/:slug")
    }

    @Sendable
    func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let slug = try context.parameters.require("slug")
        let site = try await cache.site(slug) {
            try await database.shownSite(slug).map { try ServedSite($0, checkoutURL: checkoutURL) }
        }
        guard let site else { return try SiteNotice.notFound.response }
        // The key that only the owner's link has; a wrong one is no key, and reads nothing.
        if request.uri.query != nil, let key = request.uri.queryParameters["owner"].flatMap({ UUID(uuidString: String($0)) }),
            site.ownerKey == key, let own = try await database.shownSite(slug), own.ownerKey == key
        {
            return try ServedSite(own, checkoutURL: checkoutURL, forOwner: true).response(to: request)
        }
        if site.isPreview, request.method == .get { visits.count(site.id, of: site.leadID, userAgent: request.headers[.userAgent]) }
        return site.response(to: request)
    }
}

/// What is said where there is no page to show.
enum SiteNotice {
    case notFound, inPreparation, suspended, gone

    var status: HTTPResponse.Status {
        switch self {
        case .notFound, .inPreparation: .notFound
        // For a while: search engines keep the address, and nobody is told why, as 402 would.
        case .suspended: .serviceUnavailable
        case .gone: .gone
        }
    }

    private var title: String {
        switch self {
        case .notFound: "There is no such site"
        case .inPreparation: "This site is being made"
        case .suspended: "This site is away for the moment"
        case .gone: "This site is no longer here"
        }
    }

    private var text: String {
        switch self {
        case .notFound: "Please check the address: it may have been copied in part."
        case .inPreparation: "It will be here in a moment. Please come back."
        case .suspended: "It is to be back. Please come again later. If it is yours, please write to us."
        case .gone: "It was taken down. If it was yours and you would like it back, please write to us."
        }
    }

    private var page: SitePage {
        get throws { try SitePage.notice(title, text) }
    }

    var headers: HTTPFields {
        get throws {
            var headers = PageHeaders.common
            headers[.contentType] = "text/html; charset=utf-8"
            headers[.cacheControl] = "no-store"
            if self == .suspended { headers[.retryAfter] = "3600" }
            headers[.contentSecurityPolicy] = PageHeaders.policy(style: try page.styleHash)
            return headers
        }
    }

    var body: ByteBuffer {
        get throws { ByteBuffer(string: try page.html) }
    }

    var response: Response {
        get throws { Response(status: status, headers: try headers, body: ResponseBody(byteBuffer: try body)) }
    }
}

extension Router {
    /// What is only read is not written to (RFC 9110 §15.5.6).
    func refuseWriting(_ path: RouterPath) {
        for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
            on(path, method: method) { _, _ -> Response in
                throw ProblemAnswer(
                    Problem("method-not-allowed", "Not for writing", status: 405, detail: "Only GET and HEAD are answered here."),
                    headers: [.allow: "GET, HEAD"]
                )
            }
        }
    }
}

extension HTTPField.Name {
    // All are tokens of RFC 9110, so that the initialiser can't refuse them.
    static let robots = HTTPField.Name("X-Robots-Tag") ?? .contentType
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .contentType
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy") ?? .contentType
    static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options") ?? .contentType
}
