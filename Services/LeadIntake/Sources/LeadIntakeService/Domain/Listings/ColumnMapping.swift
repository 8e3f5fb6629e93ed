import Contracts
import Foundation

/// What the caller says about the columns of a file: which one is which field, and which are to be left alone.
package struct ColumnMapping: Codable, Hashable, Sendable {
    /// By the column's name, or by its number as `#3`; `nil` for one that is ignored.
    private var fields: [String: String?]

    /// - Throws: a `Problem` of status 422 that names what is wrong, and lists what there is.
    package init(json: String) throws {
        guard let fields = try? JSONDecoder().decode([String: String?].self, from: Data(json.utf8)), !fields.isEmpty else {
            throw Problem.invalid([
                Problem.FieldError(
                    pointer: "/mapping",
                    detail: ##"must be a JSON object of columns and fields, such as {"Firma": "name", "#3": "phone", "Intern": null}"##
                )
            ])
        }
        let unknown = fields.sorted { $0.key < $1.key }.compactMap { column, field -> Problem.FieldError? in
            guard let field, ListingField(name: field) == nil else { return nil }
            return Problem.FieldError(
                pointer: Self.pointer(column),
                detail:
                    "'\(field.prefix(40))' is no field of a lead; there are: \(ListingField.allCases.map(\.name).joined(separator: ", "))"
            )
        }
        guard unknown.isEmpty else { throw Problem.invalid(unknown) }
        self.fields = fields
    }

    package init(from decoder: any Decoder) throws {
        fields = try decoder.singleValueContainer().decode([String: String?].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fields)
    }

    /// Which column, from 0, is which field; `nil` for one that is ignored.
    ///
    /// - Throws: a `Problem` of status 422 when `header` has not all of the columns.
    func resolved(in header: [String]) throws -> [Int: ListingField?] {
        var resolved: [Int: ListingField?] = [:]
        var unknown: [Problem.FieldError] = []
        for (column, field) in fields.sorted(by: { $0.key < $1.key }) {
            guard let index = Self.index(of: column, in: header) else {
                let names = header.prefix(100).enumerated().map { "#\($0 + 1) '\($1.prefix(40))'" }.joined(separator: ", ")
                unknown.append(
                    Problem.FieldError(pointer: Self.pointer(column), detail: "the file has no such column; there are: \(names)")
                )
                continue
            }
            resolved[index] = .some(field.flatMap { ListingField(name: $0) })
        }
        guard unknown.isEmpty else { throw Problem.invalid(unknown) }
        return resolved
    }

    /// The same for an object, whose names are what is left of its keys, and which need not have all of them.
    func resolvedAsFar(as header: [String]) -> [Int: ListingField?] {
        var resolved: [Int: ListingField?] = [:]
        for (column, field) in fields {
            guard let index = Self.index(of: column, in: header) else { continue }
            resolved[index] = .some(field.flatMap { ListingField(name: $0) })
        }
        return resolved
    }

    private static func index(of column: String, in header: [String]) -> Int? {
        if let exact = header.firstIndex(of: column) { return exact }
        if column.hasPrefix("#"), let number = Int(column.dropFirst()) { return header.indices.contains(number - 1) ? number - 1 : nil }
        let plain = ColumnName.plain(column)
        return plain.isEmpty ? nil : header.firstIndex { ColumnName.plain($0) == plain }
    }

    /// RFC 6901.
    private static func pointer(_ column: String) -> String {
        "/mapping/" + column.prefix(80).replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

/// The mapping that a file was read by, column by column.
package struct UsedMapping: Codable, Hashable, Sendable {
    package var preset: String
    package var columns: [Column]
    /// Columns that no field was filled from; their cells are kept in the lead's record.
    package var ignored: [String]

    package struct Column: Codable, Hashable, Sendable {
        /// From 1.
        package var number: Int
        package var column: String
        package var fields: [String]
    }
}
