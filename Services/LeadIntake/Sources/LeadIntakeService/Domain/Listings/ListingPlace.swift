/// Where a business is, as far as a row tells.
struct ListingPlace {
    var street: String?
    var city: String?
    var state: String?
    var postalCode: String?
    var country: String?
    var latitude: Double?
    var longitude: Double?
}

extension ListingRow {
    /// The country is, in this order: what the row says; what its address ends with; where an address of the form `..., CA 90744` can only
    /// be. Else it is none.
    var place: ListingPlace {
        let full = text(.address)
        var place = ListingPlace(street: text(.street) ?? full, city: text(.city), state: text(.state), postalCode: text(.postalCode))
        place.latitude = text(.latitude).flatMap(CellValue.decimal)
        place.longitude = text(.longitude).flatMap(CellValue.decimal)
        // gosom keeps the parts as JSON in one cell.
        if let json = columns[.details].lazy.map(cell).first(where: { $0.hasPrefix("{") }), let flat = FlatJSON(json) {
            let parts = Dictionary(flat.values.map { ($0.name, $0.text) }) { first, _ in first }
            func part(_ name: String) -> String? { parts[name].flatMap(CellValue.text) }
            place.street = part("street") ?? place.street.flatMap { $0.hasPrefix("{") ? nil : $0 }
            place.city = place.city ?? part("city")
            place.state = place.state ?? part("state")
            place.postalCode = place.postalCode ?? part("postalcode")
            place.country = part("country")
        }
        let said = text(.country) ?? place.country
        let american = full.flatMap(AmericanAddress.init)
        if let american, said == nil || Country.code(of: said) == "US" {
            place.city = place.city ?? american.city
            place.state = place.state ?? american.state
            place.postalCode = place.postalCode ?? american.postalCode
        }
        place.country =
            said.flatMap { Country.code(of: $0) } ?? (american == nil ? full.flatMap(Self.country(atEndOf:)) : nil)
            ?? (american != nil || isNamedAmerican(place) ? "US" : nil)
        place.postalCode = place.postalCode.map { CellValue.postalCode($0, country: place.country) }
        if place.latitude == nil, let link = texts(.link).first(where: { $0.contains("!3d") }) {
            (place.latitude, place.longitude) = Self.coordinates(inLink: link)
        }
        return place
    }

    private static func country(atEndOf address: String) -> String? {
        guard let end = address.utf8.split(separator: UInt8(ascii: ",")).last, !end.contains(where: { (48...57).contains($0) }) else {
            return nil
        }
        return Country.code(of: String(Substring(end)))
    }

    private func isNamedAmerican(_ place: ListingPlace) -> Bool {
        guard let state = place.state, USState.code(of: state) != nil else { return false }
        return text(.postalCode).map(Self.isZIP) == true
    }

    private static func isZIP(_ text: String) -> Bool {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return (3...5).contains(digits.count) && ["", ".0"].contains(text.dropFirst(digits.count))
            || text.dropFirst(digits.count).hasPrefix("-")
    }

    /// `...!3d33.6771567!4d-117.9892135...`
    private static func coordinates(inLink link: String) -> (Double?, Double?) {
        func number(behind mark: String) -> Double? {
            guard let at = link.firstRange(of: mark) else { return nil }
            return Double(link[at.upperBound...].prefix { "-.0123456789".contains($0) })
        }
        guard let latitude = number(behind: "!3d"), let longitude = number(behind: "!4d") else { return (nil, nil) }
        return (latitude, longitude)
    }
}

/// `808 N Avalon Blvd, Wilmington, CA 90744`, with or without the country behind it.
struct AmericanAddress {
    let city: String
    let state: String
    let postalCode: String

    init?(_ text: String) {
        // Most addresses are none of these, which their end tells before anything is taken apart.
        guard let end = text.utf8.split(separator: UInt8(ascii: ",")).last(where: { $0.contains { $0 > 32 } }) else { return nil }
        let hasDigits = end.contains { (48...57).contains($0) }
        if hasDigits {
            let letters = end.drop { $0 <= 32 }.prefix { $0 > 64 }
            guard letters.count == 2, letters.endIndex != end.endIndex else { return nil }
        } else if Country.code(of: String(Substring(end))) != "US" {
            return nil
        }
        var parts = text.split(separator: ",").compactMap { $0.cleaned() }
        if !hasDigits { parts.removeLast() }
        guard parts.count >= 2, let last = parts.popLast(), let city = parts.last else { return nil }
        let words = last.split(separator: " ")
        guard words.count == 2, words[0].utf8.count == 2, let state = USState.code(of: String(words[0])) else { return nil }
        let zip = words[1].split(separator: "-")
        guard let first = zip.first, first.utf8.count == 5, zip.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return nil }
        self.city = city
        self.state = state
        self.postalCode = String(words[1])
    }
}
