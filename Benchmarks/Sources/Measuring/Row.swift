/// A row of the table before it is measured.
package struct RowPlan: Hashable, Sendable {
    /// `webhook-to-status/p99`: the benchmark, and what of it.
    package var name: String
    package var unit: String
    /// What the figure is compared with: what the machine itself allows, measured in the same run. Several count together.
    package var limits: [String]
    package var aim: Aim

    package init(_ name: String, unit: String, limits: String..., aim: Aim) {
        self.name = name
        self.unit = unit
        self.limits = limits
        self.aim = aim
    }
}

/// What one run says of one row.
package struct Reading: Hashable, Sendable {
    package var figure: Double
    /// As many, in the same order and unit, as the row has limits.
    package var limits: [Double]

    package init(figure: Double, limits: Double...) {
        self.figure = figure
        self.limits = limits
    }
}

/// A measured row, as it is printed and written.
package struct Row: Codable, Hashable, Sendable {
    package var name: String
    package var figure: Double
    package var unit: String
    /// Where it is made of several, with the figure of each.
    package var limit: String
    package var limitFigure: Double
    /// `figure` divided by `limitFigure`.
    package var ratio: Double
    package var aim: String
    package var holds: Bool

    enum CodingKeys: String, CodingKey {
        case name, figure, unit, limit
        case limitFigure = "limit_figure"
        case ratio, aim, holds
    }

    /// The medians of what the runs say; none when there was no run, or they say less than the plan asks for.
    package init?(_ plan: RowPlan, _ readings: [Reading]) {
        guard let figure = Figures(readings.map(\.figure)).median, readings.allSatisfy({ $0.limits.count == plan.limits.count }) else {
            return nil
        }
        let limits = plan.limits.indices.compactMap { index in Figures(readings.map { $0.limits[index] }).median }
        let limit = limits.reduce(0, +)
        guard limit > 0 else { return nil }
        let ratio = figure / limit
        name = plan.name
        unit = plan.unit
        self.limit =
            limits.count == 1
            ? plan.limits[0]
            : zip(plan.limits, limits).map { "\($0) \($1.rounded(toPlaces: 3))" }.joined(separator: " + ")
        aim = plan.aim.text(unit: plan.unit)
        holds = plan.aim.holds(figure: figure, ratio: ratio)
        // More digits than these are noise.
        self.figure = figure.rounded(toPlaces: 3)
        limitFigure = limit.rounded(toPlaces: 3)
        self.ratio = ratio.rounded(toPlaces: 2)
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
