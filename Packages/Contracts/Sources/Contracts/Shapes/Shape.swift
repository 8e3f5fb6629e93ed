/// What a type looks like as JSON, as far as its decoding tells.
package indirect enum Shape: Hashable, Sendable {
    case string(format: String? = nil, pattern: String? = nil)
    case integer
    case number
    case boolean
    /// A string out of a closed list, by the name of its type.
    case choice(name: String, values: [String])
    case array(Shape)
    /// An object whose keys are data.
    case map(Shape)
    case object(name: String, fields: [Field])

    package struct Field: Hashable, Sendable {
        package var key: String
        package var shape: Shape
        package var isRequired: Bool

        package init(key: String, shape: Shape, isRequired: Bool) {
            self.key = key
            self.shape = shape
            self.isRequired = isRequired
        }
    }
}

extension Shape {
    /// This shape and all that it is made of, outermost first.
    package var parts: [Shape] {
        switch self {
        case .string, .integer, .number, .boolean, .choice: [self]
        case .array(let inner), .map(let inner): [self] + inner.parts
        case .object(_, let fields): [self] + fields.flatMap(\.shape.parts)
        }
    }

    /// The name that its type has in the documentation; none for what is written where it is used.
    package var name: String? {
        switch self {
        case .choice(let name, _), .object(let name, _): name
        default: nil
        }
    }
}
