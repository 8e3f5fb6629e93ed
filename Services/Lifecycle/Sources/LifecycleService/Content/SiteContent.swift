package import Contracts
import Foundation

/// All that stands on a site, as data: made from the lead's own facts and general copy, never from anything invented.
///
/// Kept as JSON with each version of a site: what is added later is optional, so that older versions can still be read.
package struct SiteContent: Codable, Hashable, Sendable {
    package var language: Language
    /// None in what was written before sites had one.
    package var tone: Tone?
    package var trade: Trade
    package var name: String
    /// `Plumber · Birmingham, AL`.
    package var eyebrow: String?
    package var tagline: String
    /// What search engines and link previews show of the page: one or two sentences.
    package var description: String?
    /// The lead's own facts, as a paragraph.
    package var about: Card?
    /// What such a business does.
    package var services: Cards?
    package var cardsTitle: String
    package var cards: [Card]
    package var phone: Link?
    package var email: Link?
    package var map: Link?
    package var addressLines: [String]
    package var hours: [Line]
    package var rating: Rating?
    package var closing: String
    /// Beside the last call button: what to do now, and why it is easy.
    package var callToAction: String?
    /// The fields that people have written, by their keys.
    package var edited: [String]?

    package enum Language: String, Codable, Sendable {
        case english = "en"
        case spanish = "es"
    }

    package struct Card: Codable, Hashable, Sendable {
        package var title: String
        package var text: String

        package init(title: String, text: String) {
            self.title = title
            self.text = text
        }
    }

    /// Cards under a title of their own.
    package struct Cards: Codable, Hashable, Sendable {
        package var title: String
        package var cards: [Card]

        package init(title: String, cards: [Card]) {
            self.title = title
            self.cards = cards
        }
    }

    package struct Link: Codable, Hashable, Sendable {
        package var text: String
        package var url: String

        package init(text: String, url: String) {
            self.text = text
            self.url = url
        }
    }

    package struct Line: Codable, Hashable, Sendable {
        package var day: String
        package var hours: String

        package init(day: String, hours: String) {
            self.day = day
            self.hours = hours
        }
    }

    package struct Rating: Codable, Hashable, Sendable {
        /// 0 to 5, one decimal.
        package var value: String
        package var reviews: Int?
        package var fromGoogle: Bool

        enum CodingKeys: String, CodingKey {
            case value, reviews
            case fromGoogle = "from_google"
        }

        package init(value: String, reviews: Int?, fromGoogle: Bool) {
            self.value = value
            self.reviews = reviews
            self.fromGoogle = fromGoogle
        }
    }

    enum CodingKeys: String, CodingKey {
        case language, tone, trade, name, eyebrow, tagline, description, about, services
        case cardsTitle = "cards_title"
        case cards, phone, email, map
        case addressLines = "address_lines"
        case hours, rating, closing
        case callToAction = "call_to_action"
        case edited
    }
}
