import Foundation

/// A value kept as `jsonb`: `\(JSONB(breakdown))` binds it, `row.decode("breakdown", as: JSONB<Breakdown>.self).value` reads it.
public struct JSONB<Value: Codable & Sendable>: Sendable {
    public var value: Value

    public init(_ value: Value) {
        self.value = value
    }
}

extension JSONB: Equatable where Value: Equatable {}
extension JSONB: Hashable where Value: Hashable {}

extension JSONB: PostgresEncodable {
    public static var postgresType: PostgresType { .jsonb }

    public func encode(into bytes: inout [UInt8]) throws {
        bytes.append(1)  // jsonb_recv: version 1, then the text
        bytes += try DatabaseJSON.encoder.encode(value)
    }
}

extension JSONB: PostgresDecodable {
    public init(_ cell: Cell) throws {
        do {
            self.init(try DatabaseJSON.decoder.decode(Value.self, from: Data(cell.text.utf8)))
        } catch {
            throw cell.notA(Value.self, underlying: error)
        }
    }
}
