import Crypto
import Foundation
import Mustache

/// A site's one page, rendered: complete but for the bar that a preview carries.
package struct SitePage: Hashable, Sendable {
    package var html: String
    /// Of its style element, as a CSP source expression names it: `sha256-...`.
    package var styleHash: String
    /// Another page has another one.
    package var digest: String {
        SHA256.hash(data: Data(html.utf8)).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package init(html: String, styleHash: String) {
        self.html = html
        self.styleHash = styleHash
    }

    /// Renders `content`; everything in it is escaped, so that a business named `<script>` is just a name.
    package static func render(_ content: SiteContent, details: SchemaOrg.Details, url: String) throws -> SitePage {
        let view = SitePageView(
            content,
            url: url,
            styles: PageTemplates.styles,
            jsonLD: try SchemaOrg.json(for: content, details: details, url: url),
            barMarker: barMarker
        )
        return SitePage(html: try PageTemplates.shared.render(view, "site"), styleHash: PageTemplates.styleHash)
    }

    /// Stands in the page where a preview's bar goes. Nothing from a lead can be mistaken for it: there, `<` is escaped.
    private static let barMarker = "<!--bar-->"

    /// The page as people get it: with the offer while it is a preview, bare once it is the customer's.
    package func served(with offer: Offer?) throws -> String {
        guard let marker = html.firstRange(of: Self.barMarker) else { return html }
        let bar = try offer.map { try PageTemplates.shared.render($0, "bar") } ?? ""
        return html[..<marker.lowerBound] + bar + html[marker.upperBound...]
    }

    /// The bar of a preview: made for whom, and where to buy it.
    package struct Offer: Sendable {
        package let name: String
        package let url: String
        package let label: String
        package let text: String
        package let action: String

        package init(to name: String, in language: SiteContent.Language, checkout url: String) {
            self.name = name
            self.url = url
            switch language {
            case .english: (label, text, action) = ("Offer", "This preview was made for", "Buy this site")
            case .spanish: (label, text, action) = ("Oferta", "Esta muestra se hizo para", "Comprar este sitio")
            }
        }
    }

    /// A plain page that says one thing: there is no such site, or no longer.
    package static func notice(_ title: String, _ text: String) throws -> SitePage {
        let html = try PageTemplates.shared.render(["title": title, "text": text, "styles": PageTemplates.styles], "notice")
        return SitePage(html: html, styleHash: PageTemplates.styleHash)
    }
}

/// The templates and the stylesheet, embedded in the binary and parsed once.
struct PageTemplates: Sendable {
    private let library: Result<MustacheLibrary, any Error>

    static let shared = PageTemplates()

    static let styles = String(decoding: PackageResources.site_css, as: UTF8.self)
        .split(separator: "\n").joined(separator: "\n")
    static let styleHash = "sha256-" + Data(SHA256.hash(data: Data(styles.utf8))).base64EncodedString()

    private init() {
        library = Result {
            var library = MustacheLibrary()
            try library.register(String(decoding: PackageResources.site_mustache, as: UTF8.self), named: "site")
            try library.register(String(decoding: PackageResources.bar_mustache, as: UTF8.self), named: "bar")
            try library.register(String(decoding: PackageResources.notice_mustache, as: UTF8.self), named: "notice")
            for (name, path) in PageIcons.interface {
                try library.register(PageIcons.svg(path), named: "\(name)-icon")
            }
            return library
        }
    }

    func render(_ view: Any, _ template: String) throws -> String {
        guard let text = try library.get().render(view, withTemplate: template) else { throw NoSuchTemplate(name: template) }
        return text
    }

    struct NoSuchTemplate: Error {
        let name: String
    }
}
