import Foundation

/// Learns a type's JSON shape by decoding it from nothing: whatever the type asks for is written down and answered with a sample.
///
/// So the documentation says what the code really reads, keys and optionality included, without a second description to keep true.
package struct Probe: Sendable {
    /// Whether the sample has everything that may be missing.
    let wantsOptionals: Bool

    private init(isFull: Bool) { wantsOptionals = isFull }

    /// The JSON shape of `type`.
    package static func shape<Value: Decodable>(of type: Value.Type) throws -> Shape {
        try Probe(isFull: true).read(type).shape
    }

    /// A value of `type`: with all that it may have, or with no more than it must.
    package static func sample<Value: Decodable>(of type: Value.Type = Value.self, isFull: Bool) throws -> Value {
        try Probe(isFull: isFull).read(type).value
    }

    func read<Value: Decodable>(_ type: Value.Type) throws -> (value: Value, shape: Shape) {
        if let (sample, shape) = Self.known(type), let value = sample as? Value { return (value, shape) }
        let name = Self.name(of: type)
        if let cases = Self.cases(of: type), let first = cases.first, let value = first.value as? Value {
            return (value, .choice(name: name, values: cases.map(\.rawValue)))
        }
        let decoder = ProbingDecoder(probe: self)
        let value = try Value(from: decoder)
        return (value, decoder.log.shape(named: name))
    }

    /// What is decoded whole: JSON's own kinds of values, and types that take only some strings.
    private static func known(_ type: any Decodable.Type) -> (sample: Any, shape: Shape)? {
        switch type {
        case is String.Type: ("text", .string())
        case is Bool.Type: (true, .boolean)
        case is Int.Type: (7, .integer)
        case is Double.Type: (4.5, .number)
        case is Date.Type: (Date(timeIntervalSince1970: 1_769_851_800.25), .string(format: "date-time"))
        case is UUID.Type: (UUIDv7.make(at: Date(timeIntervalSince1970: 1_769_851_800)), .string(format: "uuid"))
        case is Currency.Type: (Currency.gtq, .string(pattern: "^[A-Z]{3}$"))
        default: nil
        }
    }

    private static func cases(of type: any Decodable.Type) -> [(value: Any, rawValue: String)]? {
        guard let type = type as? any CaseIterable.Type else { return nil }
        func all<Choice: CaseIterable>(_ type: Choice.Type) -> [(value: Any, rawValue: String)]? {
            let found = type.allCases.compactMap { choice -> (value: Any, rawValue: String)? in
                ((choice as? any RawRepresentable)?.rawValue as? String).map { (choice, $0) }
            }
            return found.count == type.allCases.count ? found : nil
        }
        return all(type)
    }

    /// `ResolveLead.Answer`: the Swift name within its module.
    package static func name(of type: Any.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
    }
}

/// What a type asked for while it was decoded.
final class ProbeLog {
    private enum Found {
        case nothing
        case fields([Shape.Field])
        case map(Shape)
        case array(Shape)
        case single(Shape)
    }

    private var found = Found.nothing

    func field(_ key: String, _ shape: Shape, isRequired: Bool) {
        switch found {
        case .fields(let fields): found = .fields(fields + [Shape.Field(key: key, shape: shape, isRequired: isRequired)])
        case .map: found = .map(shape)
        default: found = .fields([Shape.Field(key: key, shape: shape, isRequired: isRequired)])
        }
    }

    /// Asked for all keys: only a dictionary does.
    func keysAreData() { found = .map(.string()) }
    func element(_ shape: Shape) { found = .array(shape) }
    func single(_ shape: Shape) { found = .single(shape) }

    func shape(named name: String) -> Shape {
        switch found {
        case .nothing: .object(name: name, fields: [])
        case .fields(let fields): .object(name: name, fields: fields)
        case .map(let inner): .map(inner)
        case .array(let inner): .array(inner)
        case .single(let shape): shape
        }
    }
}
