import Crypto
import Foundation
import Mustache

/// The templates and stylesheets, embedded in the binary and parsed once.
struct PageTemplates: Sendable {
    private let library: Result<MustacheLibrary, any Error>

    static let shared = PageTemplates()

    private init() {
        library = Result {
            var library = MustacheLibrary()
            for (name, file) in Self.files { try library.register(String(decoding: file, as: UTF8.self), named: name) }
            for (name, template) in PageParts.all { try library.register(template, named: name) }
            for (name, path) in PageIcons.interface { try library.register(PageIcons.svg(path), named: "\(name)-icon") }
            return library
        }
    }

    private static var files: [(name: String, file: [UInt8])] {
        Theme.allCases.map { ($0.rawValue, $0.files.template) } + [
            ("page", PackageResources.page_mustache), ("bar", PackageResources.bar_mustache), ("notice", PackageResources.notice_mustache),
            ("adopted-bar", PackageResources.adopted_bar_mustache),
        ]
    }

    func render(_ view: Any, _ template: String) throws -> String {
        guard let text = try library.get().render(view, withTemplate: template) else { throw NoSuchTemplate(name: template) }
        return text
    }

    struct NoSuchTemplate: Error {
        let name: String
    }
}

/// What stands in a page's one style element.
package struct PageStyles: Sendable {
    package let css: String

    package init(_ theme: Theme, for trade: Trade) {
        css = [theme.palette(for: trade).css, Self.text(PackageResources.base_css), Self.text(theme.files.styles)].joined(separator: "\n")
    }

    /// Of pages that say one thing.
    static let notice = PageStyles(palette: Theme.chambers.palette(for: .general), PackageResources.notice_css)

    private init(palette: Palette, _ file: [UInt8]) {
        css = palette.css + "\n" + Self.text(file)
    }

    private static func text(_ file: [UInt8]) -> String {
        String(decoding: file, as: UTF8.self).split(separator: "\n").joined(separator: "\n")
    }

    /// As a Content-Security-Policy names it.
    var hash: String { "sha256-" + Data(SHA256.hash(data: Data(css.utf8))).base64EncodedString() }
}

extension Theme {
    fileprivate var files: (template: [UInt8], styles: [UInt8]) {
        switch self {
        case .mainStreet: (PackageResources.main_street_mustache, PackageResources.main_street_css)
        case .workshop: (PackageResources.workshop_mustache, PackageResources.workshop_css)
        case .bistro: (PackageResources.bistro_mustache, PackageResources.bistro_css)
        case .atelier: (PackageResources.atelier_mustache, PackageResources.atelier_css)
        case .chambers: (PackageResources.chambers_mustache, PackageResources.chambers_css)
        case .daylight: (PackageResources.daylight_mustache, PackageResources.daylight_css)
        }
    }
}
