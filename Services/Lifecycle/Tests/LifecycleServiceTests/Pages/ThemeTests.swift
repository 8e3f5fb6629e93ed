import Foundation
import LifecycleService
import Testing

@Suite("The themes")
struct ThemeTests {
    @Test func `contrast is what WCAG says it is`() {
        let (black, white) = (PageColor(0x000000), PageColor(0xFFFFFF))
        #expect(abs(black.contrast(to: white) - 21) < 0.001 && white.contrast(to: white) == 1)
        // The classic border case: #767676 passes on white, #777777 doesn't.
        #expect(PageColor(0x767676).contrast(to: white) >= 4.5)
        #expect(PageColor(0x777777).contrast(to: white) < 4.5)
    }

    @Test(arguments: Theme.allCases)
    func `whatever stands on whatever can be read, in every colourway`(theme: Theme) {
        for palette in theme.palettes {
            for pair in Palette.pairs + theme.pairs {
                let contrast = palette[pair.text].contrast(to: palette[pair.surface])
                #expect(contrast >= pair.minimum, "\(theme.rawValue)/\(palette.name): \(pair.text) on \(pair.surface) is \(contrast)")
            }
        }
    }

    @Test(arguments: Theme.allCases)
    func `a stylesheet knows no colours but the palette's, and the palette has all that it names`(theme: Theme) throws {
        let css = PageStyles(theme, for: .general).css
        let rules = css.split(separator: "\n").filter { !$0.contains(":root{") }.joined(separator: "\n")
        #expect(rules.firstMatch(of: /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|color-mix|:(white|black)\b/) == nil)
        let known = Set(theme.palettes.flatMap { $0.colors.keys }.map(\.rawValue))
        let named = Set(rules.matches(of: /var\(--([a-z0-9-]+)\)/).map { String($0.output.1) }).subtracting(["fit", "ring"])
        for palette in theme.palettes {
            #expect(named.isSubset(of: Set(palette.colors.keys.map(\.rawValue))), "\(palette.name) \(named.subtracting(known))")
        }
    }

    @Test(arguments: Theme.allCases)
    func `a stylesheet has thought of paper, of small screens, and of people whom motion makes ill`(theme: Theme) {
        let css = PageStyles(theme, for: .general).css
        #expect(css.contains("@media print") && css.contains("max-width") && css.contains(":focus-visible"))
        #expect(css.contains("prefers-reduced-motion:no-preference") && !css.contains("animation"))
        // Whatever moves stands behind the question.
        #expect(css.ranges(of: "transition").count == 1)
    }

    @Test func `a trade has the theme that becomes it`() {
        #expect(Theme.suited(to: .plumbing) == .workshop && Theme.suited(to: .food) == .bistro && Theme.suited(to: .legal) == .chambers)
        #expect(
            Theme.suited(to: .health) == .daylight && Theme.suited(to: .beauty) == .atelier && Theme.suited(to: .general) == .mainStreet
        )
        #expect(Set(Trade.allCases.map(Theme.suited)) == Set(Theme.allCases))
    }
}
