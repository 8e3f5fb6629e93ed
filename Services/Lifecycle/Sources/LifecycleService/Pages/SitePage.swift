import Crypto
import Foundation

/// A site's one page, rendered: complete but for the bar that only some are shown.
package struct SitePage: Hashable, Sendable {
    package var html: String
    /// Of its style element, as a CSP source expression names it: `sha256-...`.
    package var styleHash: String
    /// Another page has another one.
    package var digest: String { Self.digest(of: html) }

    package init(html: String, styleHash: String) {
        self.html = html
        self.styleHash = styleHash
    }

    static func digest(of html: String) -> String {
        SHA256.hash(data: Data(html.utf8)).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Renders `content`; everything in it is escaped, so that a business named `<script>` is just a name.
    package static func render(_ content: SiteContent, theme: Theme, details: SchemaOrg.Details, url: String) throws -> SitePage {
        let styles = PageStyles(theme, for: content.trade)
        var view = SitePageView(content, theme: theme, url: url)
        view.styles = styles.css
        view.jsonLD = try SchemaOrg.json(for: content, details: details, url: url)
        view.barMarker = barMarker
        view.body = try PageTemplates.shared.render(view, theme.rawValue)
        return SitePage(html: try PageTemplates.shared.render(view, "page").withoutControls, styleHash: styles.hash)
    }

    /// Stands in the page where a bar goes. Nothing from a lead can be mistaken for it: there, `<` is escaped.
    private static let barMarker = "<!--bar-->"

    /// The page as people get it: bare once it is the customer's.
    package func served(with bar: Bar?) throws -> String {
        if let bar, styleHash == AdoptedPage.styles {
            return AdoptedPage.html(html, with: try PageTemplates.shared.render(AdoptedBar(bar), "adopted-bar").withoutControls)
        }
        guard let marker = html.firstRange(of: Self.barMarker) else { return html }
        let bar = try bar.map { try PageTemplates.shared.render($0, "bar").withoutControls } ?? ""
        return html[..<marker.lowerBound] + bar + html[marker.upperBound...]
    }

    /// What stands above a page that isn't simply its customer's.
    package struct Bar: Sendable {
        package let label: String
        package let text: String
        package let name: String
        package let action: String?
        package let url: String?

        /// A preview's: made for whom, and where to buy it.
        package static func offer(to name: String, in language: SiteContent.Language, checkout url: String) -> Bar {
            switch language {
            case .english: Bar(label: "Offer", text: "This preview was made for", name: name, action: "Buy this site", url: url)
            case .spanish: Bar(label: "Oferta", text: "Esta muestra se hizo para", name: name, action: "Comprar", url: url)
            }
        }

        /// For the customer alone, whose last payment failed.
        package static func pastDue(_ name: String, in language: SiteContent.Language) -> Bar {
            switch language {
            case .english:
                Bar(
                    label: "For you alone",
                    text:
                        "Only you see this: the last payment for this site did not go through. Please check how you pay, so that it stays online:",
                    name: name,
                    action: nil,
                    url: nil
                )
            case .spanish:
                Bar(
                    label: "Solo para usted",
                    text:
                        "Solo usted ve esto: el último pago de este sitio no se pudo cobrar. Revise su forma de pago para que siga en línea:",
                    name: name,
                    action: nil,
                    url: nil
                )
            }
        }
    }

    /// The same on a page whose styles are another program's: it brings its own.
    private struct AdoptedBar {
        let label, text, name: String
        let action, url: String?
        let surface, ink, button, buttonInk: String

        init(_ bar: Bar) {
            (label, text, name, action, url) = (bar.label, bar.text, bar.name, bar.action, bar.url)
            let palette = Theme.mainStreet.palette(for: .general)
            (surface, ink) = (palette[.bar].css, palette[.onBar].css)
            (button, buttonInk) = (palette[.barButton].css, palette[.onBarButton].css)
        }
    }

    /// A plain page that says one thing: there is no such site, or no longer.
    package static func notice(_ title: String, _ text: String) throws -> SitePage {
        let styles = PageStyles.notice
        let html = try PageTemplates.shared.render(["title": title, "text": text, "styles": styles.css], "notice")
        return SitePage(html: html, styleHash: styles.hash)
    }
}

extension String {
    /// Without the characters that HTML forbids: listings have been seen to carry them. <https://html.spec.whatwg.org/#preprocessing-the-input-stream>
    fileprivate var withoutControls: String {
        guard unicodeScalars.contains(where: \.isForbidden) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isForbidden }))
    }
}

extension Unicode.Scalar {
    fileprivate var isForbidden: Bool {
        switch value {
        case 0x09, 0x0A, 0x0C, 0x0D: false
        case ..<0x20, 0x7F...0x9F, 0xFDD0...0xFDEF: true
        default: value & 0xFFFE == 0xFFFE
        }
    }
}
