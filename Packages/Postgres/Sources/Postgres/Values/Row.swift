/// One row, read by column name.
public struct Row: Sendable {
    let storage: QueryResult.Storage
    let index: Int

    public var columns: [String] { storage.columns }

    /// The column's value.
    ///
    /// - Throws: ``DatabaseError`` with code `decoding` when the column is missing, NULL or not a `Value`.
    public func decode<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let cell = try cell(column) else {
            throw DatabaseError(.decoding, "Column \(column) is NULL where \(Value.self) is wanted")
        }
        return try Value(cell)
    }

    /// The column's value, or `nil` when it is NULL.
    ///
    /// - Throws: ``DatabaseError`` with code `decoding` when the column is missing or not a `Value`.
    public func decodeIfPresent<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value? {
        try cell(column).map(Value.init(_:))
    }

    /// The whole row as a `Codable` type, each property from the column that its coding key names.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try Value(from: RowDecoder(row: self))
    }

    /// The raw cell, or `nil` for NULL.
    public func cell(_ column: String) throws -> Cell? {
        guard let number = storage.column(named: column) else {
            throw DatabaseError(.decoding, "There is no column \(column)")
        }
        return cell(number: number, name: column)
    }

    func cell(number: Int32, name: String) -> Cell? {
        if storage.isNull(row: Int32(index), column: number) { return nil }
        return Cell(storage, row: Int32(index), column: number, name: name)
    }
}
