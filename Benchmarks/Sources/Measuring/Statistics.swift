/// Figures that were measured, in one unit, in any order.
package struct Figures: Hashable, Sendable {
    private let sorted: [Double]

    package init(_ figures: [Double]) {
        sorted = figures.sorted()
    }

    /// As milliseconds.
    package init(_ durations: [Duration]) {
        self.init(durations.map(\.milliseconds))
    }

    package var count: Int { sorted.count }

    /// The smallest of the figures that `percent` % of them do not exceed (nearest rank): always one that was measured.
    ///
    /// None when there are no figures.
    package func percentile(_ percent: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// The one in the middle, or the mean of the two.
    package var median: Double? {
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension Duration {
    package var milliseconds: Double { self / .milliseconds(1) }
}
