import Contracts

/// General words about a trade: true of any business of its kind, so that nothing is claimed of this one.
///
/// No telephone, no opening hours, no place: whether there is one, only the lead's record knows.
struct TradeCopy: Sendable {
    /// The trade's name, where the listing's category is in another language.
    var label: String
    var taglines: Tones
    /// What people ask such a business for.
    var services: SiteContent.Cards
    /// When, or why, one turns to it.
    var reasons: SiteContent.Cards
    /// Above the button at the end of the page.
    var closings: Tones

    init(
        _ label: String,
        taglines: Tones,
        services: String,
        _ asked: [(title: String, text: String)],
        reasons: String,
        _ told: [(title: String, text: String)],
        closings: Tones
    ) {
        self.label = label
        self.taglines = taglines
        self.services = SiteContent.Cards(title: services, cards: asked.map { SiteContent.Card(title: $0.title, text: $0.text) })
        self.reasons = SiteContent.Cards(title: reasons, cards: told.map { SiteContent.Card(title: $0.title, text: $0.text) })
        self.closings = closings
    }

    static func of(_ trade: Trade, in language: SiteContent.Language) -> TradeCopy {
        switch language {
        case .english: english(trade)
        case .spanish: spanish(trade)
        }
    }
}

/// The same thing, said in each tone.
struct Tones: Sendable {
    var friendly: String
    var professional: String
    var direct: String

    subscript(_ tone: Tone) -> String {
        switch tone {
        case .friendly: friendly
        case .professional: professional
        case .direct: direct
        }
    }
}
