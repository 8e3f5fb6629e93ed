import Contracts
import Crypto
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

    func add(to router: Router<ServiceRequestContext>) {
        router.get("sites/:slug", use: show)
        router.head("sites/:slug") { request, context in try await show(request, context: context).createHeadResponse() }
    }

    @Sendable
    func show(_ request: Request, context: ServiceRequestContext) async throws -> Response {
        let slug = try context.parameters.require("slug")
        let known = EntityTag.known(to: request)
        guard let site = try await database.shownSite(slug, without: known?.digest) else { return try notice(.notFound) }
        guard site.state != .archived else { return try notice(.gone) }
        guard let page = site.page else { return try notice(.inPreparation) }

        let isPreview = site.state == .preview
        if isPreview, request.method == .get {
            visits.count(site.id, of: site.leadID, userAgent: request.headers[.userAgent])
        }

        let offer = isPreview ? offer(of: site, in: page.language) : nil
        let tag = EntityTag(digest: page.digest, offer: offer?.url)
        var headers = PageHeaders.common
        headers[.eTag] = tag.text
        headers[.lastModified] = HTTPDate.text(page.generatedAt)
        // A preview is asked for again each time: once it is sold, nobody is to see the offer any more.
        headers[.cacheControl] = isPreview ? "no-cache" : "public, max-age=300, stale-while-revalidate=600"
        if isPreview { headers[.robots] = "noindex, nofollow" }
        if request.headers[.ifNoneMatch].map({ tag.isNamed(in: $0) }) == true { return Response(status: .notModified, headers: headers) }

        guard let html = try await html(of: page, slug) else { return try notice(.notFound) }
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = PageHeaders.policy(style: page.styleHash)
        let served = try SitePage(html: html, styleHash: page.styleHash).served(with: offer)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: served)))
    }

    /// What the caller claimed to have may have been another page of that digest's: with another offer on it.
    private func html(of page: ShownSite.Page, _ slug: String) async throws -> String? {
        if let html = page.html { return html }
        return try await database.shownSite(slug, without: nil)?.page?.html
    }

    private func offer(of site: ShownSite, in language: SiteContent.Language) -> SitePage.Bar {
        .offer(to: site.title, in: language, checkout: "\(checkoutURL)/checkout/\(site.slug)")
    }

    private func notice(_ notice: SiteNotice) throws -> Response {
        let page = try SitePage.notice(notice.title, notice.text)
        var headers = PageHeaders.common
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] = PageHeaders.policy(style: page.styleHash)
        return Response(status: notice.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
    }
}

/// What is said where there is no page to show.
private enum SiteNotice {
    case notFound, inPreparation, gone

    var status: HTTPResponse.Status { self == .gone ? .gone : .notFound }

    var title: String {
        switch self {
        case .notFound: "There is no such site"
        case .inPreparation: "This site is being made"
        case .gone: "This site is no longer here"
        }
    }

    var text: String {
        switch self {
        case .notFound: "Please check the address: it may have been copied in part."
        case .inPreparation: "It will be here in a moment. Please come back."
        case .gone: "It was taken down. If it was yours and you would like it back, please write to us."
        }
    }
}

/// What every page of ours is sent with.
private enum PageHeaders {
    static var common: HTTPFields {
        [
            .contentTypeOptions: "nosniff",
            .referrerPolicy: "strict-origin-when-cross-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=()",
        ]
    }

    /// A page runs nothing and loads nothing: its one style element is allowed, by its hash.
    static func policy(style hash: String) -> String {
        "default-src 'none'; style-src '\(hash)'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }
}

/// The entity tag of a page with or without its offer: the page's digest, then the offer's.
struct EntityTag: Sendable {
    let digest: String
    let text: String

    init(digest: String, offer: String?) {
        self.digest = digest
        let mark = offer.map { url in SHA256.hash(data: Data(url.utf8)).prefix(3).map { String($0, radix: 36) }.joined() } ?? "sold"
        text = "\"\(digest).\(mark)\""
    }

    /// `If-None-Match` compares weakly (RFC 9110 §13.1.2).
    func isNamed(in header: String) -> Bool {
        header.split(separator: ",").contains { name in
            let name = name.drop { $0 == " " }
            return name == "*" || name.replacing("W/", with: "", maxReplacements: 1).hasPrefix(text)
        }
    }

    /// The digest of the page that the caller says it has.
    static func known(to request: Request) -> (digest: String, Void)? {
        guard let header = request.headers[.ifNoneMatch], let start = header.firstIndex(of: "\"") else { return nil }
        let rest = header[header.index(after: start)...]
        guard let end = rest.firstIndex(where: { $0 == "." || $0 == "\"" }) else { return nil }
        return (String(rest[..<end]), ())
    }
}

/// `Sat, 21 Nov 2026 08:00:00 GMT` (RFC 9110 §5.6.7).
enum HTTPDate {
    static func text(_ date: Date) -> String {
        date.formatted(
            Date.VerbatimFormatStyle(
                format:
                    "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
                locale: Locale(identifier: "en_US_POSIX"),
                timeZone: .gmt,
                calendar: Calendar(identifier: .gregorian)
            )
        )
    }
}

extension HTTPField.Name {
    // All are tokens of RFC 9110, so that the initialiser can't refuse them.
    static let robots = HTTPField.Name("X-Robots-Tag") ?? .contentType
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .contentType
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy") ?? .contentType
    static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options") ?? .contentType
}
