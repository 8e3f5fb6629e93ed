package import Foundation

/// Where sites are published as files.
///
/// Doing it twice is the same as doing it once: whoever dies over it has it done again.
package protocol DeploymentTarget: Sendable {
    /// Puts the page in the place of the one at `path`, the whole of it or nothing. When it returns, it is there to stay.
    func publish(_ page: DeployedPage, at path: String) async throws
    /// Takes down what is at `path`, if anything is.
    func remove(_ path: String) async throws
    /// The address at which people find what is at `path`.
    func url(of path: String) -> String
}

/// A site's page as a file: complete, with everything in it that a server of ours would say beside it.
package struct DeployedPage: Hashable, Sendable {
    package static let fileName = "index.html"

    package var html: Data
    /// How long visitors' browsers and the networks between may keep it.
    package var cacheControl: String
    package var digest: String { SitePage.digest(of: String(decoding: html, as: UTF8.self)) }

    package init(html: Data, cacheControl: String) {
        self.html = html
        self.cacheControl = cacheControl
    }

    /// The page of a site that is at `url`, known by the address `publicly`: with the offer while it is a preview, which no search
    /// engine is to know.
    package init(_ page: SitePage, offer: SitePage.Bar?, from url: String, publicly address: String) throws {
        var html = try page.served(with: offer)
        // In its links to itself: none of its texts can hold a quoted address, as quotes are escaped there.
        html = html.replacing("\"\(url)\"", with: "\"\(address)\"")
        // What our own server says beside the page: before all that it is about.
        let metas =
            ["<meta http-equiv=\"Content-Security-Policy\" content=\"\(PageHeaders.metaPolicy(style: page.styleHash))\">"]
            + (offer == nil ? [] : ["<meta name=\"robots\" content=\"noindex, nofollow\">"])
        html.insert(contentsOf: metas.map { "\n\($0)" }.joined(), at: Self.headStart(of: html))
        self.init(html: Data(html.utf8), cacheControl: offer == nil ? "public, max-age=300" : "no-cache")
    }

    /// Where a page's head begins, also that of a page which another program made: without a tag for it, behind what comes before.
    private static func headStart(of html: String) -> String.Index {
        for tag in [/<head(?:\s[^>]*)?>/, /<html(?:\s[^>]*)?>/, /<!doctype[^>]*>/] {
            if let found = html.firstMatch(of: tag.ignoresCase()) { return found.range.upperBound }
        }
        return html.startIndex
    }
}

/// Why a page could not be published.
struct DeploymentFailed: Error, CustomStringConvertible {
    let description: String
}
