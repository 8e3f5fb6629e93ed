import Foundation

/// How long the owner of a command took, as a header of its answer: `total;dur=12.345`, in milliseconds (W3C Server Timing).
struct ServerTiming: Sendable, CustomStringConvertible {
    static let header = "Server-Timing"

    /// From when the command reached the owner's process until its answer was handed over; the way there and back is not in it.
    var total: Duration

    init(total: Duration) {
        self.total = total
    }

    /// What it may say: more than a day is no answer's time. A `Duration` of what is no number at all would end the process.
    private static let milliseconds = 0.0...86_400_000

    /// `nil` where the field has no `total`, or one that can't be.
    init?(_ field: String) {
        for metric in field.split(separator: ",") {
            let parts = metric.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.first == "total" else { continue }
            let text = parts.dropFirst().first { $0.hasPrefix("dur=") }?.dropFirst(4)
            guard let value = text.flatMap({ Double($0) }), Self.milliseconds.contains(value) else { continue }
            self.init(total: .microseconds(value * 1_000))
            return
        }
        return nil
    }

    var description: String { "total;dur=\(String(format: "%.3f", total / .milliseconds(1)))" }
}
