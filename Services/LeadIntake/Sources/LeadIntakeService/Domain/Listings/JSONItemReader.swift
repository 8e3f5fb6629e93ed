/// Finds the objects of a JSON array, or of a sequence of JSON objects (NDJSON), in pieces of any size; each is handed on unparsed.
package struct JSONItemReader: Sendable {
    package static let itemLimit = 4 << 20

    /// Set by the first byte: of an array the elements are counted, of a sequence the lines.
    private var isArray: Bool?
    private var item: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isTooLarge = false
    private var atLineStart = true
    private var line = 1
    private var element = 0
    private var startLine = 1

    package init() {}

    package mutating func push(_ chunk: [UInt8], into records: inout [SourceRecord]) {
        for byte in chunk { take(byte, &records) }
    }

    package mutating func finish(into records: inout [SourceRecord]) {
        if depth > 0 || !item.isEmpty { breakOff(into: &records) }
    }

    private mutating func take(_ byte: UInt8, _ records: inout [SourceRecord]) {
        let isAtLineStart = atLineStart
        atLineStart = byte == 10
        defer { if byte == 10 { line += 1 } }

        // No string has a bare line break in it (RFC 8259 §7): one that does was never closed. In a sequence, a line that begins
        // with `{` begins an object, whatever became of the one before.
        if byte == 10, isInString { isInString = false }
        if isArray == false, depth > 0, isAtLineStart, byte == UInt8(ascii: "{") { breakOff(into: &records) }

        if depth == 0 {
            between(byte, &records)
            return
        }
        keep(byte)
        if isEscaped {
            isEscaped = false
        } else if isInString {
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            if byte == UInt8(ascii: "\"") { isInString = false }
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { end(&records) }
            default: break
            }
        }
    }

    /// A byte outside of any object.
    private mutating func between(_ byte: UInt8, _ records: inout [SourceRecord]) {
        switch byte {
        case UInt8(ascii: "{"):
            if !item.isEmpty { breakOff(into: &records) }
            if isArray == nil { isArray = false }
            begin()
            keep(byte)
            depth = 1
        case UInt8(ascii: "[") where isArray == nil:
            isArray = true
        case UInt8(ascii: ","), 10, UInt8(ascii: "]"):
            if !item.isEmpty { breakOff(into: &records) }
        case 32, 9, 13:
            if !item.isEmpty { keep(byte) }
        default:
            // Neither an object nor what may stand between two: collected, so that it is reported once.
            if item.isEmpty { begin() }
            keep(byte)
        }
    }

    private mutating func begin() {
        element += 1
        startLine = isArray == true ? element : line
    }

    private mutating func keep(_ byte: UInt8) {
        if item.count < Self.itemLimit { item.append(byte) } else { isTooLarge = true }
    }

    private mutating func end(_ records: inout [SourceRecord]) {
        let content: SourceRecord.Content = isTooLarge ? .broken("the object is larger than 4 MiB: leave long texts out") : .json(item)
        records.append(SourceRecord(line: startLine, content: content))
        reset()
    }

    private mutating func breakOff(into records: inout [SourceRecord]) {
        let reason =
            depth > 0
            ? "the object is never closed: it needs one more }" : "this is not a JSON object: leads are written as {\"name\": ...}"
        records.append(SourceRecord(line: startLine, content: .broken(reason)))
        reset()
    }

    private mutating func reset() {
        item = []
        depth = 0
        isInString = false
        isEscaped = false
        isTooLarge = false
    }
}
