/// How an import is written.
package enum SourceFormat: String, Codable, Sendable {
    case csv, json

    /// By the media type, where it says; else it is found out from the first bytes.
    package init?(mediaType: String?) {
        let type = mediaType?.prefix { $0 != ";" }.lowercased().cleaned() ?? ""
        switch type {
        case "text/csv", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel": self = .csv
        case "application/json", "text/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
            self = .json
        default: return nil
        }
    }
}

/// Reads records from a stream in any of the formats, encodings and delimiters that are known, holding only what is not yet a record.
package struct SourceReader: Sendable {
    private enum Reader: Sendable {
        case undecided
        case csv(CSVReader)
        case json(JSONItemReader)
    }

    /// As much as is looked at to tell the delimiter.
    private static let headLimit = 1 << 16

    private let format: SourceFormat?
    private var unicode = UnicodeStream()
    private var reader = Reader.undecided
    private var head: [UInt8] = []
    private var isInWindows1252 = false
    /// What parts the cells of a table; none of JSON, and none before the first line was read.
    package private(set) var separator: Character?

    package init(format: SourceFormat?) {
        self.format = format
    }

    /// - Returns: the records that ended in this piece.
    package mutating func push(_ chunk: [UInt8]) -> [SourceRecord] {
        var records: [SourceRecord] = []
        read(unicode.push(chunk), into: &records)
        return records
    }

    /// The encoding as far as the file was read: `UTF-8`, `UTF-8 with a byte-order mark`, `Windows-1252`...
    package var encoding: String {
        if isInWindows1252 { return "Windows-1252" }
        return unicode.hasMark ? unicode.encoding + " with a byte-order mark" : unicode.encoding
    }

    /// How the file is written; `nil` before the first bytes told.
    package var foundFormat: SourceFormat? {
        switch reader {
        case .undecided: nil
        case .csv: .csv
        case .json: .json
        }
    }

    package mutating func finish() -> [SourceRecord] {
        var records: [SourceRecord] = []
        read(unicode.finish(), into: &records)
        if case .undecided = reader { decide(into: &records) }
        switch reader {
        case .undecided: break
        case .csv(var csv):
            csv.finish(into: &records)
            noteEncoding(of: records[...])
        case .json(var json): json.finish(into: &records)
        }
        return records
    }

    private mutating func read(_ bytes: [UInt8], into records: inout [SourceRecord]) {
        switch reader {
        case .undecided:
            head += bytes
            if head.count >= Self.headLimit || headIsEnough { decide(into: &records) }
        case .csv(var csv):
            reader = .undecided  // so that it is changed in place, not copied
            let known = records.count
            csv.push(bytes, into: &records)
            reader = .csv(csv)
            noteEncoding(of: records[known...])
        case .json(var json):
            reader = .undecided
            json.push(bytes, into: &records)
            reader = .json(json)
        }
    }

    private mutating func noteEncoding(of records: ArraySlice<SourceRecord>) {
        if isInWindows1252 { return }
        isInWindows1252 = records.contains { record in
            if case .cells(let cells) = record.content { cells.isInWindows1252 } else { false }
        }
    }

    private var headIsEnough: Bool {
        guard let first = head.first(where: { !Self.isSpace($0) }) else { return false }
        if isJSON(first) { return true }
        return SeparatorGuess(head).isWhole
    }

    /// No header begins with a bracket, so that it tells more than a media type, which is often wrong.
    private func isJSON(_ first: UInt8) -> Bool {
        format == .json || first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    }

    private mutating func decide(into records: inout [SourceRecord]) {
        guard let start = head.firstIndex(where: { !Self.isSpace($0) }) else { return }
        var bytes = head
        head = []
        if isJSON(bytes[start]) {
            reader = .json(JSONItemReader())
        } else {
            let guess = SeparatorGuess(bytes)
            // The line itself becomes an empty one, so that those behind it keep their numbers.
            if let end = guess.endOfMark { bytes.removeFirst(end) }
            separator = Character(Unicode.Scalar(guess.separator))
            reader = .csv(CSVReader(delimiter: guess.separator))
        }
        read(bytes, into: &records)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}

/// What parts the cells of a file, by its first line.
struct SeparatorGuess {
    let separator: UInt8
    /// Whether the first line is there as a whole.
    let isWhole: Bool
    /// Where the mark ends by which Excel is told the separator: a first line `sep=;`.
    let endOfMark: Int?

    init(_ head: [UInt8]) {
        let mark = Array("sep=".utf8)
        let isMarked = head.count > mark.count && zip(head, mark).allSatisfy { $0 | 0x20 == $1 || $0 == $1 }
        if isMarked {
            let isEnded = head.count > 5 && (head[5] == 10 || head[5] == 13)
            separator = head[4]
            isWhole = isEnded
            endOfMark = isEnded ? 5 : nil
            return
        }
        var counts: [(byte: UInt8, count: Int)] = [9, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|")].map { ($0, 0) }
        var isQuoted = false
        var atCellStart = true
        var hasBegun = false
        var isWhole = false
        for byte in head {
            if byte == 34, isQuoted || atCellStart { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 10 || byte == 13 {
                if hasBegun {
                    isWhole = true
                    break
                }
                continue
            }
            hasBegun = true
            atCellStart = false
            for index in counts.indices where counts[index].byte == byte {
                counts[index].count += 1
                atCellStart = true
            }
        }
        self.isWhole = isWhole
        endOfMark = nil
        // Of equals the first in the list.
        separator = counts.max { $0.count < $1.count }.map { $0.count > 0 ? $0.byte : UInt8(ascii: ",") } ?? UInt8(ascii: ",")
    }
}
