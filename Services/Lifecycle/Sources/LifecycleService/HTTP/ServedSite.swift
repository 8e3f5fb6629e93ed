import Contracts
import Foundation
import Gzip
import HTTPTypes
import Hummingbird

/// A site as it goes out: everything that is the same for all who ask, made once.
struct ServedSite: Sendable {
    let id: SiteID
    let leadID: LeadID
    let ownerKey: UUID
    let isPreview: Bool
    let status: HTTPResponse.Status
    private let plain: Form
    /// None where compression would save nothing.
    private let compressed: Form?

    /// In bytes: what it takes to keep it.
    var weight: Int { plain.body.readableBytes + (compressed?.body.readableBytes ?? 0) }

    /// The page in one content coding: another representation, with an entity tag of its own (RFC 9110 §8.8.3).
    private struct Form: Sendable {
        let headers: HTTPFields
        let body: ByteBuffer
    }

    /// - Throws: when a template can't be rendered.
    init(_ site: ShownSite, checkoutURL: String, forOwner: Bool = false) throws {
        id = site.id
        leadID = site.leadID
        ownerKey = site.ownerKey
        guard let page = site.page, site.state != .archived, site.state != .suspended else {
            isPreview = false
            let notice: SiteNotice =
                switch site.state {
                case .archived: .gone
                case .suspended: .suspended
                case .preview, .active: .inPreparation
                }
            status = notice.status
            plain = Form(headers: try notice.headers, body: try notice.body)
            compressed = nil
            return
        }
        isPreview = site.state == .preview
        status = .ok
        let bar: SitePage.Bar? =
            if isPreview {
                .offer(to: site.title, in: page.language, checkout: "\(checkoutURL)/checkout/\(site.slug)")
            } else if forOwner, site.isPastDue {
                .pastDue(site.title, in: page.language)
            } else {
                nil
            }
        let html = try SitePage(html: page.html, styleHash: page.styleHash).served(with: bar)

        var headers = PageHeaders.common
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = PageHeaders.policy(style: page.styleHash)
        headers[.vary] = "Accept-Encoding"
        // A preview is asked for again each time: once it is sold, nobody is to see the offer any more.
        headers[.cacheControl] = isPreview ? "no-cache" : "public, max-age=60, stale-while-revalidate=60"
        if isPreview { headers[.robots] = "noindex, nofollow" }
        if forOwner {
            headers[.cacheControl] = "private, no-store"
            // The address holds the owner's key.
            headers[.referrerPolicy] = "no-referrer"
            headers[.robots] = "noindex, nofollow"
        }

        // No Last-Modified: the page of a version changes when it is sold, and its entity tag says so.
        let digest = SitePage.digest(of: html)
        let bytes = Array(html.utf8)
        headers[.eTag] = "\"\(digest)\""
        plain = Form(headers: headers, body: ByteBuffer(bytes: bytes))
        compressed = Gzip.compressed(bytes).flatMap { squeezed in
            guard squeezed.count < bytes.count else { return nil }
            headers[.eTag] = "\"\(digest)-gzip\""
            headers[.contentEncoding] = "gzip"
            return Form(headers: headers, body: ByteBuffer(bytes: squeezed))
        }
    }

    func response(to request: Request) -> Response {
        let form = compressed.flatMap { AcceptedCoding.gzip.isAccepted(in: request.headers[.acceptEncoding]) ? $0 : nil } ?? plain
        if let tag = form.headers[.eTag], let known = request.headers[.ifNoneMatch], EntityTag.names(tag, in: known) {
            var headers = form.headers
            // RFC 9110 §15.4.5: what describes the page itself stays out.
            for name in [HTTPField.Name.contentType, .contentEncoding, .contentSecurityPolicy] { headers[name] = nil }
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: status, headers: form.headers, body: ResponseBody(byteBuffer: form.body))
    }
}

/// A content coding, as `Accept-Encoding` speaks of it (RFC 9110 §12.5.3).
package struct AcceptedCoding: Sendable {
    package static let gzip = AcceptedCoding(names: ["gzip", "x-gzip"])
    private let names: Set<String>

    /// Whether the header names it, or all, without giving it the weight 0; its own name counts before `*`.
    package func isAccepted(in header: String?) -> Bool {
        guard let header else { return false }
        var byStar = false
        for part in header.split(separator: ",") {
            let words = part.split(separator: ";", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard let name = words.first?.lowercased() else { continue }
            let isRefused = words.count > 1 && words[1].lowercased().hasPrefix("q=") && Double(words[1].dropFirst(2)) == 0
            if names.contains(name) { return !isRefused }
            if name == "*" { byStar = !isRefused }
        }
        return byStar
    }
}

package enum EntityTag {
    /// `If-None-Match` compares weakly (RFC 9110 §13.1.2).
    package static func names(_ tag: String, in header: String) -> Bool {
        header.split(separator: ",").contains { name in
            let name = name.trimmingCharacters(in: .whitespaces)
            return name == "*" || (name.hasPrefix("W/") ? String(name.dropFirst(2)) : name) == tag
        }
    }
}
