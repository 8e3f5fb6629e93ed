package import Foundation

/// All rows of one call.
package struct Results: Hashable, Sendable {
    package var rows: [Row]

    package init(_ rows: [Row]) {
        self.rows = rows
    }

    /// A JSON array of rows.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(rows) + Data("\n".utf8)
    }

    /// Columns under their names, numbers to the right.
    package var table: String {
        let heads = ["name", "figure", "unit", "limit", "limit_figure", "ratio", "aim", "holds"]
        let isNumber = [false, true, false, false, true, true, false, false]
        let lines = [heads] + rows.map(\.cells)
        let widths = heads.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
                return isNumber[column] ? blanks + cells[column] : cells[column] + blanks
            }
            return padded.joined(separator: "  ").trimmingSuffix { $0 == " " }
        }.joined(separator: "\n")
    }
}

extension Row {
    fileprivate var cells: [String] {
        [
            name, Self.text(figure, places: 3), unit, limit, Self.text(limitFigure, places: 3), Self.text(ratio, places: 2), aim,
            holds ? "yes" : "NO",
        ]
    }

    private static func text(_ number: Double, places: Int) -> String { String(format: "%.\(places)f", number) }
}

extension String {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !isDropped($0) }) else { return "" }
        return String(self[...last])
    }
}
