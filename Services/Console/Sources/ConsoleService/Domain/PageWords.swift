package import Foundation

/// Facts in words for people, in English and UTC.
package enum PageWords {
    /// `19 Nov 2026, 14:05 UTC`.
    package static func time(_ date: Date) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        let (hour, minute) = (parts.hour ?? 0, parts.minute ?? 0)
        let clock = [hour, minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(parts.day ?? 0) \(months[(parts.month ?? 1) - 1]) \(parts.year ?? 0), \(clock) UTC"
    }

    /// How long ago: `3 days`, `1 hour`, `just now`.
    package static func age(of date: Date, at now: Date) -> String {
        let minutes = Int(now.timeIntervalSince(date) / 60)
        for (unit, length) in [("day", 1_440), ("hour", 60), ("minute", 1)] where minutes >= length {
            let count = minutes / length
            return "for \(count) \(unit)\(count == 1 ? "" : "s")"
        }
        return "just now"
    }

    /// `sms_sent` is `SMS sent`.
    package static func status(_ status: String) -> String {
        let words = status.replacing("_", with: " ")
        return words.hasPrefix("sms") ? "SMS" + words.dropFirst(3) : words.prefix(1).uppercased() + words.dropFirst()
    }

    package static func total(_ page: TaskPage) -> String {
        if page.isTotalEstimated { return "More than 10,000 tasks" }
        switch page.total {
        case 0: return "No tasks"
        case 1: return "1 task"
        case 10_000...: return "10,000 tasks"
        case 1_000...: return "\(page.total / 1_000),\(String(page.total % 1_000 + 1_000).dropFirst()) tasks"
        default: return "\(page.total) tasks"
        }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
