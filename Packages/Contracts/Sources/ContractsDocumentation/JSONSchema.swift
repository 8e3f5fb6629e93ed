import Contracts

/// Shapes as JSON Schema, as AsyncAPI 3.0 has it (draft 07).
enum JSONSchema {
    /// Where a shape is used: a reference, if it has a name.
    static func use(of shape: Shape) -> Document {
        guard let name = shape.name else { return definition(of: shape) }
        return .reference("components", "schemas", name)
    }

    static func definition(of shape: Shape) -> Document {
        switch shape {
        case .string(let format, let pattern):
            let entries: [(String, String?)] = [("type", "string"), ("format", format), ("pattern", pattern)]
            return .map(entries.compactMap { key, value in value.map { Document.Entry(key: key, value: .text($0)) } })
        case .integer: return ["type": "integer"]
        case .number: return ["type": "number"]
        case .boolean: return ["type": "boolean"]
        case .choice(_, let values): return ["type": "string", "enum": .texts(values)]
        case .array(let inner): return ["type": "array", "items": use(of: inner)]
        case .map(let inner): return ["type": "object", "additionalProperties": use(of: inner)]
        case .object(_, let fields):
            let required = fields.filter(\.isRequired).map(\.key)
            let properties = fields.map { Document.Entry(key: $0.key, value: use(of: $0.shape)) }
            var entries = [Document.Entry(key: "type", value: "object")]
            if !required.isEmpty { entries.append(.init(key: "required", value: .texts(required))) }
            if !properties.isEmpty { entries.append(.init(key: "properties", value: .map(properties))) }
            return .map(entries)
        }
    }

    /// The definitions of all named shapes among `shapes` and their parts, by name, in alphabetical order.
    static func components(of shapes: [Shape]) -> Document {
        var byName: [String: Shape] = [:]
        for part in shapes.flatMap(\.parts) {
            if let name = part.name { byName[name] = part }
        }
        return .map(byName.sorted { $0.key < $1.key }.map { Document.Entry(key: $0.key, value: definition(of: $0.value)) })
    }
}
