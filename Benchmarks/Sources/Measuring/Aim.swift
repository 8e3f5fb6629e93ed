/// What a row is held to.
package struct Aim: Hashable, Sendable {
    private enum Subject: Hashable { case figure, ratio }
    private enum Side: Hashable { case below, above }

    private let subject: Subject
    private let side: Side
    private let bound: Double

    /// For what should be small, such as times.
    package static func below(_ bound: Double) -> Aim { Aim(subject: .figure, side: .below, bound: bound) }
    /// For what should be big, such as rates.
    package static func above(_ bound: Double) -> Aim { Aim(subject: .figure, side: .above, bound: bound) }
    /// The same of the figure divided by its limit.
    package static func ratioBelow(_ bound: Double) -> Aim { Aim(subject: .ratio, side: .below, bound: bound) }
    package static func ratioAbove(_ bound: Double) -> Aim { Aim(subject: .ratio, side: .above, bound: bound) }

    package func holds(figure: Double, ratio: Double) -> Bool {
        let value = subject == .figure ? figure : ratio
        return side == .below ? value < bound : value > bound
    }

    /// `< 50 ms`, `> 0.5 of the limit`.
    package func text(unit: String) -> String {
        let sign = side == .below ? "<" : ">"
        let number = bound == bound.rounded() ? "\(Int(bound))" : "\(bound)"
        return "\(sign) \(number) \(subject == .figure ? unit : "of the limit")"
    }
}
