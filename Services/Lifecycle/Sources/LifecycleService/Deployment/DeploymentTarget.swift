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
        if offer != nil, let head = html.firstRange(of: "<head>") {
            html.insert(contentsOf: "\n<meta name=\"robots\" content=\"noindex, nofollow\">", at: head.upperBound)
        }
        self.init(html: Data(html.utf8), cacheControl: offer == nil ? "public, max-age=300" : "no-cache")
    }
}

/// Why a page could not be published.
struct DeploymentFailed: Error, CustomStringConvertible {
    let description: String
}
