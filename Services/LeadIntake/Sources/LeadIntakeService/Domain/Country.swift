import Foundation

/// Countries by code and by name, as listings write them.
package enum Country {
    /// The ISO 3166-1 alpha-2 code of `text`: a code (`gt`, `GTM` is not one), or a name in one of the languages below.
    package static func code(of text: String?) -> String? {
        guard let text = text?.cleaned(limit: 100) else { return nil }
        let upper = text.uppercased()
        if upper == "UK" { return "GB" }
        if upper.utf8.count == 2 { return codes.contains(upper) ? upper : nil }
        return byName[text.asciiSlug]
    }

    /// The country that a web or mail domain belongs to, when its last label is one of a country (`.tr`); not those that are sold to everybody.
    package static func ofDomain(_ host: String?) -> String? {
        guard let label = host?.split(separator: ".").last, label.utf8.count == 2 else { return nil }
        let code = label == "uk" ? "GB" : label.uppercased()
        return genericLabels.contains(code) ? nil : codes.contains(code) ? code : nil
    }

    private static let genericLabels: Set<String> = [
        "CO", "IO", "ME", "TV", "AI", "CC", "WS", "LY", "FM", "TO", "GG", "IS", "LA", "VC", "US",
    ]

    package static let codes: Set<String> = {
        let alpha2 = Locale.Region.isoRegions.map(\.identifier).filter {
            $0.utf8.count == 2 && $0.utf8.allSatisfy { (65...90).contains($0) }
        }
        // What ISO 3166 only reserves is no country.
        return Set(alpha2).subtracting(["EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA"])
    }()

    /// Names that differ from those of the language tables.
    private static let extraNames = [
        "usa": "US", "u-s-a": "US", "u-s": "US", "united-states-of-america": "US", "estados-unidos-de-america": "US", "eeuu": "US",
        "ee-uu": "US",
        "england": "GB", "scotland": "GB", "wales": "GB", "northern-ireland": "GB", "great-britain": "GB", "inglaterra": "GB",
        "turkey": "TR", "turkiye": "TR", "holland": "NL", "south-korea": "KR", "russia": "RU", "czech-republic": "CZ",
    ]

    private static let byName: [String: String] = {
        var names: [String: String] = [:]
        for language in ["en", "es", "de", "fr", "pt", "it", "tr"] {
            let locale = Locale(identifier: language)
            for code in codes.sorted() {
                guard let name = locale.localizedString(forRegionCode: code)?.asciiSlug, !name.isEmpty, names[name] == nil else { continue }
                names[name] = code
            }
        }
        return names.merging(extraNames) { $1 }
    }()
}
