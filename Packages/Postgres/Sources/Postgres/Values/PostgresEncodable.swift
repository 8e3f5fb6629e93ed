/// A PostgreSQL type, by the OIDs that `pg_type` gives it and its array on every server.
public struct PostgresType: Hashable, Sendable {
    public var oid: UInt32
    /// 0 where there are no arrays of it.
    public var arrayOID: UInt32

    public init(oid: UInt32, arrayOID: UInt32) {
        self.oid = oid
        self.arrayOID = arrayOID
    }

    public static let bool = PostgresType(oid: 16, arrayOID: 1000)
    public static let bytea = PostgresType(oid: 17, arrayOID: 1001)
    public static let int8 = PostgresType(oid: 20, arrayOID: 1016)
    public static let int2 = PostgresType(oid: 21, arrayOID: 1005)
    public static let int4 = PostgresType(oid: 23, arrayOID: 1007)
    public static let text = PostgresType(oid: 25, arrayOID: 1009)
    public static let json = PostgresType(oid: 114, arrayOID: 199)
    public static let float4 = PostgresType(oid: 700, arrayOID: 1021)
    public static let float8 = PostgresType(oid: 701, arrayOID: 1022)
    public static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185)
    public static let numeric = PostgresType(oid: 1700, arrayOID: 1231)
    public static let uuid = PostgresType(oid: 2950, arrayOID: 2951)
    public static let jsonb = PostgresType(oid: 3802, arrayOID: 3807)
}

/// How a parameter's bytes are written.
public enum PostgresFormat: Int32, Sendable {
    case text = 0
    case binary = 1
}

/// A value that can be bound to a statement.
///
/// An enum with raw values conforms by naming the protocol: `extension Channel: PostgresCodable {}`.
public protocol PostgresEncodable: PostgresArrayEncodable {
    /// The type the parameter is declared with. Where the server would want another one, cast in the statement: `\(count)::int`.
    static var postgresType: PostgresType { get }
    static var postgresFormat: PostgresFormat { get }

    /// Appends the value in ``postgresFormat``.
    func encode(into bytes: inout [UInt8]) throws
}

/// What an array that is bound may have as elements: values, and optional values for NULL.
public protocol PostgresArrayEncodable: Sendable {
    static var postgresElementType: PostgresType { get }
    static var postgresElementFormat: PostgresFormat { get }

    /// Appends the value, or returns false for NULL.
    func encodeElement(into bytes: inout [UInt8]) throws -> Bool
}

extension PostgresEncodable {
    public static var postgresFormat: PostgresFormat { .binary }
    public static var postgresElementType: PostgresType { postgresType }
    public static var postgresElementFormat: PostgresFormat { postgresFormat }

    public func encodeElement(into bytes: inout [UInt8]) throws -> Bool {
        try encode(into: &bytes)
        return true
    }
}

extension Optional: PostgresArrayEncodable where Wrapped: PostgresEncodable {
    public static var postgresElementType: PostgresType { Wrapped.postgresType }
    public static var postgresElementFormat: PostgresFormat { Wrapped.postgresFormat }

    public func encodeElement(into bytes: inout [UInt8]) throws -> Bool {
        guard let value = self else { return false }
        return try value.encodeElement(into: &bytes)
    }
}

extension RawRepresentable where Self: PostgresEncodable, RawValue: PostgresEncodable {
    public static var postgresType: PostgresType { RawValue.postgresType }
    public static var postgresFormat: PostgresFormat { RawValue.postgresFormat }

    public func encode(into bytes: inout [UInt8]) throws {
        try rawValue.encode(into: &bytes)
    }
}

extension Array: PostgresArrayEncodable, PostgresEncodable where Element: PostgresArrayEncodable {
    public static var postgresType: PostgresType { PostgresType(oid: Element.postgresElementType.arrayOID, arrayOID: 0) }
    public static var postgresFormat: PostgresFormat { Element.postgresElementFormat }

    public func encode(into bytes: inout [UInt8]) throws {
        guard Self.postgresType.oid != 0 else { throw DatabaseError(.encoding, "There are no arrays of \(Element.self)") }
        switch Element.postgresElementFormat {
        case .binary: try encodeBinary(into: &bytes)
        case .text: try encodeText(into: &bytes)
        }
    }

    /// As `array_recv` reads it: dimensions, "has NULLs", element type, then per dimension length and lower bound, then the elements.
    private func encodeBinary(into bytes: inout [UInt8]) throws {
        bytes.append(bigEndian: Int32(isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: Element.postgresElementType.oid)
        guard !isEmpty else { return }
        bytes.append(bigEndian: Int32(count))
        bytes.append(bigEndian: Int32(1))
        for element in self {
            let lengthOffset = bytes.count
            bytes.append(bigEndian: Int32(-1))
            guard try element.encodeElement(into: &bytes) else { continue }
            let length = UInt32(bytes.count - lengthOffset - 4)
            for byte in 0..<4 { bytes[lengthOffset + byte] = UInt8(truncatingIfNeeded: length >> (24 - 8 * byte)) }
        }
    }

    /// As an array literal. Only types whose text needs no quotes (numbers) are written this way.
    private func encodeText(into bytes: inout [UInt8]) throws {
        bytes.append(UInt8(ascii: "{"))
        for (index, element) in enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if try !element.encodeElement(into: &bytes) { bytes += "NULL".utf8 }
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        var shift = Number.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
