/// Finds the objects of a JSON array, or of a sequence of JSON objects (NDJSON), in pieces of any size; each is handed on as it stands.
///
/// An object that is broken, by a quote or a bracket too few or too many, may seem to go on over those behind it: what was taken for it is
/// searched for the beginning of the next, and read anew from there.
package struct JSONItemReader: Sendable {
    package static let itemLimit = 4 << 20
    /// So much is read anew beyond what was read at all.
    private static let rereadLimit = 16 << 20

    /// Set by the first byte: of an array the elements are counted, of a sequence the lines.
    private var isArray: Bool?
    private var item: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isTooLarge = false
    /// The brackets that are open, and the last byte that was no space and in no string: an object in an object stands behind a colon.
    private var open: [UInt8] = []
    private var last: UInt8 = 0
    private var atLineStart = true
    private var line = 1
    private var element = 0
    /// What the item is reported by: its line, or which element it is.
    private var startLine = 1
    /// The line on which the item begins, also in an array.
    private var itemLine = 1
    /// How the objects begin: their first key, with its quotes.
    private var firstKey: [UInt8]?
    /// What has to be read again before anything else.
    private var again: ArraySlice<UInt8>?
    private var reread = 0
    private var total = 0

    package init() {}

    package mutating func push(_ chunk: [UInt8], into records: inout [SourceRecord]) {
        total += chunk.count
        read(chunk[...], into: &records)
    }

    package mutating func finish(into records: inout [SourceRecord]) {
        while depth > 0 || !item.isEmpty {
            breakOff(into: &records)
            read([], into: &records)
        }
    }

    private mutating func read(_ input: ArraySlice<UInt8>, into records: inout [SourceRecord]) {
        var inputs = [input]
        if let again { inputs.append(again) }
        again = nil
        while var input = inputs.popLast() {
            while let byte = input.popFirst() {
                take(byte, &records)
                guard let first = again else { continue }
                inputs.append(input)
                input = first
                again = nil
            }
        }
    }

    private mutating func take(_ byte: UInt8, _ records: inout [SourceRecord]) {
        let isAtLineStart = atLineStart
        atLineStart = byte == 10
        defer { if byte == 10 { line += 1 } }

        // No string has a bare line break in it (RFC 8259 §7): one that does was never closed. In a sequence, a line that begins
        // with `{` begins an object, whatever became of the one before.
        if byte == 10, isInString { isInString = false }
        if isArray == false, depth > 0, isAtLineStart, byte == UInt8(ascii: "{") {
            breakOff(into: &records)
            if let tail = again {
                // The object that begins here is behind what is read again.
                again = tail + [byte]
                return
            }
        }

        if depth == 0 {
            between(byte, &records)
            return
        }
        if byte == UInt8(ascii: "{"), !isInString, open.last == byte, last != UInt8(ascii: ":"), !isTooLarge {
            // The object is not closed, and here the next begins.
            reject(Self.neverClosed, goingOnAt: nextObject(), &records)
            if let tail = again { again = tail + [byte] } else { between(byte, &records) }
            return
        }
        keep(byte, &records)
        if again != nil { return }
        if !isInString, byte > 32 { last = byte }
        if isEscaped {
            isEscaped = false
        } else if isInString {
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            if byte == UInt8(ascii: "\"") { isInString = false }
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                open.append(byte)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                open.removeLast()
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
            keep(byte, &records)
            depth = 1
            open = [byte]
            last = byte
        case UInt8(ascii: "[") where isArray == nil:
            isArray = true
        case UInt8(ascii: ","), 10, UInt8(ascii: "]"):
            if !item.isEmpty { breakOff(into: &records) }
        case 32, 9, 13:
            if !item.isEmpty { keep(byte, &records) }
        default:
            // Neither an object nor what may stand between two: collected, so that it is reported once.
            if item.isEmpty { begin() }
            keep(byte, &records)
        }
    }

    private mutating func begin() {
        element += 1
        startLine = isArray == true ? element : line
        itemLine = line
    }

    private mutating func keep(_ byte: UInt8, _ records: inout [SourceRecord]) {
        if item.count < Self.itemLimit {
            item.append(byte)
        } else if !isTooLarge {
            isTooLarge = true
            // An object of that size is rather one that was never closed.
            guard depth > 0, let next = nextObject() else { return }
            reject(Self.tooLarge, goingOnAt: next, &records)
            again?.append(byte)
        }
    }

    private mutating func end(_ records: inout [SourceRecord]) {
        if isTooLarge {
            reject(Self.tooLarge, goingOnAt: nil, &records)
        } else if FlatJSON.isValid(item[...]) {
            if firstKey == nil { firstKey = Self.firstKey(of: item) }
            records.append(SourceRecord(line: startLine, isOfTable: false, content: .json(item)))
            reset()
        } else {
            reject(Self.invalid, goingOnAt: nextObject(), &records)
        }
    }

    private mutating func breakOff(into records: inout [SourceRecord]) {
        if depth > 0 {
            reject(Self.neverClosed, goingOnAt: nextObject(), &records)
        } else {
            reject(Self.noObject, goingOnAt: nil, &records)
        }
    }

    private static let tooLarge = "the object is larger than 4 MiB: leave long texts out"
    private static let invalid = "the object is not valid JSON: check it with a JSON validator"
    private static let neverClosed = "the object is never closed: it needs one more }"
    private static let noObject = "this is not a JSON object: leads are written as {\"name\": ...}"

    private mutating func reject(_ reason: String, goingOnAt next: Int?, _ records: inout [SourceRecord]) {
        records.append(SourceRecord(line: startLine, isOfTable: false, content: .broken(reason)))
        if let next {
            reread += item.count - next
            line = itemLine + item[..<next].count { $0 == 10 }
            atLineStart = item[next - 1] == 10
            again = item[next...]
        }
        reset()
    }

    private mutating func reset() {
        item = []
        depth = 0
        open = []
        isInString = false
        isEscaped = false
        isTooLarge = false
    }

    /// Where, in what was taken for one broken object, the next one begins: at a `{` behind a comma, with the key that the objects of this
    /// file begin with.
    private func nextObject() -> Int? {
        guard reread <= Self.rereadLimit + total else { return nil }
        return item.withUnsafeBufferPointer { bytes -> Int? in
            var index = 1
            while index < bytes.count {
                defer { index += 1 }
                guard bytes[index] == UInt8(ascii: "{") else { continue }
                var before = index - 1
                while before > 0, bytes[before] <= 32 { before -= 1 }
                // It stands behind a comma, or an object whose comma was lost, or at the beginning of a line.
                guard bytes[before] == UInt8(ascii: ",") || bytes[before] == UInt8(ascii: "}") || bytes[index - 1] == 10 else { continue }
                var key = index + 1
                while key < bytes.count, bytes[key] <= 32 { key += 1 }
                guard key < bytes.count, bytes[key] == 34 else { continue }
                guard let firstKey else { return index }
                if key + firstKey.count <= bytes.count, (0..<firstKey.count).allSatisfy({ bytes[key + $0] == firstKey[$0] }) {
                    return index
                }
            }
            return nil
        }
    }

    private static func firstKey(of item: [UInt8]) -> [UInt8]? {
        guard let open = item.firstIndex(of: 34), let close = item[(open + 1)...].firstIndex(of: 34) else { return nil }
        return Array(item[open...close])
    }
}
