package import Foundation

/// How often a subscription is paid.
package struct BillingInterval: Hashable, Sendable {
    /// The provider's words.
    package enum Unit: String, CaseIterable, Sendable {
        case week, month, year
    }

    package var unit: Unit
    package var count: Int

    package init(_ unit: Unit, count: Int = 1) {
        self.unit = unit
        self.count = count
    }

    /// The end of the period that is paid for by a payment at `start`: the same day of a later month, or its last one.
    package func end(from start: Date) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let component: Calendar.Component =
            switch unit {
            case .week: .weekOfYear
            case .month: .month
            case .year: .year
            }
        return calendar.date(byAdding: component, value: count, to: start) ?? start
    }
}
