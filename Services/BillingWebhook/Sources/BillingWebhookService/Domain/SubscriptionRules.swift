package import Contracts
package import Foundation

/// What is known of one subscription. As with ``PaymentRecord``, the end doesn't depend on the order in which it became known.
package struct SubscriptionRecord: Hashable, Sendable {
    package var startedAt: Date?
    package var firstPaidAt: Date?
    package var lastPaidAt: Date?
    package var pastDueTimes: [Date]
    /// Of all its cancellations: one that is older than ``resumedAt`` is void.
    package var cancelTimes: [Date]
    /// When it was last paused.
    package var pausedAt: Date?
    /// When it was last gone on with after a pause or a cancellation.
    package var resumedAt: Date?

    package init(
        startedAt: Date? = nil,
        firstPaidAt: Date? = nil,
        lastPaidAt: Date? = nil,
        pastDueTimes: [Date] = [],
        cancelTimes: [Date] = [],
        pausedAt: Date? = nil,
        resumedAt: Date? = nil
    ) {
        self.startedAt = startedAt
        self.firstPaidAt = firstPaidAt
        self.lastPaidAt = lastPaidAt
        self.pastDueTimes = pastDueTimes
        self.cancelTimes = cancelTimes
        self.pausedAt = pausedAt
        self.resumedAt = resumedAt
    }

    package enum Fact: Hashable, Sendable {
        /// The provider says that it exists.
        case created
        /// A payment for it succeeded that was not counted before.
        case paid
        case pastDue
        case cancelled
        case paused
        /// It goes on, whether it was paused or cancelled.
        case resumed
    }

    /// What is to be told, and when it happened.
    package enum News: Hashable, Sendable {
        case started(Date)
        case renewed(Date)
        case pastDue(Date)
        case cancelled(Date)
        case paused(Date)
        case reactivated(Date)
    }

    /// When it was cancelled, of one that is: a payment doesn't make it go on.
    package var cancelledAt: Date? { cancelTimes.first(where: isStanding) }

    /// Past due only until the next payment; what was before it was gone on with counts no more.
    package var state: SubscriptionState {
        if cancelledAt != nil { return .cancelled }
        if let pausedAt, isStanding(pausedAt) { return .paused }
        guard let pastDue = pastDueTimes.last, isStanding(pastDue) else { return .active }
        guard let lastPaidAt else { return .pastDue }
        return pastDue > lastPaidAt ? .pastDue : .active
    }

    private func isStanding(_ time: Date) -> Bool { resumedAt.map { time > $0 } ?? true }

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
            guard let times = pastDueTimes.adding(time) else { break }
            record.pastDueTimes = times
            if isStanding(time) { news.append(.pastDue(time)) }
        case .cancelled:
            guard let times = cancelTimes.adding(time) else { break }
            record.cancelTimes = times
            if cancelledAt == nil, isStanding(time) { news.append(.cancelled(time)) }
        case .paused:
            record.pausedAt = pausedAt.map { max($0, time) } ?? time
            if state != .paused, record.state == .paused { news.append(.paused(time)) }
        case .resumed:
            guard isStanding(time) else { break }
            record.resumedAt = time
            guard record.state != state || record.cancelledAt != cancelledAt else { break }
            news.append(.reactivated(time))
            // What became known before may be newer than this, and stands.
            switch record.state {
            case .cancelled: news += record.cancelledAt.map { [.cancelled($0)] } ?? []
            case .paused: news += record.pausedAt.map { [.paused($0)] } ?? []
            case .pastDue: news += record.pastDueTimes.last.map { [.pastDue($0)] } ?? []
            case .active: break
            }
        }
        return (record, news)
    }
}

extension [Date] {
    /// None when `time` is among them: the provider sends no id of a notice, so two of the same moment are one. The database keeps
    /// microseconds.
    fileprivate func adding(_ time: Date) -> [Date]? {
        contains { abs($0.timeIntervalSince(time)) < 0.001 } ? nil : (self + [time]).sorted()
    }
}
