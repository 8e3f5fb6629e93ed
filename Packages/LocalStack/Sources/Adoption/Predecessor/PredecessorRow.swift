package import Contracts
package import Foundation

/// One row of a predecessor's table. A column that an older copy doesn't have is NULL, and a value of another type than usual is read all the same.
package struct PredecessorRow: Sendable {
    package let table: String
    /// The row as JSON.
    package let record: String
    private let values: [String: JSONValue]

    /// - Throws: `DecodingError` when `record` is no JSON object.
    package init(table: String, record: String) throws {
        self.table = table
        self.record = record
        values = try JSONDecoder().decode([String: JSONValue].self, from: Data(record.utf8))
    }

    package var origin: AdoptionOrigin { AdoptionOrigin(table, text("id") ?? "") }

    package var columns: [String] { values.keys.sorted() }

    /// The row's id where it is a UUID.
    package var uuid: UUID? { uuid("id") }

    package func uuid(_ column: String) -> UUID? { text(column).flatMap { UUID(uuidString: $0) } }

    /// Without white space around it; `nil` for an empty one.
    package func text(_ column: String) -> String? {
        let text: String
        switch values[column] {
        case .text(let value): text = value
        case .number(let value): text = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
        case .truth(let value): text = String(value)
        case .null, .list, .object, nil: return nil
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    /// A status or other word, in lower case.
    package func word(_ column: String) -> String? { text(column)?.lowercased() }

    package func number(_ column: String) -> Double? {
        if case .number(let value) = values[column] { return value }
        return text(column).flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    package func count(_ column: String) -> Int? {
        number(column).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }

    package func isTrue(_ column: String) -> Bool {
        if case .truth(let value) = values[column] { return value }
        return ["true", "t", "yes", "1"].contains(word(column) ?? "")
    }

    /// A point in time; what has no zone means UTC, a date alone its midnight.
    package func time(_ column: String) -> Date? { PredecessorTime.date(text(column)) }

    /// How many elements a list has, which older copies keep as text.
    package func length(ofList column: String) -> Int? {
        switch values[column] {
        case .list(let elements): elements.count
        case .text(let text): (try? JSONDecoder().decode([JSONValue].self, from: Data(text.utf8)))?.count
        case .null, .truth, .number, .object, nil: nil
        }
    }
}

/// Times as PostgreSQL writes them, in JSON and as text.
enum PredecessorTime {
    /// What has no zone means UTC, a date alone its midnight.
    static func date(_ text: String?) -> Date? {
        guard let text else { return nil }
        // PostgreSQL writes an offset of whole hours without its minutes.
        let zoned = text.contains(":") && text.dropLast(2).last.map { $0 == "+" || $0 == "-" } == true ? text + ":00" : text
        return RFC3339.date(from: zoned) ?? RFC3339.date(from: text + "Z") ?? RFC3339.date(from: text + "T00:00:00Z")
    }
}
