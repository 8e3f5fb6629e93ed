extension Bool: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .bool }

    public func encode(into bytes: inout [UInt8]) throws { bytes.append(self ? 1 : 0) }

    public init(_ cell: Cell) throws {
        switch cell.text {
        case "t": self = true
        case "f": self = false
        default: throw cell.notA(Bool.self)
        }
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: Int64(self)) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int2 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: self) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int4 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: self) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: self) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension Double: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float8 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: bitPattern) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension Float: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float4 }
    public func encode(into bytes: inout [UInt8]) throws { bytes.append(bigEndian: bitPattern) }
    public init(_ cell: Cell) throws { self = try cell.number() }
}

extension String: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .text }

    /// The text, with its length beside it: a zero byte in it is refused by the server (22021) and can't cut it short.
    public func encode(into bytes: inout [UInt8]) throws { bytes += utf8 }

    /// Any column can be read as its text.
    public init(_ cell: Cell) throws { self = cell.text }
}

extension Cell {
    fileprivate func number<Number: LosslessStringConvertible>() throws -> Number {
        guard let number = Number(text) else { throw notA(Number.self) }
        return number
    }
}
