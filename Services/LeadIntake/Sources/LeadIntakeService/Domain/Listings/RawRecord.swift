extension SourceRecord {
    /// What is kept of one record at most. Larger ones are mostly lists of reviews.
    package static let rawLimit = 256 << 10

    /// The whole record as JSON text, also what nobody here reads; `nil` when there is nothing to keep, or too much.
    ///
    /// An object of a JSON file stands as it was sent, valid or not. A row of a table is an object of its cells by the names of their
    /// columns, in their order, empty ones left out.
    package func raw(header: [String]) -> String? {
        let text: String
        switch content {
        case .broken: return nil
        case .json(let bytes): text = Windows1252.text(orUTF8: bytes[...])
        case .cells(let cells):
            var members: [String] = []
            for column in 0..<cells.count {
                let cell = cells.text(column)
                guard cell.utf8.contains(where: { $0 > 32 }) else { continue }
                let name = column < header.count ? header[column] : "column \(column + 1)"
                members.append("\(Self.quoted(name)):\(Self.quoted(cell))")
            }
            text = "{\(members.joined(separator: ","))}"
        }
        guard text.utf8.count <= Self.rawLimit else { return nil }
        // The one character that PostgreSQL has no place for.
        return text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }

    /// RFC 8259 §7.
    private static func quoted(_ text: String) -> String {
        var out: [UInt8] = [34]
        for byte in text.utf8 {
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
        return String(decoding: out + [34], as: UTF8.self)
    }
}
