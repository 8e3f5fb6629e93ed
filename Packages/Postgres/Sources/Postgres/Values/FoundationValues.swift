public import Foundation

extension UUID: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) throws {
        withUnsafeBytes(of: uuid) { bytes += $0 }
    }

    public init(_ cell: Cell) throws {
        guard let value = cell.withBytes(UUID.init(plain:)) ?? UUID(uuidString: cell.text) else { throw cell.notA(UUID.self) }
        self = value
    }
}

extension Data: PostgresArrayEncodable, PostgresEncodable, PostgresArrayDecodable, PostgresDecodable {
    public static var postgresType: PostgresType { .bytea }

    public func encode(into bytes: inout [UInt8]) throws { bytes += self }

    /// Reads `bytea_output = hex`, which every session is opened with.
    public init(_ cell: Cell) throws {
        let decoded: Data? = cell.withBytes { bytes in
            guard bytes.count >= 2, bytes.count % 2 == 0, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "x") else { return nil }
            // By a table, and past `Data.append`: byte by byte it took a tenth of the time of a service that publishes.
            var data = Data(count: bytes.count / 2 - 1)
            let isHexadecimal = data.withUnsafeMutableBytes { data in
                var found: UInt8 = 0
                for index in data.indices {
                    let high = Hexadecimal.table[Int(bytes[2 * index + 2])]
                    let low = Hexadecimal.table[Int(bytes[2 * index + 3])]
                    data[index] = high << 4 | low & 15
                    found |= high | low
                }
                return found < 16
            }
            return isHexadecimal ? data : nil
        }
        guard let decoded else { throw cell.notA(Data.self) }
        self = decoded
    }
}

extension Date: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .timestamptz }

    /// Microseconds since 2000-01-01 UTC; what is finer is rounded.
    public func encode(into bytes: inout [UInt8]) throws {
        let microseconds = ((timeIntervalSinceReferenceDate + Timestamp.secondsFrom2000To2001) * 1_000_000).rounded()
        guard let exact = Int64(exactly: microseconds) else {
            throw DatabaseError(.encoding, "A date is out of PostgreSQL's range")
        }
        bytes.append(bigEndian: exact)
    }

    /// Reads `timestamptz`; also `timestamp` and `date`, as UTC. `infinity` is `distantFuture`, `-infinity` is `distantPast`.
    public init(_ cell: Cell) throws {
        guard let date = cell.withBytes(Timestamp.date(from:)) else { throw cell.notA(Date.self) }
        self = date
    }
}

extension Decimal: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .numeric }
    public static var postgresFormat: PostgresFormat { .text }

    public func encode(into bytes: inout [UInt8]) throws { bytes += description.utf8 }

    public init(_ cell: Cell) throws {
        let text = cell.text
        if text == "NaN" {
            self = .nan
        } else if let value = Decimal(string: text, locale: nil) {
            self = value
        } else {
            throw cell.notA(Decimal.self)
        }
    }
}

extension UUID {
    /// - Returns: `nil` unless the letters are as PostgreSQL prints it.
    fileprivate init?(plain letters: borrowing Span<UInt8>) {
        guard letters.count == 36 else { return nil }
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isPlain = withUnsafeMutableBytes(of: &bytes) { bytes in
            var (place, found): (Int, UInt8) = (0, 0)
            for index in bytes.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard letters[place] == UInt8(ascii: "-") else { return false }
                    place += 1
                }
                let (high, low) = (Hexadecimal.table[Int(letters[place])], Hexadecimal.table[Int(letters[place + 1])])
                bytes[index] = high << 4 | low & 15
                found |= high | low
                place += 2
            }
            return found < 16
        }
        guard isPlain else { return nil }
        self.init(uuid: bytes)
    }
}

enum Hexadecimal {
    /// The value of each digit by its letter; 255 for what is none.
    static let table: [UInt8] = (UInt8.min ... .max).map { value($0) ?? 255 }

    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
