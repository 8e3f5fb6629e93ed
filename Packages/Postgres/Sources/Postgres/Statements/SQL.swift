/// A statement and its parameters. Interpolating a value binds it: `\(lead)` becomes `$1`, never text.
///
/// The literal type is `StaticString`, so statement text comes from source code only; a `String` made at run time can't become SQL by
/// accident. ``init(unsafe:_:)`` is the one door, and its label says what it is.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// The statement as it is sent, with `$1`, `$2` ... for its parameters.
    public private(set) var text: String
    package private(set) var parameters = Parameters()
    /// Where each `$n` stands, so that a statement can be spliced into another one and be renumbered.
    private var placeholders: [Placeholder] = []

    private struct Placeholder: Sendable {
        var offset: Int
        var number: Int
    }

    public init(stringLiteral value: StaticString) {
        text = String(staticString: value)
    }

    public init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    /// A statement whose text was made at run time: whoever writes this vouches that no outside input is in `text`.
    ///
    /// `parameters` are the values of `$1`, `$2` ... in `text`.
    public init(unsafe text: String, _ parameters: [any PostgresEncodable] = []) {
        self.text = text
        for parameter in parameters { self.parameters.append(parameter) }
        placeholders = Self.placeholders(in: text)
    }

    /// `parts` one after another with `separator` between them, for filters and lists that grow at run time.
    public static func joined(_ parts: [SQL], separator: StaticString) -> SQL {
        var whole: SQL = ""
        for (index, part) in parts.enumerated() {
            if index > 0 { whole.append(literal: separator) }
            whole.append(part)
        }
        return whole
    }

    /// Adds `other` behind, its parameters renumbered to follow the ones already here.
    public mutating func append(_ other: SQL) {
        let base = parameters.count
        var copied = other.text.utf8.startIndex
        for placeholder in other.placeholders {
            let dollar = other.text.utf8.index(other.text.utf8.startIndex, offsetBy: placeholder.offset)
            text += other.text[copied..<dollar]
            addPlaceholder(placeholder.number + base)
            copied = other.text.utf8.index(dollar, offsetBy: 1 + String(placeholder.number).utf8.count)
        }
        text += other.text[copied...]
        parameters.append(contentsOf: other.parameters)
    }

    private mutating func append(literal: StaticString) {
        text += String(staticString: literal)
    }

    private mutating func addPlaceholder(_ number: Int) {
        placeholders.append(Placeholder(offset: text.utf8.count, number: number))
        text += "$\(number)"
    }

    /// The `$n` of hand-made text, those inside quotes left out.
    private static func placeholders(in text: String) -> [Placeholder] {
        var found: [Placeholder] = []
        var quote: UInt8?
        let bytes = Array(text.utf8)
        for (offset, byte) in bytes.enumerated() {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "$") {
                let digits = bytes[(offset + 1)...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
                if let number = Int(String(decoding: digits, as: UTF8.self)) {
                    found.append(Placeholder(offset: offset, number: number))
                }
            }
        }
        return found
    }
}

extension SQL {
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = ""
            sql.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            sql.append(literal: literal)
        }

        /// Binds a value.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            sql.parameters.append(value)
            sql.addPlaceholder(sql.parameters.count)
        }

        /// Binds a value; `nil` is NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            sql.parameters.append(value)
            sql.addPlaceholder(sql.parameters.count)
        }

        /// Splices another statement in, with its parameters.
        public mutating func appendInterpolation(fragment: SQL) {
            sql.append(fragment)
        }

        /// A table's, column's or schema's name, quoted. A name that PostgreSQL could not have fails the statement when it is run.
        public mutating func appendInterpolation(identifier: String) {
            if identifier.isEmpty || identifier.utf8.contains(0) {
                sql.parameters.fail(DatabaseError(.invalidStatement, "A name is empty or has a zero byte"))
            }
            sql.text += "\"" + identifier.replacing("\"", with: "\"\"") + "\""
        }
    }
}

extension SQL: CustomStringConvertible {
    /// The text without the values: safe to log.
    public var description: String { text }
}

extension String {
    fileprivate init(staticString: StaticString) {
        self = staticString.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    }
}
