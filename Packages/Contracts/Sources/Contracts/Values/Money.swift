/// An amount in the minor units of its currency (cents, centavos): never a fraction, never without its currency.
public struct Money: Codable, Hashable, Sendable {
    public var minorUnits: Int
    public var currency: Currency

    enum CodingKeys: String, CodingKey {
        case minorUnits = "minor_units"
        case currency
    }

    public init(minorUnits: Int, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }
}

extension Money: CustomStringConvertible {
    /// `GTQ 1,500.00` without the grouping: for logs and tables, not for a customer's eyes.
    public var description: String {
        let (whole, part) = minorUnits.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(currency.code) \(minorUnits < 0 ? "-" : "")\(whole).\(part < 10 ? "0" : "")\(part)"
    }
}

/// An ISO 4217 alphabetic code, upper case.
public struct Currency: Hashable, Sendable {
    public let code: String

    /// - Returns: `nil` unless `code` is three ASCII letters.
    public init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0 & 0xDF) && $0 > 64 }) else { return nil }
        self.code = code.uppercased()
    }

    private init(known code: String) { self.code = code }

    public static let gtq = Currency(known: "GTQ")
    public static let usd = Currency(known: "USD")
    public static let eur = Currency(known: "EUR")
}

extension Currency: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let code = try container.decode(String.self)
        guard let currency = Currency(code) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be an ISO 4217 code such as GTQ")
        }
        self = currency
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}
