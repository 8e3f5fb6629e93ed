public import Foundation

/// RFC 3339 times, written in UTC with microseconds (PostgreSQL's resolution), read with any offset and any fraction.
public enum RFC3339 {
    public static func string(from date: Date) -> String {
        var bytes: [UInt8] = []
        write(date, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the time's 27 letters; no string is made for each of its parts, since a batch of events has thousands of them.
    static func write(_ date: Date, into bytes: inout [UInt8]) {
        let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        var (second, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        if fraction < 0 {
            fraction += 1_000_000
            second -= 1
        }
        let civil = CivilTime(secondsSince1970: second)
        guard (0..<10_000).contains(civil.year) else { return writeFarAway(civil, Int(fraction), into: &bytes) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 27) { letters in
            var end = 27
            func put(_ letter: Unicode.Scalar) {
                end -= 1
                letters[end] = UInt8(ascii: letter)
            }
            func put(_ number: Int, width: Int) {
                var rest = number
                for _ in 0..<width {
                    end -= 1
                    letters[end] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                    rest /= 10
                }
            }
            put("Z")
            put(Int(fraction), width: 6)
            put(".")
            put(civil.second, width: 2)
            put(":")
            put(civil.minute, width: 2)
            put(":")
            put(civil.hour, width: 2)
            put("T")
            put(civil.day, width: 2)
            put("-")
            put(civil.month, width: 2)
            put("-")
            put(civil.year, width: 4)
            bytes.append(contentsOf: letters)
        }
    }

    /// A year that RFC 3339 doesn't have.
    private static func writeFarAway(_ civil: CivilTime, _ fraction: Int, into bytes: inout [UInt8]) {
        bytes.appendDigits(of: civil.year, width: 4)
        for (separator, number) in [("-", civil.month), ("-", civil.day), ("T", civil.hour), (":", civil.minute), (":", civil.second)] {
            bytes += separator.utf8
            bytes.appendDigits(of: number, width: 2)
        }
        bytes += ".".utf8
        bytes.appendDigits(of: fraction, width: 6)
        bytes += "Z".utf8
    }

    /// Reads a time as we write it.
    ///
    /// - Returns: `nil` for any other, which need not be wrong.
    static func plainDate(from bytes: some RandomAccessCollection<UInt8>) -> Date? {
        guard bytes.count == 27 else { return nil }
        var place = bytes.startIndex
        var isPlain = true
        func next() -> UInt8 {
            defer { bytes.formIndex(after: &place) }
            return bytes[place]
        }
        func number(_ digits: Int, then separator: Unicode.Scalar) -> Int {
            var value = 0
            for _ in 0..<digits {
                let digit = next() &- 48
                if digit > 9 { isPlain = false }
                value = value * 10 + Int(digit)
            }
            if next() != UInt8(ascii: separator) { isPlain = false }
            return value
        }
        let (year, month, day) = (number(4, then: "-"), number(2, then: "-"), number(2, then: "T"))
        let (hour, minute, second) = (number(2, then: ":"), number(2, then: ":"), number(2, then: "."))
        let fraction = number(6, then: "Z")
        guard isPlain, (1...12).contains(month), (1...CivilTime.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60,
            second < 61
        else { return nil }
        let seconds = CivilTime.days(toYear: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1_000_000)
    }

    /// - Returns: `nil` unless `text` is a full RFC 3339 `date-time`.
    public static func date(from text: String) -> Date? {
        if let date = plainDate(from: Array(text.utf8)) { return date }
        var rest = Substring(text)
        func number(_ digits: Int, then separator: Character?) -> Int? {
            let head = rest.prefix(digits)
            guard head.utf8.count == digits, head.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(head) else { return nil }
            rest = rest.dropFirst(digits)
            guard let separator else { return value }
            guard let next = rest.first, next == separator || (separator == "T" && (next == "t" || next == " ")) else { return nil }
            rest = rest.dropFirst()
            return value
        }
        guard let year = number(4, then: "-"), let month = number(2, then: "-"), let day = number(2, then: "T"),
            let hour = number(2, then: ":"), let minute = number(2, then: ":"), let second = number(2, then: nil),
            (1...12).contains(month), (1...CivilTime.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }

        var fraction = 0.0
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, let value = Double("0.\(digits)") else { return nil }
            fraction = value
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offsetSeconds(rest) else { return nil }
        let days = CivilTime.days(toYear: year, month: month, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3_600 + minute * 60 + second - offset) + fraction)
    }

    private static func offsetSeconds(_ text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let parts = text.dropFirst().split(separator: ":")
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int(parts[0]), let minutes = Int(parts[1]),
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}

/// Days to dates and back, in the proleptic Gregorian calendar: plain integer arithmetic, since `DateFormatter` and
/// `Calendar` cost some microseconds and a lock for each of the thousands of times in a batch.
private struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    init(secondsSince1970: Int64) {
        let total = Int(secondsSince1970)
        let days = total >= 0 ? total / 86_400 : (total - 86_399) / 86_400
        let rest = total - days * 86_400
        // Years begin in March here, so that the leap day is a year's last; eras have 146,097 days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600
        minute = rest % 3_600 / 60
        second = rest % 60
    }

    static func days(toYear year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension [UInt8] {
    /// The decimal digits, with zeros before them up to `width`.
    mutating func appendDigits(of number: Int, width: Int) {
        guard number >= 0 else {
            append(UInt8(ascii: "-"))
            return appendDigits(of: -number, width: width - 1)
        }
        let start = count
        var (rest, digits) = (number, 0)
        while digits < width || rest > 0 {
            append(UInt8(48 + rest % 10))
            rest /= 10
            digits += 1
        }
        self[start...].reverse()
    }
}
