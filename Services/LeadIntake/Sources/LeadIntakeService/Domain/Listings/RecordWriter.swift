/// Writes records down as they were found: JSON text, with also what nobody here reads.
package struct RecordWriter: Sendable {
    /// What is kept of one record at most. Larger ones are mostly lists of reviews.
    package static let limit = 256 << 10

    /// Of each column its name as a JSON string, and the colon.
    private let keys: [[UInt8]]

    /// - Parameter header: the names of the columns; one that is empty or stands there twice is told by its number.
    package init(header: [String]) {
        var seen: Set<String> = []
        keys = header.enumerated().map { index, name in
            let isNew = name.utf8.contains { $0 > 32 } && seen.insert(name).inserted
            return Self.key(isNew ? name : name.utf8.contains { $0 > 32 } ? "\(name) (\(index + 1))" : "column \(index + 1)")
        }
    }

    /// - Returns: `nil` when there is nothing to keep, or too much.
    ///
    /// An object of a JSON file stands as it was sent, valid or not. A row of a table is an object of its cells by the names of their
    /// columns, in their order, empty ones left out.
    package func text(of record: SourceRecord) -> String? {
        switch record.content {
        case .broken: return nil
        case .json(let bytes):
            guard bytes.count <= Self.limit else { return nil }
            let text = Windows1252.text(orUTF8: bytes[...])
            // The one character that PostgreSQL has no place for.
            return text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        case .cells(let cells):
            var out: [UInt8] = [UInt8(ascii: "{")]
            out.reserveCapacity(cells.bytes.count + cells.count * 24 + 2)
            for column in 0..<cells.count where !cells.isBlank(column) {
                if out.count > 1 { out.append(UInt8(ascii: ",")) }
                out += column < keys.count ? keys[column] : Self.key("column \(column + 1)")
                let cell = cells[column]
                if cells.isASCII || String(validating: cell, as: UTF8.self) != nil {
                    Self.appendQuoted(cell, to: &out)
                } else {
                    Self.appendQuoted(Array(Windows1252.text(orUTF8: cell).utf8)[...], to: &out)
                }
            }
            out.append(UInt8(ascii: "}"))
            return out.count <= Self.limit ? String(decoding: out, as: UTF8.self) : nil
        }
    }

    private static func key(_ name: String) -> [UInt8] {
        var out: [UInt8] = []
        appendQuoted(Array(name.utf8)[...], to: &out)
        return out + [UInt8(ascii: ":")]
    }

    /// RFC 8259 §7.
    private static func appendQuoted(_ text: ArraySlice<UInt8>, to out: inout [UInt8]) {
        out.append(34)
        defer { out.append(34) }
        if text.allSatisfy({ $0 >= 32 && $0 != 34 && $0 != 92 }) {
            out += text
            return
        }
        for byte in text {
            switch byte {
            case 34, 92: out += [92, byte]
            case 10: out += [92, UInt8(ascii: "n")]
            case 13: out += [92, UInt8(ascii: "r")]
            case 9: out += [92, UInt8(ascii: "t")]
            case 0..<32:
                let digits = Array("0123456789abcdef".utf8)
                out += [92, UInt8(ascii: "u"), 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
    }
}

extension SourceRecord {
    package func raw(header: [String]) -> String? { RecordWriter(header: header).text(of: self) }
}
