/// How an import is written.
package enum SourceFormat: String, Sendable {
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

    package init(format: SourceFormat?) {
        self.format = format
    }

    /// - Returns: the records that ended in this piece.
    package mutating func push(_ chunk: [UInt8]) -> [SourceRecord] {
        var records: [SourceRecord] = []
        read(unicode.push(chunk), into: &records)
        return records
    }

    package mutating func finish() -> [SourceRecord] {
        var records: [SourceRecord] = []
        read(unicode.finish(), into: &records)
        if case .undecided = reader { decide(into: &records) }
        switch reader {
        case .undecided: break
        case .csv(var csv): csv.finish(into: &records)
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
            csv.push(bytes, into: &records)
            reader = .csv(csv)
        case .json(var json):
            reader = .undecided
            json.push(bytes, into: &records)
            reader = .json(json)
        }
    }

    private var headIsEnough: Bool {
        guard let first = head.first(where: { !Self.isSpace($0) }) else { return false }
        if isJSON(first) { return true }
        return Self.headerCounts(of: head).isWhole
    }

    /// No header begins with a bracket, so that it tells more than a media type, which is often wrong.
    private func isJSON(_ first: UInt8) -> Bool {
        format == .json || first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    }

    private mutating func decide(into records: inout [SourceRecord]) {
        guard let start = head.firstIndex(where: { !Self.isSpace($0) }) else { return }
        let bytes = head
        head = []
        if isJSON(bytes[start]) {
            reader = .json(JSONItemReader())
        } else {
            let counts = Self.headerCounts(of: bytes).counts
            let best = counts.max { $0.value < $1.value || ($0.value == $1.value && $0.key > $1.key) }
            reader = .csv(CSVReader(delimiter: best.map { $0.value > 0 ? $0.key : UInt8(ascii: ",") } ?? UInt8(ascii: ",")))
        }
        read(bytes, into: &records)
    }

    /// How often each possible delimiter stands in the first line, outside of quotes.
    private static func headerCounts(of head: [UInt8]) -> (counts: [UInt8: Int], isWhole: Bool) {
        var counts: [UInt8: Int] = [UInt8(ascii: ","): 0, UInt8(ascii: ";"): 0, 9: 0, UInt8(ascii: "|"): 0]
        var isQuoted = false
        var hasBegun = false
        for byte in head {
            if byte == 34 { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 10 || byte == 13 {
                if hasBegun { return (counts, true) }
                continue
            }
            hasBegun = true
            if counts[byte] != nil { counts[byte, default: 0] += 1 }
        }
        return (counts, false)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
