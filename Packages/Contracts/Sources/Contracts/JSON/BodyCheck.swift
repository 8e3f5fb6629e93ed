import Foundation

/// Holds a JSON text against the shape that it should have.
struct BodyCheck {
    private let json: JSONBytes
    /// Whether it could be read: then nothing can be wrong with it but fields that nobody asked for.
    private let isReadable: Bool
    private var passesUnknown = false
    private var faults: [Problem.FieldError] = []
    /// An answer of 100,000 faults would help nobody.
    private static let limit = 20

    /// What stands in a text that could be read, but in no field of its shape.
    static func unknownFields(of tree: JSONTree?, _ shape: Shape?) -> [Problem.FieldError] {
        found(in: tree, shape, isReadable: true)
    }

    /// All that is wrong with a text that couldn't be read; empty where the shape doesn't tell.
    static func faults(of tree: JSONTree?, _ shape: Shape?, passingUnknown: Bool = false) -> [Problem.FieldError] {
        found(in: tree, shape, isReadable: false, passingUnknown: passingUnknown)
    }

    private static func found(
        in tree: JSONTree?,
        _ shape: Shape?,
        isReadable: Bool,
        passingUnknown: Bool = false
    ) -> [Problem.FieldError] {
        guard let tree, let shape else { return [] }
        var check = BodyCheck(json: JSONBytes(tree), isReadable: isReadable)
        check.passesUnknown = passingUnknown
        check.look(at: 0, shape, pointer: "")
        return check.faults
    }

    private init(json: JSONBytes, isReadable: Bool) {
        self.json = json
        self.isReadable = isReadable
    }

    private mutating func look(at place: JSONBytes.Place, _ shape: Shape, pointer: String) {
        guard faults.count < Self.limit else { return }
        switch shape {
        case .object(_, let fields):
            guard let members = try? json.members(of: place) else { return fault(pointer, shape.demand) }
            look(at: members, fields, pointer: pointer)
        case .map(let inner):
            guard let members = try? json.members(of: place) else { return fault(pointer, shape.demand) }
            for member in members { look(at: member, inner, pointer: pointer + token(member)) }
        case .array(let inner):
            // 100,000 ids have no fields.
            if isReadable, !inner.hasFields { return }
            guard let elements = try? json.elements(of: place) else { return fault(pointer, shape.demand) }
            for (index, element) in elements.enumerated() { look(at: element, inner, pointer: "\(pointer)/\(index)") }
        case .string, .integer, .number, .boolean, .choice:
            if !isReadable, !shape.fits(json, place) { fault(pointer, json.isNull(place) ? "must not be null" : shape.demand) }
        }
    }

    private mutating func look(at members: [JSONBytes.Place], _ fields: [Shape.Field], pointer: String) {
        for member in members {
            guard let field = fields.first(where: { json.hasKey($0.key, at: member) }) else {
                if passesUnknown { continue }
                let known = fields.isEmpty ? "nothing is asked for here" : "there are: \(fields.map(\.key).joined(separator: ", "))"
                fault(pointer + token(member), "there is no such field; \(known)")
                continue
            }
            if field.isRequired || !json.isNull(member) { look(at: member, field.shape, pointer: pointer + token(member)) }
        }
        for field in fields where !isReadable && field.isRequired {
            if !members.contains(where: { json.hasKey(field.key, at: $0) }) { fault("\(pointer)/\(field.key)", "is missing") }
        }
    }

    private mutating func fault(_ pointer: String, _ detail: String) {
        if faults.count < Self.limit { faults.append(Problem.FieldError(pointer: pointer, detail: detail)) }
    }

    /// A key as a step of a pointer (RFC 6901 §3).
    private func token(_ member: JSONBytes.Place) -> String {
        "/" + String(decoding: json.key(of: member).prefix(100), as: UTF8.self).replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension Shape {
    fileprivate var hasFields: Bool {
        switch self {
        case .object: true
        case .array(let inner), .map(let inner): inner.hasFields
        case .string, .integer, .number, .boolean, .choice: false
        }
    }

    /// What is said of something that isn't this.
    fileprivate var demand: String {
        switch self {
        case .string(format: "uuid", _): "must be a UUID such as 0198c2de-7a30-7c51-9b1e-2f4d6a8c0e12"
        case .string(format: "date-time", _): "must be an RFC 3339 time such as 2026-01-31T09:30:00Z"
        case .string: "must be a string"
        case .integer: "must be a whole number"
        case .number: "must be a number"
        case .boolean: "must be true or false"
        case .choice(_, let values): "must be one of \(values.joined(separator: ", "))"
        case .array: "must be a list"
        case .map, .object: "must be an object"
        }
    }

    /// Whether a value without parts is one of these, as far as it can be told without its type.
    fileprivate func fits(_ json: JSONBytes, _ place: JSONBytes.Place) -> Bool {
        switch self {
        case .integer: (try? json.double(at: place)).map { $0.rounded() == $0 && $0.magnitude < 0x1p63 } ?? false
        case .number: (try? json.double(at: place)) != nil
        case .boolean: (try? json.bool(at: place)) != nil
        case .string(let format, _):
            switch (format, try? json.string(at: place)) {
            case ("uuid", let text?): UUID(uuidString: text) != nil
            case ("date-time", let text?): RFC3339.date(from: text) != nil
            default: (try? json.letters(at: place)) != nil
            }
        case .choice(_, let values): (try? json.letters(at: place)) != nil && (try? json.string(at: place)).map(values.contains) ?? true
        case .array, .map, .object: true
        }
    }
}
