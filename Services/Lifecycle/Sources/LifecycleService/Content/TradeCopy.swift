/// General words about a trade: true of any business of its kind, so that nothing is claimed of this one.
struct TradeCopy: Sendable {
    var tagline: String
    var cardsTitle: String
    var cards: [SiteContent.Card]
    /// Above the call button at the end of the page.
    var closing: String

    init(_ tagline: String, _ cardsTitle: String, _ cards: [(title: String, text: String)], closing: String) {
        self.tagline = tagline
        self.cardsTitle = cardsTitle
        self.cards = cards.map { SiteContent.Card(title: $0.title, text: $0.text) }
        self.closing = closing
    }

    static func of(_ trade: Trade, in language: SiteContent.Language) -> TradeCopy {
        switch language {
        case .english: english[trade] ?? generalEnglish
        case .spanish: spanish[trade] ?? generalSpanish
        }
    }
}
