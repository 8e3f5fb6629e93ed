extension DecodingError {
    /// Where in the body it went wrong, as an RFC 6901 pointer, and what was expected there, in words of JSON.
    public var fieldError: Problem.FieldError {
        switch self {
        case .keyNotFound(let key, let context):
            Problem.FieldError(pointer: (context.codingPath + [key]).pointer, detail: "is missing")
        case .valueNotFound(_, let context):
            Problem.FieldError(pointer: context.codingPath.pointer, detail: "must not be null")
        case .typeMismatch(let type, let context):
            Problem.FieldError(pointer: context.codingPath.pointer, detail: Self.demand(of: type))
        case .dataCorrupted(let context):
            Problem.FieldError(pointer: context.codingPath.pointer, detail: Self.words(of: context))
        @unknown default:
            Problem.FieldError(pointer: "", detail: "can't be read")
        }
    }

    private static func demand(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "must be a string"
        case is Bool.Type: "must be true or false"
        case is any BinaryInteger.Type: "must be a whole number"
        case is any Numeric.Type: "must be a number"
        case is [String: Any].Type: "must be an object"
        case is [Any].Type: "must be a list"
        default: "must be a value of another kind"
        }
    }

    private static func words(of context: Context) -> String {
        // Our own types say what they ask for; Foundation's and the standard library's words name Swift's types.
        if context.debugDescription.hasPrefix("must ") { return context.debugDescription }
        return context.codingPath.isEmpty ? "is not valid JSON" : "has a value that it can't have"
    }
}

extension [any CodingKey] {
    fileprivate var pointer: String {
        map { key in
            let name = key.intValue.map(String.init) ?? key.stringValue
            return "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
        }.joined()
    }
}
