/// The states of the United States (with its district and territories), whose names and codes listings mix.
package enum USState {
    /// The two-letter code of a name or code.
    package static func code(of text: String) -> String? {
        let upper = text.uppercased()
        return codes.contains(upper) ? upper : byName[text.asciiSlug]
    }

    private static let codes = Set(byName.values)

    private static let byName: [String: String] = [
        "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT",
        "delaware": "DE", "district-of-columbia": "DC", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL",
        "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD",
        "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT",
        "nebraska": "NE",
        "nevada": "NV", "new-hampshire": "NH", "new-jersey": "NJ", "new-mexico": "NM", "new-york": "NY", "north-carolina": "NC",
        "north-dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode-island": "RI",
        "south-carolina": "SC", "south-dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
        "washington": "WA", "west-virginia": "WV", "wisconsin": "WI", "wyoming": "WY", "puerto-rico": "PR", "guam": "GU",
        "us-virgin-islands": "VI", "american-samoa": "AS", "northern-mariana-islands": "MP",
    ]
}
