import Foundation

/// What the columns of one file mean.
///
/// Within a field the first column that has something to say is taken, so the order is one of trust.
package struct ListingColumns: Sendable {
    package typealias Field = ListingField

    private static let daysOfWeek = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    package let header: [String]
    package let preset: MappingPreset
    private let columns: [[Int]]
    /// `openingHours/0/day` and `openingHours/0/hours`.
    package let dayHours: [(day: Int, hours: Int)]
    /// `working_hours.monday`, or its first element.
    package let hoursByDay: [(day: String, column: Int)]
    /// Whether a row that names no business is called by its person.
    let isCalledByPerson: Bool

    /// - Parameters:
    ///   - header: the names of the columns.
    ///   - preset: `nil` to pick it by the names.
    ///   - named: which column the caller says is which field; `nil` for one that is ignored.
    package init(header: [String], preset: MappingPreset? = nil, named: [Int: ListingField?] = [:]) {
        self.header = header
        let names = header.enumerated().filter { named[$0.offset] == nil }.map { ($0.offset, ColumnName.plain($0.element)) }
        // Columns of one name are one after another in the list.
        let byName = Dictionary(names.map { ($0.1, [$0.0]) }) { $0 + $1 }
        let preset = preset ?? MappingPreset.of(Set(header.map(ColumnName.plain)))
        self.preset = preset
        let isSaid = Set(named.values.compactMap { $0 })
        var columns = Field.allCases.map { field in
            if isSaid.contains(field) { return named.filter { $0.value == field }.keys.sorted() }
            return (preset.columns[field] ?? field.commonColumns).flatMap { byName[$0] ?? [] }
        }
        func only(_ name: String) -> Int? { preset.name == "none" || isSaid.contains(.hours) ? nil : byName[name]?.first }
        dayHours = (0..<7).compactMap { index in
            guard let day = only("openinghours\(index)day"), let hours = only("openinghours\(index)hours") else { return nil }
            return (day, hours)
        }
        hoursByDay = Self.daysOfWeek.compactMap { day in
            let column = ["workinghours", "openhours"].lazy.flatMap { [$0 + day, $0 + day + "0"] }.compactMap(only).first
            return column.map { (day.capitalized, $0) }
        }
        // "title" is the business in the exports that have no other column for it, and else the title of a person.
        let business = columns[Field.name.rawValue]
        let hasPerson = [Field.firstName, .lastName, .person].contains { !columns[$0.rawValue].isEmpty }
        if business.isEmpty, !preset.listsPeople, !hasPerson {
            columns[Field.name.rawValue] = columns[Field.personTitle.rawValue]
            columns[Field.personTitle.rawValue] = []
        }
        // What the business is called is not also the company behind it.
        let name = columns[Field.name.rawValue].first
        if !isSaid.contains(.company) { columns[Field.company.rawValue].removeAll { $0 == name } }
        isCalledByPerson = (preset.listsPeople || business.isEmpty) && hasPerson
        self.columns = columns
    }

    package subscript(field: Field) -> [Int] { columns[field.rawValue] }

    /// Whether the header names a business at all: else none of the rows can become a lead.
    package var nameBusiness: Bool { !self[.name].isEmpty || isCalledByPerson }

    /// What may not be as it was meant.
    package var warnings: [String] {
        let twice = Dictionary(grouping: header.filter { !ColumnName.plain($0).isEmpty }) { $0 }.filter { $1.count > 1 }.keys.sorted()
        var warnings = twice.map { "\"\($0.prefix(40))\" is the name of several columns: the first that says something counts." }
        let nameless = header.indices.filter { ColumnName.plain(header[$0]).isEmpty }.map { String($0 + 1) }
        if !nameless.isEmpty { warnings.append("Without a name: column \(nameless.prefix(20).joined(separator: ", ")).") }
        if self[.email].isEmpty, self[.phone].isEmpty { warnings.append("No column is an e-mail address or a phone number.") }
        return warnings
    }

    /// Column by column, what is read from it.
    package var used: UsedMapping {
        let hours = Set(dayHours.flatMap { [$0.day, $0.hours] } + hoursByDay.map(\.column))
        let fields = header.indices.map { column in
            var names = Field.allCases.filter { self[$0].contains(column) }.map(\.name)
            if hours.contains(column) { names.append(Field.hours.name) }
            return names
        }
        return UsedMapping(
            preset: preset.name,
            columns: header.indices.map { UsedMapping.Column(number: $0 + 1, column: header[$0], fields: fields[$0]) },
            ignored: header.indices.filter { fields[$0].isEmpty }.map { header[$0] }
        )
    }
}
