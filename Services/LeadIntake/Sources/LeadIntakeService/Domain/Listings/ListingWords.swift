import Contracts

/// What other programs call things that a lead has words of its own for.
enum ListingWords {
    /// - Returns: `other` for a source that none of ours is meant by.
    static func source(_ text: String) -> LeadSource {
        let plain = ColumnName.plain(text)
        return sources.first { $0.words.contains(plain) }?.source ?? .other
    }

    private static let sources: [(source: LeadSource, words: Set<String>)] = [
        (.googleBusiness, ["googlebusiness", "googlemaps", "googlebusinessprofile", "googlemybusiness", "gmb", "gbp"]),
        (.website, ["website", "web", "webform", "websiteform", "webtolead", "contactform", "landingpage", "sitioweb", "formularioweb"]),
        (.facebook, ["facebook", "fb", "facebookads", "facebookleadads", "facebookad", "paidfacebook"]),
        (.instagram, ["instagram", "ig", "instagramads"]),
        (.whatsapp, ["whatsapp", "wa"]),
        (
            .referral,
            [
                "referral", "referrals", "partner", "partnerreferral", "customerreferral", "employeereferral", "externalreferral",
                "wordofmouth", "recommendation", "referido", "recomendacion",
            ]
        ),
        (.import, ["import", "imported", "list", "purchasedlist"]),
        (.api, ["api"]),
    ]

    /// The stage that all of `cells` together speak for: a sale that was made before what is said of the talks. Only words that can mean
    /// nothing else; whatever else stands there leaves the lead new.
    static func salesStage(_ cells: [String]) -> SalesStage? {
        let found = cells.compactMap { cell in
            let plain = ColumnName.plain(cell)
            return stages.first { $0.words.contains(plain) }?.stage
        }
        return found.contains(.won) ? .won : found.first
    }

    private static let stages: [(stage: SalesStage, words: Set<String>)] = [
        (.new, ["new", "open", "opennotcontacted", "notcontacted", "uncontacted", "lead"]),
        (.contacted, ["contacted", "workingcontacted", "attemptedtocontact", "connected", "inprogress", "working", "nurturing"]),
        (.qualified, ["qualified", "salesqualifiedlead", "sql", "opportunity", "opendeal", "converted", "closedconverted"]),
        (.proposal, ["proposal", "proposalpricequote", "proposalsent", "quotesent"]),
        (.negotiation, ["negotiation", "negotiationreview", "contractsent"]),
        (.won, ["won", "closedwon", "customer"]),
        (.lost, ["lost", "closedlost", "unqualified", "disqualified", "closednotconverted", "notinterested"]),
        (.callback, ["callback", "badtiming", "callbacklater"]),
    ]

    static func tags(_ text: String) -> [String] {
        text.split { ",;|\n".contains($0) }.map(String.init)
    }

    /// `12.50 USD`, `€ 1.200`, `Q150`, `1,200.50` with the currency in a column of its own.
    ///
    /// - Returns: `nil` without a currency, or when the amount can be read in two ways.
    static func money(_ text: String, currency named: String?, country: String?) -> Money? {
        guard let first = text.firstIndex(where: \.isNumber), let last = text.lastIndex(where: \.isNumber) else { return nil }
        let around = (String(text[..<first]) + String(text[last...].dropFirst())).filter { !$0.isWhitespace && $0 != "." }
        guard let code = around.isEmpty ? named?.cleaned() : around else { return nil }
        let symbol = symbols[code.uppercased()] ?? (code == "$" && !otherDollars.contains(country ?? "US") ? "USD" : nil)
        guard let currency = Currency(symbol ?? code) else { return nil }

        let number = text[first...last].filter { $0 != " " && $0 != "\u{A0}" && $0 != "'" }
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }) else { return nil }
        var whole = Substring(number)
        var part = "00"
        if let mark = number.lastIndex(where: { $0 == "." || $0 == "," }) {
            let behind = number[mark...].dropFirst()
            // Three digits behind a mark are thousands.
            if behind.count <= 2 {
                whole = number[..<mark]
                part = String((behind + "00").prefix(2))
            }
        }
        guard let units = Int(whole.filter(\.isNumber)), units <= 1_000_000_000, let cents = Int(part) else { return nil }
        return withoutCents.contains(currency.code)
            ? Money(minorUnits: units, currency: currency) : Money(minorUnits: units * 100 + cents, currency: currency)
    }

    private static let symbols = ["€": "EUR", "£": "GBP", "Q": "GTQ", "US$": "USD", "MX$": "MXN", "₹": "INR", "₺": "TRY", "฿": "THB"]
    /// Where `$` is not the dollar of the United States.
    private static let otherDollars: Set<String> = ["CA", "AU", "NZ", "MX", "CO", "CL", "AR", "UY", "HK", "SG", "TW", "CU", "DO"]
    /// ISO 4217: currencies without minor units.
    private static let withoutCents: Set<String> = ["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"]
}
