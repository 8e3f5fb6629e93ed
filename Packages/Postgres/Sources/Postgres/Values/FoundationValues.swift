public import Foundation

extension UUID: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) throws {
        withUnsafeBytes(of: uuid) { bytes += $0 }
    }

    public init(_ cell: Cell) throws {
        guard let value = UUID(uuidString: cell.text) else { throw cell.notA(UUID.self) }
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
            // In an array first: `Data.append`, byte by byte, took a tenth of the time of a service that publishes.
            var data: [UInt8] = []
            data.reserveCapacity(bytes.count / 2 - 1)
            for index in stride(from: 2, to: bytes.count, by: 2) {
                guard let high = Hexadecimal.value(bytes[index]), let low = Hexadecimal.value(bytes[index + 1]) else { return nil }
                data.append(high << 4 | low)
            }
            return Data(data)
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

enum Hexadecimal {
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
