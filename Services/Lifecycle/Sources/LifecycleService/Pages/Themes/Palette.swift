/// What a colour is for. The raw values are the names of the custom properties in the stylesheets: those know no other colours.
package enum PageRole: String, CaseIterable, Sendable {
    /// The page itself, its text, its lesser text, its links and ornaments.
    case paper, ink, soft, link, mark
    /// Surfaces that the page's text stands on too.
    case panel, tint
    /// Thin lines; on the brand's colour.
    case line
    case lineOnBrand = "line-on-brand"
    /// The loudest surface, and what stands on it.
    case brand
    case onBrand = "on-brand"
    case softOnBrand = "soft-on-brand"
    /// Buttons.
    case accent
    case onAccent = "on-accent"
    /// The foot of the page.
    case deep
    case onDeep = "on-deep"
    /// The preview's bar, which is ours and looks alike on every site.
    case bar
    case onBar = "on-bar"
    case barButton = "bar-button"
    case onBarButton = "on-bar-button"
    /// Ornaments of single themes; no text stands on them.
    case grid, stripe, check, check2 = "check-2", shade, blush, hill
    case hill2 = "hill-2"
}

/// The colours of a theme in one of its colourways.
package struct Palette: Sendable {
    package let name: String
    package let colors: [PageRole: PageColor]

    /// The page's own, with what differs.
    init(_ name: String, _ base: [PageRole: UInt32], _ own: [PageRole: UInt32] = [:]) {
        self.name = name
        colors = Palette.common.merging(base) { _, new in new }.merging(own) { _, new in new }.mapValues(PageColor.init)
    }

    private static let common: [PageRole: UInt32] = [.bar: 0x10151D, .onBar: 0xE9EDF3, .barButton: 0xFFD24A, .onBarButton: 0x171308]

    package subscript(role: PageRole) -> PageColor { colors[role] ?? PageColor(0) }

    /// As custom properties of the page; in print all is black on white.
    var css: String {
        let roles = PageRole.allCases.filter { colors[$0] != nil }
        let screen = roles.map { "--\($0.rawValue):\(self[$0].css)" }.joined(separator: ";")
        let print = roles.map { "--\($0.rawValue):\(Self.inks.contains($0) ? "#000000" : Self.lines.contains($0) ? "#999999" : "#ffffff")" }
        return ":root{\(screen)}\n@media print{:root{\(print.joined(separator: ";"))}}"
    }

    private static let inks: Set<PageRole> = [.ink, .soft, .link, .mark, .onBrand, .softOnBrand, .onAccent, .onDeep, .onBar, .onBarButton]
    private static let lines: Set<PageRole> = [.line, .lineOnBrand, .stripe]

    /// A text and what it stands on, with the contrast that WCAG 2.2 AA asks for: 4.5, and 3 for large text and for what isn't text.
    package struct Pair: Hashable, Sendable {
        package let text: PageRole
        package let surface: PageRole
        package let minimum: Double

        init(_ text: PageRole, on surface: PageRole, atLeast minimum: Double = 4.5) {
            self.text = text
            self.surface = surface
            self.minimum = minimum
        }
    }

    /// Those that every theme may show.
    package static let pairs: [Pair] =
        [PageRole.paper, .panel, .tint].flatMap { surface in
            [PageRole.ink, .soft, .link].map { Pair($0, on: surface) }
        } + [
            Pair(.mark, on: .paper), Pair(.mark, on: .panel, atLeast: 3), Pair(.mark, on: .tint, atLeast: 3),
            Pair(.onBrand, on: .brand), Pair(.softOnBrand, on: .brand), Pair(.onAccent, on: .accent), Pair(.onDeep, on: .deep),
            Pair(.onBar, on: .bar), Pair(.onBarButton, on: .barButton),
        ]
}
