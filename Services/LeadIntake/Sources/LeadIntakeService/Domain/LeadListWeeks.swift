import Foundation

/// The weeks (counted from 1970) in which the leads of a slice were made. Each lead has its week and its four weeks among the words that are
/// searched: the index reads them in step with other words, and so passes over the leads of other times.
struct LeadListWeeks: Hashable, Sendable {
    let numbers: ClosedRange<Int>

    /// Of more, each with a look of its own, it may take less to read the words of all times.
    private static let mostMonths = 40
    private static let length: TimeInterval = 7 * 86_400
    private static let weeksOfMonth = 4

    /// From one time to the other, whichever is earlier; `nil` when these are too many weeks.
    init?(_ one: Date, _ other: Date) {
        guard let first = Self.number(min(one, other)), let last = Self.number(max(one, other)) else { return nil }
        numbers = first...last
        if (last - first) / Self.weeksOfMonth > Self.mostMonths { return nil }
    }

    /// A `tsquery`: the weeks at both ends, and between them four at a time.
    var query: String {
        var entries: [String] = []
        var week = numbers.lowerBound
        while week <= numbers.upperBound {
            let isMonth = week.isMultiple(of: Self.weeksOfMonth) && week + Self.weeksOfMonth - 1 <= numbers.upperBound
            entries.append(isMonth ? "'@m\(week / Self.weeksOfMonth)'" : "'@w\(week)'")
            week += isMonth ? Self.weeksOfMonth : 1
        }
        return entries.joined(separator: " | ")
    }

    private static func number(_ time: Date) -> Int? { Int(exactly: (time.timeIntervalSince1970 / length).rounded(.down)) }
}
