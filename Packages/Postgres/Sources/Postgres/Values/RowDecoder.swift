import Foundation

/// Reads a whole row into a `Decodable` type.
struct RowDecoder: Decoder {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container<Key>(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DatabaseError(.decoding, "A row is read by column names, not by position")
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        guard row.storage.columnCount == 1 else {
            throw DatabaseError(.decoding, "A row of \(row.storage.columnCount) columns is no single value")
        }
        let name = row.storage.name(ofColumn: 0)
        return CellDecoder(cell: row.cell(number: 0, name: name), column: name)
    }
}

extension RowDecoder {
    private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let row: Row
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { row.columns.compactMap(Key.init(stringValue:)) }

        func contains(_ key: Key) -> Bool { row.storage.column(named: key.stringValue) != nil }

        func decodeNil(forKey key: Key) throws -> Bool { try row.cell(key.stringValue) == nil }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try CellDecoder(cell: row.cell(key.stringValue), column: key.stringValue).decode(type)
        }

        func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try row.decode(key.stringValue) }
        func decode(_ type: String.Type, forKey key: Key) throws -> String { try row.decode(key.stringValue) }
        func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try row.decode(key.stringValue) }
        func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try row.decode(key.stringValue) }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
            throw DatabaseError(.decoding, "Column \(key.stringValue) has no columns of its own")
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            throw DatabaseError(.decoding, "Column \(key.stringValue) has no elements of its own")
        }

        func superDecoder() throws -> any Decoder { RowDecoder(row: row) }
        func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(row: row) }
    }
}

/// Reads one column's value into a `Decodable` type: a type of this package by its own rules, a `json` column as JSON, and the rest
/// (raw-value enums, wrappers of one value) as the single value they ask for.
struct CellDecoder: Decoder, SingleValueDecodingContainer {
    let cell: Cell?
    let column: String
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func decodeNil() -> Bool { cell == nil }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let known = type as? any PostgresDecodable.Type, let value = try known.init(present()) as? Value { return value }
        guard let cell else { return try Value(from: self) }
        guard cell.isJSON else { return try Value(from: self) }
        do {
            return try DatabaseJSON.decoder.decode(type, from: Data(cell.text.utf8))
        } catch {
            throw cell.notA(type, underlying: error)
        }
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw DatabaseError(.decoding, "Column \(column) has no columns of its own")
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DatabaseError(.decoding, "Column \(column) has no elements of its own")
    }

    private func present() throws -> Cell {
        guard let cell else { throw DatabaseError(.decoding, "Column \(column) is NULL where a value is wanted") }
        return cell
    }
}
