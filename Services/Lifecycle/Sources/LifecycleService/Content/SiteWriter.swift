package import Contracts
import Foundation

/// Writes a site's content from a lead's own facts and the general copy of its trade. What the lead record doesn't hold isn't there.
package enum SiteWriter {
    /// Where sites are written in Spanish: the countries whose first language it is.
    private static let spanishCountries: Set<String> = [
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE",
    ]

    /// - Throws: ``NothingToWrite`` when the lead has no name: there is nothing to put on a page.
    package static func content(for lead: Lead, title: String? = nil) throws -> SiteContent {
        let name = (title ?? lead.name).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty else { throw NothingToWrite() }

        let language: SiteContent.Language = spanishCountries.contains(lead.country ?? "") ? .spanish : .english
        let trade = Trade(of: lead)
        let copy = TradeCopy.of(trade, in: language)
        return SiteContent(
            language: language,
            trade: trade,
            name: name,
            eyebrow: joined([lead.category, joined([lead.city, lead.state], by: ", ")], by: " · "),
            tagline: copy.tagline,
            cardsTitle: copy.cardsTitle,
            cards: copy.cards,
            phone: lead.phone.map { SiteContent.Link(text: PhoneText.readable($0), url: "tel:\($0)") },
            email: lead.email.map { SiteContent.Link(text: $0, url: "mailto:\($0)") },
            map: map(of: lead),
            addressLines: addressLines(of: lead),
            hours: (lead.openingHours ?? []).map { OpeningHours.line($0, in: language) },
            rating: rating(of: lead),
            closing: copy.closing
        )
    }

    package struct NothingToWrite: Error, CustomStringConvertible {
        package let description = "The lead has no name."
    }

    private static func addressLines(of lead: Lead) -> [String] {
        let place = joined([joined([lead.city, lead.state], by: ", "), lead.postalCode], by: " ")
        guard let address = lead.address?.trimmingCharacters(in: .whitespaces), !address.isEmpty else { return place.map { [$0] } ?? [] }
        // Many listings carry the whole address in one field.
        if let city = lead.city, address.localizedCaseInsensitiveContains(city) { return [address] }
        return [address] + (place.map { [$0] } ?? [])
    }

    /// A search that opens the maps app, for the place id where there is one. <https://developers.google.com/maps/documentation/urls>
    private static func map(of lead: Lead) -> SiteContent.Link? {
        let lines = addressLines(of: lead)
        guard !lines.isEmpty || lead.gmbID != nil else { return nil }
        var url = URLComponents()
        url.scheme = "https"
        url.host = "www.google.com"
        url.path = "/maps/search/"
        url.queryItems = [
            URLQueryItem(name: "api", value: "1"), URLQueryItem(name: "query", value: ([lead.name] + lines).joined(separator: ", ")),
        ]
        if let place = lead.gmbID { url.queryItems?.append(URLQueryItem(name: "query_place_id", value: place)) }
        return url.string.map { SiteContent.Link(text: lines.joined(separator: ", "), url: $0) }
    }

    private static func rating(of lead: Lead) -> SiteContent.Rating? {
        guard let rating = lead.rating, rating > 0, rating <= 5 else { return nil }
        let tenths = Int((rating * 10).rounded())
        return SiteContent.Rating(
            value: "\(tenths / 10).\(tenths % 10)",
            reviews: lead.reviewCount.flatMap { $0 > 0 ? $0 : nil },
            fromGoogle: lead.source == .googleBusiness
        )
    }

    private static func joined(_ parts: [String?], by separator: String) -> String? {
        let known = parts.compactMap { $0?.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return known.isEmpty ? nil : known.joined(separator: separator)
    }
}

enum PhoneText {
    /// `(205) 555-0100` for North America, `5555-0100` behind the country's code for Guatemala, E.164 for all else.
    static func readable(_ e164: String) -> String {
        let digits = Array(e164.filter(\.isNumber))
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        if digits.count == 11, digits[0] == "1" { return "(\(part(1..<4))) \(part(4..<7))-\(part(7..<11))" }
        if digits.count == 11, e164.hasPrefix("+502") { return "+502 \(part(3..<7))-\(part(7..<11))" }
        return e164
    }
}
