import Foundation

/// The page of a site that another program made. It is served as it was, and nothing of it is run.
package enum AdoptedPage {
    /// In place of a style's hash: such a page has styles wherever its maker put them.
    package static let styles = "unsafe-inline"

    package static func page(_ html: String) -> SitePage {
        SitePage(html: html.replacing("\0", with: ""), styleHash: styles)
    }

    /// With something behind all that it shows.
    static func html(_ html: String, with part: String) -> String {
        let end = html.range(of: "</body", options: [.caseInsensitive, .backwards])?.lowerBound ?? html.endIndex
        return html[..<end] + part + html[end...]
    }

    /// What its `html` element says of its language; English if it says nothing.
    package static func language(of html: String) -> SiteContent.Language {
        guard let start = html.range(of: "<html", options: .caseInsensitive) else { return .english }
        let tag = html[start.upperBound...].prefix(300).prefix { $0 != ">" }.lowercased()
        return tag.contains("lang=\"es") || tag.contains("lang='es") || tag.contains("lang=es") ? .spanish : .english
    }
}
