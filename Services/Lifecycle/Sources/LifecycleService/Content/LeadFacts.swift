package import Contracts
import Foundation

/// What the lead's record says, as a page shows it. What the record doesn't hold isn't there.
extension SiteContent {
    /// - Throws: ``NothingToWrite`` when the lead has no name.
    init(_ brief: ContentBrief, copy: SiteCopy) throws {
        guard !brief.title.isEmpty else { throw NothingToWrite() }
        let lead = brief.lead
        self.init(
            language: brief.language,
            tone: brief.tone,
            trade: Trade(of: lead),
            name: brief.title,
            eyebrow: [lead.tradeName(in: brief.language), lead.place].joined(by: " · "),
            tagline: copy.tagline,
            description: copy.description,
            about: copy.about,
            services: copy.services,
            cardsTitle: copy.reasons.title,
            cards: copy.reasons.cards,
            phone: lead.phone.map { Link(text: PhoneText.readable($0), url: "tel:\($0)") },
            email: lead.email.map { Link(text: $0, url: "mailto:\($0)") },
            map: lead.map,
            addressLines: lead.addressLines,
            hours: (lead.openingHours ?? []).map { OpeningHours.line($0, in: brief.language) },
            rating: lead.shownRating,
            closing: copy.closing,
            callToAction: copy.callToAction
        )
    }
}

extension SiteContent.Language {
    /// Where sites are written in Spanish: the countries whose first language it is.
    private static let spanishCountries: Set<String> = [
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE",
    ]

    package init(of lead: Lead) {
        self = Self.spanishCountries.contains(lead.country ?? "") ? .spanish : .english
    }
}

extension Lead {
    /// `Birmingham, AL`.
    var place: String? { [city, state].joined(by: ", ") }

    /// The listing's category, or, where that is in another language, the trade's name.
    func tradeName(in language: SiteContent.Language) -> String? {
        guard let known = tradeByCategory else { return [category].joined(by: "") }
        return known.languages.contains(language) || known.trade == .general
            ? known.category : TradeCopy.of(known.trade, in: language).label
    }

    var addressLines: [String] {
        let place = [place, postalCode].joined(by: " ")
        guard let address = [address].joined(by: "") else { return place.map { [$0] } ?? [] }
        // Many listings carry the whole address in one field.
        if let city, address.localizedCaseInsensitiveContains(city) { return [address] }
        return [address] + (place.map { [$0] } ?? [])
    }

    fileprivate var map: SiteContent.Link? { .map(to: name, at: addressLines, placeID: gmbID) }

    var shownRating: SiteContent.Rating? {
        guard let rating, rating > 0, rating <= 5 else { return nil }
        let tenths = Int((rating * 10).rounded())
        return SiteContent.Rating(
            value: "\(tenths / 10).\(tenths % 10)",
            reviews: reviewCount.flatMap { $0 > 0 ? $0 : nil },
            fromGoogle: source == .googleBusiness
        )
    }
}

extension SiteContent.Link {
    /// A search that opens the maps app, for the place id where there is one; none without either.
    /// <https://developers.google.com/maps/documentation/urls>
    static func map(to name: String, at lines: [String], placeID: String? = nil) -> Self? {
        guard !lines.isEmpty || placeID != nil else { return nil }
        var url = URLComponents()
        url.scheme = "https"
        url.host = "www.google.com"
        url.path = "/maps/search/"
        url.queryItems = [
            URLQueryItem(name: "api", value: "1"), URLQueryItem(name: "query", value: ([name] + lines).joined(separator: ", ")),
        ]
        if let placeID { url.queryItems?.append(URLQueryItem(name: "query_place_id", value: placeID)) }
        return url.string.map { Self(text: lines.joined(separator: ", "), url: $0) }
    }
}

extension [String?] {
    /// Those that say something; `nil` when none does.
    func joined(by separator: String) -> String? {
        let known = compactMap { $0?.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
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
