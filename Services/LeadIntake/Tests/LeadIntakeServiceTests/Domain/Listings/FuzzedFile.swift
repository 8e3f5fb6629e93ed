import Foundation

/// SplitMix64: the same numbers from the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}

/// A file of good rows, in which one place gets damaged.
struct FuzzedFile {
    /// How it is written.
    enum Style: Int, CaseIterable {
        case plain, quoted, semicolons, crlf, array, lines, indented

        var isJSON: Bool { rawValue >= Style.array.rawValue }
    }

    let style: Style
    /// The name of each row; each is unlike all others.
    let names: [String]
    /// The bytes of each row, as they stand in the file.
    private let rows: [[UInt8]]
    private let head: [UInt8]
    private let between: [UInt8]
    private let tail: [UInt8]

    init(_ numbers: inout SeededNumbers) {
        let style = Style.allCases[numbers.below(Style.allCases.count)]
        self.style = style
        let newline = style == .crlf ? "\r\n" : "\n"
        let isJSON = style.isJSON
        var names: [String] = []
        var rows: [[UInt8]] = []
        for index in 0..<(3 + numbers.below(6)) {
            let name = "Firm \(Self.words[numbers.below(Self.words.count)]) \(index)"
            names.append(name)
            let cells = [
                name, "+1 212-555-01\(10 + numbers.below(89))", numbers.oneIn(3) ? "" : "info@firm\(index).example",
                Self.notes[numbers.below(Self.notes.count)],
            ]
            rows.append(Array((isJSON ? Self.object(cells, style) : Self.row(cells, style, newline)).utf8))
        }
        self.names = names
        self.rows = rows
        let keys = Self.keys
        switch style {
        case .plain, .quoted, .crlf: head = Array((keys.joined(separator: ",") + newline).utf8)
        case .semicolons: head = Array((keys.joined(separator: ";") + newline).utf8)
        case .array: head = [UInt8(ascii: "[")]
        case .indented: head = Array("[\n  ".utf8)
        case .lines: head = []
        }
        between =
            switch style {
            case .array: [UInt8(ascii: ",")]
            case .indented: Array(",\n  ".utf8)
            case .lines: [10]
            case .plain, .quoted, .crlf, .semicolons: []
            }
        tail = style == .array ? [UInt8(ascii: "]")] : style == .indented ? Array("\n]\n".utf8) : []
    }

    private static let keys = ["name", "phone", "email", "note"]
    private static let words = ["Harbor", "Café", "O'Neil", "Müller & Söhne", "ร้านอาหาร", "Oak", "5th"]
    private static let notes = [
        "", "plain", "with, comma; and | more", "two\nlines", "the \"best\"", "{\"a\": [1]}", "a\tb", "1\r\n2\r\n3", "[x",
    ]

    private static func row(_ cells: [String], _ style: Style, _ newline: String) -> String {
        cells.map { cell in
            let isQuoted = style == .quoted || cell.contains { ",;\"\n\r\r\n\t|".contains($0) }
            return isQuoted ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }.joined(separator: style == .semicolons ? ";" : ",") + newline
    }

    private static func object(_ cells: [String], _ style: Style) -> String {
        func quoted(_ text: String) -> String {
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\r", with: "\\r")
                .replacing("\r\n", with: "\\r\\n").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
            return "\"\(escaped)\""
        }
        let members = zip(keys, cells).map { "\(quoted($0)):\(style == .indented ? " " : "")\(quoted($1))" }
        return style == .indented ? "{\n    \(members.joined(separator: ",\n    "))\n  }" : "{\(members.joined(separator: ","))}"
    }

    var whole: [UInt8] { bytes(rows) }

    private func bytes(_ rows: [[UInt8]]) -> [UInt8] { head + Array(rows.joined(separator: between)) + tail }

    /// The file with one row damaged, and which one it is.
    func damaged(_ numbers: inout SeededNumbers) -> (bytes: [UInt8], row: Int) {
        let index = numbers.below(rows.count)
        var rows = rows
        // What ends a row of a table belongs to the damage only when it is the last: else the row behind it is touched too.
        rows[index] = Self.mutated(rows[index], &numbers)
        return (bytes(rows), index)
    }

    /// Bytes that a reader may stumble over, put in, taken out, or in the place of others.
    private static func mutated(_ row: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
        let end = row.lastIndex { $0 != 10 && $0 != 13 }.map { $0 + 1 } ?? row.count
        var body = Array(row[..<end])
        for _ in 0...numbers.below(3) where !body.isEmpty {
            let at = numbers.below(body.count)
            switch numbers.below(6) {
            case 0: body[at] = hostile[numbers.below(hostile.count)]
            case 1: body.insert(hostile[numbers.below(hostile.count)], at: at)
            case 2: body.remove(at: at)
            case 3: body.removeSubrange(at..<min(body.count, at + 1 + numbers.below(12)))
            case 4: body.insert(contentsOf: body[at..<min(body.count, at + 1 + numbers.below(12))], at: at)
            default: body.insert(UInt8(truncatingIfNeeded: numbers.next()), at: at)
            }
        }
        return body + row[end...]
    }

    /// The whole file damaged anywhere, in any of the encodings.
    func mangled(_ numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = whole
        switch numbers.below(6) {
        case 0: bytes = [0xEF, 0xBB, 0xBF] + bytes
        case 1, 2:
            let bigEndian = numbers.oneIn(2)
            let text = (numbers.oneIn(2) ? "\u{FEFF}" : "") + String(decoding: bytes, as: UTF8.self)
            bytes = text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case 3: bytes = Array("sep=;\r\n".utf8) + bytes
        default: break
        }
        for _ in 0..<numbers.below(6) { bytes = Self.mutated(bytes, &numbers) }
        return Array(bytes.prefix(numbers.oneIn(3) ? numbers.below(bytes.count + 1) : bytes.count))
    }

    private static let hostile: [UInt8] = Array("\",;\t|\n\r{}[]:\\ 0aA".utf8) + [0, 0xC3, 0xFF, 0xEF, 0x80]
}
