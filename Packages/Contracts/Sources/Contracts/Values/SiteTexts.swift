/// What stands on a site, as people read and edit it.
public struct SiteTexts: Codable, Hashable, Sendable {
    /// `en` or `es`.
    public var language: String
    /// The business's, as the page writes it.
    public var name: String
    /// `Plumber · Birmingham, AL`.
    public var eyebrow: String?
    public var tagline: String
    /// What search engines and link previews show of the page.
    public var description: String?
    public var about: SiteText?
    public var services: SiteTextGroup?
    public var cardsTitle: String
    public var cards: [SiteText]
    public var phone: String?
    public var email: String?
    public var addressLines: [String]
    public var hours: [DayHours]
    public var closing: String
    public var callToAction: String?
    /// Which of these a person has written.
    public var edited: [String]

    enum CodingKeys: String, CodingKey {
        case language, name, eyebrow, tagline, description, about, services
        case cardsTitle = "cards_title"
        case cards, phone, email
        case addressLines = "address_lines"
        case hours, closing
        case callToAction = "call_to_action"
        case edited
    }

    public init(
        language: String,
        name: String,
        eyebrow: String? = nil,
        tagline: String,
        description: String? = nil,
        about: SiteText? = nil,
        services: SiteTextGroup? = nil,
        cardsTitle: String,
        cards: [SiteText],
        phone: String? = nil,
        email: String? = nil,
        addressLines: [String],
        hours: [DayHours],
        closing: String,
        callToAction: String? = nil,
        edited: [String] = []
    ) {
        self.language = language
        self.name = name
        self.eyebrow = eyebrow
        self.tagline = tagline
        self.description = description
        self.about = about
        self.services = services
        self.cardsTitle = cardsTitle
        self.cards = cards
        self.phone = phone
        self.email = email
        self.addressLines = addressLines
        self.hours = hours
        self.closing = closing
        self.callToAction = callToAction
        self.edited = edited
    }
}

/// A text under a title.
public struct SiteText: Codable, Hashable, Sendable {
    public var title: String
    public var text: String

    public init(title: String, text: String) {
        self.title = title
        self.text = text
    }
}

/// Texts under a title of their own.
public struct SiteTextGroup: Codable, Hashable, Sendable {
    public var title: String
    public var cards: [SiteText]

    public init(title: String, cards: [SiteText]) {
        self.title = title
        self.cards = cards
    }
}

/// What a person changes of a site's content: a missing key keeps, an explicit null clears. Plain text only.
public struct SiteContentChanges: Codable, Hashable, Sendable {
    public var name: Edit<String> = .keep
    public var eyebrow: Edit<String> = .keep
    public var tagline: Edit<String> = .keep
    public var description: Edit<String> = .keep
    public var about: Edit<SiteText> = .keep
    public var services: Edit<SiteTextGroup> = .keep
    public var cardsTitle: Edit<String> = .keep
    public var cards: Edit<[SiteText]> = .keep
    public var phone: Edit<String> = .keep
    public var email: Edit<String> = .keep
    public var addressLines: Edit<[String]> = .keep
    public var hours: Edit<[DayHours]> = .keep
    public var closing: Edit<String> = .keep
    public var callToAction: Edit<String> = .keep

    enum CodingKeys: String, CodingKey {
        case name, eyebrow, tagline, description, about, services
        case cardsTitle = "cards_title"
        case cards, phone, email
        case addressLines = "address_lines"
        case hours, closing
        case callToAction = "call_to_action"
    }

    /// Nothing is changed.
    public init() {}

    /// What `say` says, and nothing else.
    public init(_ say: (inout SiteContentChanges) -> Void) {
        say(&self)
    }
}
