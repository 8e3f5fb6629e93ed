import Foundation

/// All that stands on a site, as data: made from the lead's own facts and general copy, never from anything invented.
package struct SiteContent: Codable, Hashable, Sendable {
    package var language: Language
    package var trade: Trade
    package var name: String
    /// `Plumber · Birmingham, AL`.
    package var eyebrow: String?
    package var tagline: String
    package var cardsTitle: String
    package var cards: [Card]
    package var phone: Link?
    package var email: Link?
    package var map: Link?
    package var addressLines: [String]
    package var hours: [Line]
    package var rating: Rating?
    package var closing: String

    package enum Language: String, Codable, Sendable {
        case english = "en"
        case spanish = "es"
    }

    package struct Card: Codable, Hashable, Sendable {
        package var title: String
        package var text: String
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
        case language, trade, name, eyebrow, tagline
        case cardsTitle = "cards_title"
        case cards, phone, email, map
        case addressLines = "address_lines"
        case hours, rating, closing
    }
}
