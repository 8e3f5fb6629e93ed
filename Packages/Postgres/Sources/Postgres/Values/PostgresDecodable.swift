/// One value of a row that isn't NULL, in PostgreSQL's text format.
public struct Cell: Sendable {
    private let source: Source
    /// Says where the value came from in errors: a column's name.
    public let column: String

    private enum Source: Sendable {
        case result(QueryResult.Storage, row: Int32, column: Int32)
        case text([UInt8])
    }

    init(_ storage: QueryResult.Storage, row: Int32, column: Int32, name: String) {
        source = .result(storage, row: row, column: column)
        self.column = name
    }

    init(text: [UInt8], column: String) {
        source = .text(text)
        self.column = column
    }

    /// Lends the value's bytes; they are gone when `body` returns.
    public func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        switch source {
        case .result(let storage, let row, let column): try storage.withBytes(row: row, column: column, body)
        case .text(let bytes): try body(bytes.span)
        }
    }

    public var text: String {
        withBytes { bytes in bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
    }

    /// Whether the column is of type `json` or `jsonb`.
    var isJSON: Bool {
        guard case .result(let storage, _, let column) = source else { return false }
        let type = storage.typeOID(ofColumn: column)
        return type == PostgresType.json.oid || type == PostgresType.jsonb.oid
    }

    /// The error of a value that isn't a `type`. It names the column and not the value.
    public func notA(_ type: Any.Type, underlying: (any Error)? = nil) -> DatabaseError {
        DatabaseError(.decoding, "Column \(column) holds no \(type)", underlying: underlying)
    }
}

/// A value that can be read from a row.
public protocol PostgresDecodable: PostgresArrayDecodable {
    /// - Throws: ``Cell/notA(_:underlying:)`` when the cell holds something else.
    init(_ cell: Cell) throws
}

/// What an array that is read may have as elements: values, and optional values for NULL.
public protocol PostgresArrayDecodable: Sendable {
    /// The element that `cell` holds, or that NULL stands for when it is `nil`.
    static func decodeElement(_ cell: Cell?, of column: String) throws -> Self
}

public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

extension PostgresDecodable {
    public static func decodeElement(_ cell: Cell?, of column: String) throws -> Self {
        guard let cell else { throw DatabaseError(.decoding, "Column \(column) has a NULL where \(Self.self) is wanted") }
        return try Self(cell)
    }
}

extension Optional: PostgresArrayDecodable where Wrapped: PostgresDecodable {
    public static func decodeElement(_ cell: Cell?, of column: String) throws -> Self {
        try cell.map(Wrapped.init(_:))
    }
}

extension RawRepresentable where Self: PostgresDecodable, RawValue: PostgresDecodable {
    public init(_ cell: Cell) throws {
        guard let value = Self(rawValue: try RawValue(cell)) else { throw cell.notA(Self.self) }
        self = value
    }
}

extension Array: PostgresArrayDecodable, PostgresDecodable where Element: PostgresArrayDecodable {
    public init(_ cell: Cell) throws {
        let column = cell.column
        let elements = try cell.withBytes { bytes in
            guard let elements = ArrayLiteral.elements(of: bytes) else { throw cell.notA(Self.self) }
            return elements
        }
        self = try elements.map { element in
            try Element.decodeElement(element.map { Cell(text: $0, column: column) }, of: column)
        }
    }
}
