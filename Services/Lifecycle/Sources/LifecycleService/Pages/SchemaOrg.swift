package import Contracts
import Foundation

/// The page's facts for search engines: schema.org JSON-LD, with what the lead record holds and nothing else.
package enum SchemaOrg {
    /// What only the machine-readable part needs.
    package struct Details: Codable, Hashable, Sendable {
        package var street: String?
        package var city: String?
        package var state: String?
        package var postalCode: String?
        package var country: String?
        package var latitude: Double?
        package var longitude: Double?
        package var hours: [OpeningHours.Span]

        package init(of lead: Lead) {
            street = lead.address
            city = lead.city
            state = lead.state
            postalCode = lead.postalCode
            country = lead.country
            latitude = lead.latitude
            longitude = lead.longitude
            hours = (lead.openingHours ?? []).flatMap { OpeningHours.spans(of: $0) }
        }
    }

    /// Safe inside of a `script` element: `<`, `>` and `&` are written as escapes, so that no text can end it.
    static func json(for content: SiteContent, details: Details, url: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(Business(content, details, url: url)), as: UTF8.self)
        return text.replacing("<", with: "\\u003c").replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
            .replacing("\u{2028}", with: "\\u2028").replacing("\u{2029}", with: "\\u2029")
    }

    private struct Business: Encodable {
        let context = "https://schema.org"
        let type: String
        let name: String
        let url: String
        let description: String
        let telephone: String?
        let email: String?
        let address: Address?
        let geo: Geo?
        let hasMap: String?
        let aggregateRating: Rating?
        let openingHoursSpecification: [Hours]?

        enum CodingKeys: String, CodingKey {
            case context = "@context"
            case type = "@type"
            case name, url, description, telephone, email, address, geo, hasMap, aggregateRating, openingHoursSpecification
        }

        init(_ content: SiteContent, _ details: Details, url: String) {
            type = content.trade.schemaType
            name = content.name
            self.url = url
            description = content.description ?? content.tagline
            telephone = content.phone.map { String($0.url.dropFirst("tel:".count)) }
            email = content.email?.text
            address = Address(details)
            geo = Geo(details)
            hasMap = content.map?.url
            // schema.org wants a count with a rating.
            aggregateRating = content.rating.flatMap { rating in rating.reviews.map { Rating(ratingValue: rating.value, reviewCount: $0) } }
            openingHoursSpecification = details.hours.isEmpty ? nil : details.hours.map(Hours.init)
        }
    }

    private struct Address: Encodable {
        let type = "PostalAddress"
        let streetAddress: String?
        let addressLocality: String?
        let addressRegion: String?
        let postalCode: String?
        let addressCountry: String?

        enum CodingKeys: String, CodingKey {
            case type = "@type"
            case streetAddress, addressLocality, addressRegion, postalCode, addressCountry
        }

        init?(_ details: Details) {
            guard details.street != nil || details.city != nil else { return nil }
            streetAddress = details.street
            addressLocality = details.city
            addressRegion = details.state
            postalCode = details.postalCode
            addressCountry = details.country
        }
    }

    private struct Geo: Encodable {
        let type = "GeoCoordinates"
        let latitude: Double
        let longitude: Double

        enum CodingKeys: String, CodingKey {
            case type = "@type"
            case latitude, longitude
        }

        init?(_ details: Details) {
            guard let latitude = details.latitude, let longitude = details.longitude else { return nil }
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    private struct Rating: Encodable {
        let type = "AggregateRating"
        let ratingValue: String
        let reviewCount: Int

        enum CodingKeys: String, CodingKey {
            case type = "@type"
            case ratingValue, reviewCount
        }
    }

    private struct Hours: Encodable {
        let type = "OpeningHoursSpecification"
        let dayOfWeek: String
        let opens: String
        let closes: String

        enum CodingKeys: String, CodingKey {
            case type = "@type"
            case dayOfWeek, opens, closes
        }

        init(_ span: OpeningHours.Span) {
            dayOfWeek = span.day
            opens = span.opens
            closes = span.closes
        }
    }
}
