public import Contracts
import Foundation

/// Identifiers are `uuid` columns.
extension Identifier: PostgresArrayEncodable, PostgresEncodable, PostgresArrayDecodable, PostgresDecodable {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) throws { try rawValue.encode(into: &bytes) }

    public init(_ cell: Cell) throws { self.init(try UUID(cell)) }
}
