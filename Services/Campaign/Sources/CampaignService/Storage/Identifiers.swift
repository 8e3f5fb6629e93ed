package import Contracts
package import Postgres

extension Row {
    /// An identifier out of a `uuid` column.
    package func id<Entity>(_ column: String, as type: Identifier<Entity>.Type = Identifier<Entity>.self) throws -> Identifier<Entity> {
        Identifier(try decode(column))
    }

    /// An identifier out of a `uuid` column that may be NULL.
    package func idIfPresent<Entity>(_ column: String) throws -> Identifier<Entity>? {
        try decodeIfPresent(column).map(Identifier.init)
    }

    /// One of an enumeration's values out of a `text` column.
    package func value<Value: RawRepresentable<String>>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        let text: String = try decode(column)
        guard let value = Value(rawValue: text) else {
            throw DatabaseError(.decoding, "Column \(column) holds no \(Value.self)")
        }
        return value
    }
}
