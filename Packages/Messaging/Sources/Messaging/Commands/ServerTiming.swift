import Foundation

/// How long the owner of a command took, as a header of its answer: `total;dur=12.345`, in milliseconds (W3C Server Timing).
struct ServerTiming: Sendable, CustomStringConvertible {
    static let header = "Server-Timing"

    /// From when the command reached the owner's process until its answer was handed over; the way there and back is not in it.
    var total: Duration

    init(total: Duration) {
        self.total = total
    }

    /// `nil` where the field has no `total`.
    init?(_ field: String) {
        for metric in field.split(separator: ",") {
            let parts = metric.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.first == "total" else { continue }
            guard let text = parts.dropFirst().first(where: { $0.hasPrefix("dur=") }), let value = Double(text.dropFirst(4)) else { continue }
            self.init(total: .microseconds(value * 1_000))
            return
        }
        return nil
    }

    var description: String { "total;dur=\(String(format: "%.3f", total / .milliseconds(1)))" }
}
