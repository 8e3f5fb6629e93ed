import Contracts
import Foundation
import Postgres

extension Row {
    /// The amount in `column`, in the currency of the column `currency`; none when it is NULL.
    func money(_ column: String) throws -> Money? {
        guard let minorUnits: Int = try decodeIfPresent(column), let code: String = try decodeIfPresent("currency") else { return nil }
        guard let currency = Currency(code) else { throw UnknownCurrency(code: code) }
        return Money(minorUnits: minorUnits, currency: currency)
    }

    func requiredMoney(_ column: String) throws -> Money {
        guard let money = try money(column) else { throw UnknownCurrency(code: "") }
        return money
    }
}

/// A row that doesn't say what its amount is in.
struct UnknownCurrency: Error, CustomStringConvertible {
    var code: String
    var description: String { "\"\(code)\" in the column currency is not an ISO 4217 code" }
}
