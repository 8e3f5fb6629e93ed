import Foundation

/// PostgreSQL's ISO form of a point in time: `2026-11-21 07:26:05.123456+00`, or only the date.
enum Timestamp {
    static let secondsFrom2000To2001: Double = 31_622_400
    private static let daysFromCivilEpochTo2001 = 11_323

    /// `nil` when the text is no date. What has no offset is UTC.
    static func date(from bytes: Span<UInt8>) -> Date? {
        if bytes.count >= 8, bytes[0] == UInt8(ascii: "i") { return .distantFuture }
        if bytes.count >= 9, bytes[0] == UInt8(ascii: "-"), bytes[1] == UInt8(ascii: "i") { return .distantPast }

        var reader = Reader()
        guard var year = reader.digits(in: bytes), reader.skip("-", in: bytes), let month = reader.digits(in: bytes),
            reader.skip("-", in: bytes), let day = reader.digits(in: bytes),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = 0
        var microseconds = 0
        if reader.skip(" ", in: bytes) || reader.skip("T", in: bytes) {
            guard let hour = reader.digits(in: bytes), reader.skip(":", in: bytes), let minute = reader.digits(in: bytes),
                reader.skip(":", in: bytes), let second = reader.digits(in: bytes)
            else { return nil }
            seconds = hour * 3600 + minute * 60 + second
            if reader.skip(".", in: bytes) { microseconds = reader.fraction(in: bytes) }
            guard let offset = reader.offset(in: bytes) else { return nil }
            seconds -= offset
        }
        if reader.skip(" ", in: bytes), reader.skip("B", in: bytes), reader.skip("C", in: bytes) { year = 1 - year }
        guard reader.position == bytes.count else { return nil }
        let days = daysFromCivil(year: year, month: month, day: day) - daysFromCivilEpochTo2001
        // One division of one whole number: the nearest Double, and the same one that encoding rounds back from.
        let total = (days * 86_400 + seconds) * 1_000_000 + microseconds
        return Date(timeIntervalSinceReferenceDate: Double(total) / 1_000_000)
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
    private static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp {
    private struct Reader {
        var position = 0

        mutating func skip(_ character: Unicode.Scalar, in bytes: Span<UInt8>) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// At most nine digits, so that no year can overflow what is computed from it.
        mutating func digits(in bytes: Span<UInt8>) -> Int? {
            let start = position
            var value = 0
            while position < bytes.count, position - start < 9, let digit = digit(at: position, in: bytes) {
                value = value * 10 + digit
                position += 1
            }
            return position > start ? value : nil
        }

        /// The digits behind the point, as microseconds.
        mutating func fraction(in bytes: Span<UInt8>) -> Int {
            var value = 0
            var unit = 100_000
            while position < bytes.count, let digit = digit(at: position, in: bytes) {
                value += digit * unit
                unit /= 10
                position += 1
            }
            return value
        }

        /// `+05:30`, `-03`, or nothing: seconds east of UTC.
        mutating func offset(in bytes: Span<UInt8>) -> Int? {
            let sign: Int
            if skip("+", in: bytes) { sign = 1 } else if skip("-", in: bytes) { sign = -1 } else { return 0 }
            guard let hours = digits(in: bytes) else { return nil }
            var seconds = hours * 3600
            if skip(":", in: bytes) {
                guard let minutes = digits(in: bytes) else { return nil }
                seconds += minutes * 60
                if skip(":", in: bytes) {
                    guard let rest = digits(in: bytes) else { return nil }
                    seconds += rest
                }
            }
            return sign * seconds
        }

        private func digit(at position: Int, in bytes: Span<UInt8>) -> Int? {
            let byte = bytes[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            return Int(byte - UInt8(ascii: "0"))
        }
    }
}
