package import Contracts
package import Foundation

/// What is known of one subscription. As with ``PaymentRecord``, the end doesn't depend on the order in which it became known.
package struct SubscriptionRecord: Hashable, Sendable {
    package var startedAt: Date?
    package var firstPaidAt: Date?
    package var lastPaidAt: Date?
    package var pastDueTimes: [Date]
    package var cancelledAt: Date?

    package init(
        startedAt: Date? = nil,
        firstPaidAt: Date? = nil,
        lastPaidAt: Date? = nil,
        pastDueTimes: [Date] = [],
        cancelledAt: Date? = nil
    ) {
        self.startedAt = startedAt
        self.firstPaidAt = firstPaidAt
        self.lastPaidAt = lastPaidAt
        self.pastDueTimes = pastDueTimes
        self.cancelledAt = cancelledAt
    }

    package enum Fact: Hashable, Sendable {
        /// The provider says that it exists.
        case created
        /// A payment for it succeeded that was not counted before.
        case paid
        case pastDue
        case cancelled
    }

    /// What is to be told, and when it happened.
    package enum News: Hashable, Sendable {
        case started(Date)
        case renewed(Date)
        case pastDue(Date)
        case cancelled(Date)
    }

    /// Past due only until the next payment; cancelled for good.
    package var state: SubscriptionState {
        if cancelledAt != nil { return .cancelled }
        guard let pastDue = pastDueTimes.max() else { return .active }
        guard let lastPaidAt else { return .pastDue }
        return pastDue > lastPaidAt ? .pastDue : .active
    }

    /// The record when its payments happened from the first to the last of `times`: what each of them was told to have happened at
    /// may be corrected by a second notice of it.
    package func paid(_ times: ClosedRange<Date>) -> Self {
        var record = self
        record.startedAt = startedAt.map { min($0, times.lowerBound) } ?? times.lowerBound
        (record.firstPaidAt, record.lastPaidAt) = (times.lowerBound, times.upperBound)
        return record
    }

    /// The record with `fact` in it, and what of that is news.
    package func adding(_ fact: Fact, at time: Date) -> (record: SubscriptionRecord, news: [News]) {
        var record = self
        var news: [News] = []
        switch fact {
        case .created, .paid:
            if startedAt == nil { news.append(.started(time)) }
            record.startedAt = startedAt.map { min($0, time) } ?? time
            guard fact == .paid else { break }
            if let firstPaidAt {
                // Of two payments the later one is the renewal, also when the earlier one is told of last.
                news.append(.renewed(max(firstPaidAt, time)))
            }
            record.firstPaidAt = firstPaidAt.map { min($0, time) } ?? time
            record.lastPaidAt = lastPaidAt.map { max($0, time) } ?? time
        case .pastDue:
            // The provider sends no id of such a notice: two of the same moment are one. The database keeps microseconds.
            guard !pastDueTimes.contains(where: { abs($0.timeIntervalSince(time)) < 0.001 }) else { break }
            record.pastDueTimes = (pastDueTimes + [time]).sorted()
            news.append(.pastDue(time))
        case .cancelled:
            if cancelledAt == nil { news.append(.cancelled(time)) }
            record.cancelledAt = cancelledAt.map { min($0, time) } ?? time
        }
        return (record, news)
    }
}
