package import Contracts

/// Opening hours as listings write them (`8 AM to 5 PM`, `7:30AM-5PM`, `5 to 10 PM`, `Open 24 hours`, `Closed`): shown as they are, and read for schema.org.
package enum OpeningHours {
    // swift-format-ignore
    private static let days: [(english: String, spanish: String)] = [
        ("Monday", "Lunes"), ("Tuesday", "Martes"), ("Wednesday", "Miércoles"), ("Thursday", "Jueves"),
        ("Friday", "Viernes"), ("Saturday", "Sábado"), ("Sunday", "Domingo"),
    ]

    static func line(_ line: DayHours, in language: SiteContent.Language) -> SiteContent.Line {
        guard language == .spanish else { return SiteContent.Line(day: line.day, hours: line.hours) }
        let day = days.first { $0.english.lowercased() == line.day.lowercased() }?.spanish ?? line.day
        let hours =
            switch line.hours.lowercased() {
            case "closed": "Cerrado"
            case "open 24 hours": "Abierto las 24 horas"
            default: spanish(line.hours)
            }
        return SiteContent.Line(day: day, hours: hours)
    }

    static func spanish(_ hours: String) -> String {
        hours.split(separator: " ").map { $0 == "to" ? "a" : $0 }.joined(separator: " ")
    }

    /// `day` counts from Monday, 0.
    static func dayName(_ day: Int, in language: SiteContent.Language) -> String {
        language == .spanish ? days[day].spanish : days[day].english
    }

    /// Days after one another with the same hours.
    struct Part: Hashable, Sendable {
        /// From Monday, 0.
        var days: [Int]
        /// As the listing writes them.
        var hours: String
        var isAllDay: Bool { hours.lowercased() == "open 24 hours" }
    }

    /// The open days of a whole week; `nil` when a day is missing, said twice, or not understood.
    static func parts(of lines: [DayHours]) -> [Part]? {
        var week: [Int: String] = [:]
        for line in lines {
            let day = days.firstIndex { [$0.english, $0.spanish].contains { $0.lowercased() == line.day.lowercased() } }
            let isClosed = ["closed", "cerrado"].contains(line.hours.lowercased())
            guard let day, week[day] == nil, isClosed || !spans(of: line).isEmpty else { return nil }
            week[day] = isClosed ? "" : line.hours
        }
        guard week.count == days.count else { return nil }
        return days.indices.reduce(into: [Part]()) { parts, day in
            guard let hours = week[day], !hours.isEmpty else { return }
            if let last = parts.last, last.hours == hours, last.days.last == day - 1 {
                parts[parts.count - 1].days.append(day)
            } else {
                parts.append(Part(days: [day], hours: hours))
            }
        }
    }

    package struct Span: Codable, Hashable, Sendable {
        /// English, as schema.org names it.
        package var day: String
        /// `HH:MM`.
        package var opens: String
        package var closes: String
    }

    /// The spans of one line; none when it is closed or can't be understood for certain.
    package static func spans(of line: DayHours) -> [Span] {
        guard
            let day = days.first(where: { [$0.english, $0.spanish].map { $0.lowercased() }.contains(line.day.lowercased()) })?.english
        else { return [] }
        if line.hours.lowercased() == "open 24 hours" { return [Span(day: day, opens: "00:00", closes: "23:59")] }

        let spans = line.hours.split(separator: ",").map { part -> Span? in
            let ends = part.replacing(" to ", with: "-").replacing("–", with: "-").split(separator: "-")
            guard ends.count == 2, let closes = time(ends[1], half: nil) else { return nil }
            // "5 to 10 PM": the first time is in the half of the day of the second, unless it says its own.
            guard let opens = time(ends[0], half: half(of: ends[1])) else { return nil }
            return Span(day: day, opens: opens, closes: closes)
        }
        return spans.contains(nil) ? [] : spans.compactMap(\.self)
    }

    private static func half(of text: Substring) -> String? {
        let letters = text.uppercased().filter { $0 == "A" || $0 == "P" || $0 == "M" }
        return letters == "AM" || letters == "PM" ? letters : nil
    }

    private static func time(_ text: Substring, half given: String?) -> String? {
        let own = half(of: text)
        let digits = text.filter { $0.isNumber || $0 == ":" }.split(separator: ":")
        guard let first = digits.first, var hour = Int(first), (0...24).contains(hour), digits.count <= 2 else { return nil }
        let minute = digits.count == 2 ? Int(digits[1]) ?? 0 : 0
        guard (0..<60).contains(minute) else { return nil }
        switch own ?? given {
        case "AM": hour = hour == 12 ? 0 : hour
        case "PM": hour = hour == 12 ? 12 : hour + 12
        default: guard digits.count == 2 else { return nil }
        }
        guard hour < 24 else { return nil }
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
