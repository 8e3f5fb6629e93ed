import Contracts
import Foundation
import Postgres

/// JSON of the wire in `jsonb` columns: the same microseconds as in the events, so that times compare equal.
enum ColumnJSON {
    static func text(_ value: some Encodable) throws -> String {
        String(decoding: withoutNUL(try WireJSON.encode(value)), as: UTF8.self)
    }

    /// Leaves out every escaped U+0000: `jsonb` holds none, and what people type may.
    private static func withoutNUL(_ json: Data) -> Data {
        // Most have no escape at all, which is seen faster.
        guard json.withUnsafeBytes({ $0.contains(UInt8(ascii: "\\")) }), json.firstRange(of: nul) != nil else { return json }
        var cleaned = Data(capacity: json.count)
        var rest = json[...]
        while let first = rest.first {
            guard first == UInt8(ascii: "\\") else {
                cleaned.append(first)
                rest = rest.dropFirst()
                continue
            }
            // An escape is taken whole, so that the second half of an escaped backslash begins none.
            if rest.starts(with: nul) {
                rest = rest.dropFirst(nul.count)
            } else {
                cleaned += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
        }
        return cleaned
    }

    private static let nul = Data(#"\u0000"#.utf8)
}

extension Row {
    func decodeJSON<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        try WireJSON.decode(Value.self, from: Data(try decode(column, as: String.self).utf8))
    }

    /// The same, of a column that mostly holds one text.
    func decodeJSON<Value: Decodable>(_ column: String, or usual: (text: String, value: Value)) throws -> Value {
        let text: String = try decode(column)
        return text == usual.text ? usual.value : try WireJSON.decode(Value.self, from: Data(text.utf8))
    }

    /// A status or other word of ours.
    ///
    /// - Throws: when the column is NULL, or holds a word that this version doesn't know.
    func word<Word: RawRepresentable<String>>(_ column: String, as type: Word.Type = Word.self) throws -> Word {
        guard let word = try wordIfPresent(column, as: Word.self) else {
            throw DatabaseError(.decoding, "Column \(column) is NULL where a word is wanted")
        }
        return word
    }

    func wordIfPresent<Word: RawRepresentable<String>>(_ column: String, as type: Word.Type = Word.self) throws -> Word? {
        try decodeIfPresent(column, as: String.self).map { text in
            guard let word = Word(rawValue: text) else { throw DatabaseError(.decoding, "Column \(column) holds no \(Word.self)") }
            return word
        }
    }
}

extension Date {
    /// Now, to the microsecond, as events and columns keep it.
    static var recordable: Date { RFC3339.date(from: RFC3339.string(from: Date())) ?? Date() }
}
