/// Reads delimited text (RFC 4180) from pieces of any size, holding one record at a time.
///
/// Lenient where files in the wild are: any line end, ragged rows, a quote inside an unquoted cell, text behind a closing quote. A quote
/// that was never meant to open a cell, or that is never closed, costs the line it stands on and not the rest of the file: the lines
/// behind it are read anew.
package struct CSVReader: Sendable {
    /// A record larger than this is broken. (The largest cell of a spreadsheet is 32,767 characters.)
    package static let recordLimit = 1 << 20
    /// So much is read anew beyond what was read at all; behind it a quote must be closed on its own line. Else a file that opens one on
    /// each line would be read as often as it has lines.
    private let rereadLimit: Int

    private enum State { case cellStart, plain, quoted, quoteInQuoted, skippingLine }

    private let delimiter: UInt8
    private var state = State.cellStart
    /// What is not yet a whole record, or not yet looked at.
    private var buffer: [UInt8] = []
    /// Where the record begins that is being read.
    private var start = 0
    private var at = 0
    private var cells = SourceRecord.Cells()
    private var line = 1
    private var startLine = 1
    private var afterCR = false
    /// Behind the first line end inside of a quoted cell: from here it is read again, if that quote turns out to be a stray one.
    private var secondLine: Int?
    private var cellGoesOverLines = false
    private var quoteIsAtCellStart = false
    /// How many cells the first record has: the header.
    private var width: Int?
    private var reread = 0
    private var total = 0

    package init(delimiter: UInt8, rereadLimit: Int = 8 << 20) {
        self.delimiter = delimiter
        self.rereadLimit = rereadLimit
    }

    package mutating func push(_ chunk: [UInt8], into records: inout [SourceRecord]) {
        if buffer.isEmpty { buffer = chunk } else { buffer += chunk }
        total += chunk.count
        scan(into: &records)
        guard start > 0 else { return }
        buffer.removeFirst(start)
        at -= start
        secondLine = secondLine.map { $0 - start }
        start = 0
    }

    /// The file has ended.
    package mutating func finish(into records: inout [SourceRecord]) {
        while true {
            scan(into: &records)
            switch state {
            case .quoted: giveUpLine(Self.neverClosed, into: &records)
            case .skippingLine: return
            case .cellStart where cells.ends.isEmpty && cells.bytes.isEmpty: return
            case .cellStart, .plain, .quoteInQuoted: endRecord(into: &records)
            }
        }
    }

    private mutating func scan(into records: inout [SourceRecord]) {
        while at < buffer.count {
            if at == start, state == .cellStart {
                if afterCR, buffer[at] == 10 {
                    at += 1
                    start = at
                    afterCR = false
                    continue
                }
                if takePlainLine(into: &records) { continue }
            }
            takeRun()
            if cells.bytes.count > Self.recordLimit {
                giveUpLine("the record is larger than 1 MiB: leave long texts out", into: &records)
            } else if at < buffer.count {
                step(into: &records)
            }
        }
    }

    /// The common case at once: a whole line without any quote.
    private mutating func takePlainLine(into records: inout [SourceRecord]) -> Bool {
        var ends: [Int] = []
        ends.reserveCapacity((width ?? 15) + 1)
        var bits: UInt8 = 0
        let from = at
        let delimiter = delimiter
        let end = buffer.withUnsafeBufferPointer { bytes -> Int? in
            var index = from
            while index < bytes.count {
                let byte = bytes[index]
                bits |= byte
                if byte == delimiter {
                    ends.append(index - from)
                } else if byte == 34 {
                    return nil
                } else if byte == 10 || byte == 13 {
                    return index
                }
                index += 1
            }
            return nil
        }
        guard let end, end - from <= Self.recordLimit else { return false }
        if end > from {
            ends.append(end - from)
            let found = SourceRecord.Cells(bytes: Array(buffer[from..<end]), ends: ends, gap: 1, isASCII: bits < 128)
            width = width ?? found.count
            records.append(SourceRecord(line: line, content: .cells(found)))
        }
        afterCR = buffer[end] == 13
        at = end + 1
        line += 1
        beginRecord()
        return true
    }

    /// Takes what stands in a cell up to the next byte that may mean something.
    private mutating func takeRun() {
        let isQuoted = state == .quoted
        guard isQuoted || state == .plain else { return }
        let from = at
        let delimiter = delimiter
        at = buffer.withUnsafeBufferPointer { bytes -> Int in
            var index = from
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 10 || byte == 13 || (isQuoted ? byte == 34 : byte == delimiter) { break }
                index += 1
            }
            return index
        }
        guard at > from else { return }
        cells.bytes += buffer[from..<at]
        afterCR = false
    }

    private mutating func step(into records: inout [SourceRecord]) {
        let byte = buffer[at]
        let isSecondOfCRLF = afterCR && byte == 10
        let isLineEnd = byte == 10 || byte == 13
        afterCR = byte == 13
        at += 1
        if isLineEnd, !isSecondOfCRLF { line += 1 }

        switch state {
        case .quoted where byte == 34:
            state = .quoteInQuoted
            let before = at - 2 < start ? 0 : buffer[at - 2]
            quoteIsAtCellStart = before == delimiter || before == 10 || before == 13
        case .quoted:
            if isLineEnd, reread > rereadLimit + total {
                records.append(SourceRecord(line: startLine, content: .broken(Self.neverClosed)))
                beginRecord()
                return
            }
            if isLineEnd {
                cellGoesOverLines = true
                if secondLine == nil || (isSecondOfCRLF && secondLine == at - 1) { secondLine = at }
            }
            cells.bytes.append(byte)
        case .quoteInQuoted where byte == 34:
            cells.bytes.append(byte)
            state = .quoted
        case .skippingLine:
            start = at
            if isLineEnd { beginRecord() }
        case .cellStart, .plain, .quoteInQuoted:
            if byte == delimiter {
                endCell()
                if hasTooManyCells { giveUpLine(Self.stray, into: &records) }
            } else if isLineEnd {
                endRecord(into: &records)
            } else if byte == 34, state == .cellStart {
                state = .quoted
                cellGoesOverLines = false
            } else if state == .quoteInQuoted, cellGoesOverLines, quoteIsAtCellStart {
                // What closes this cell opens one in truth: the quote that opened it is a stray one, some lines above.
                giveUpLine(Self.stray, into: &records)
            } else {
                cells.bytes.append(byte)
                state = .plain
            }
        }
    }

    private static let neverClosed = "a quote opens here that is never closed: close it, or double the quotes inside of a cell"
    private static let stray = "a quote opens here that is not closed where its cell ends: close it, or double the quotes inside of a cell"

    private mutating func endCell() {
        cells.ends.append(cells.bytes.count)
        state = .cellStart
    }

    /// Whether a record of several lines has more in it than the header has columns: then lines were swallowed that are records.
    private var hasTooManyCells: Bool {
        guard secondLine != nil, let width, cells.ends.count > width else { return false }
        return cells.bytes[cells.ends[width - 1]...].contains { $0 > 32 }
    }

    /// Whether a record of several lines is short of cells, though its first line alone has them all.
    private var endsTooSoon: Bool {
        guard let secondLine, let width, cells.ends.count < width else { return false }
        return buffer[start..<secondLine].count { $0 == delimiter } + 1 == width
    }

    private mutating func endRecord(into records: inout [SourceRecord]) {
        // An empty line is no record.
        let isEmptyLine = cells.ends.isEmpty && cells.bytes.isEmpty && state == .cellStart
        endCell()
        if hasTooManyCells || endsTooSoon {
            giveUpLine(Self.stray, into: &records)
            return
        }
        if !isEmptyLine {
            cells.isASCII = cells.bytes.allSatisfy { $0 < 128 }
            width = width ?? cells.count
            records.append(SourceRecord(line: startLine, content: .cells(cells)))
        }
        beginRecord()
    }

    private mutating func beginRecord() {
        start = at
        startLine = line
        state = .cellStart
        secondLine = nil
        if !cells.ends.isEmpty || !cells.bytes.isEmpty { cells = SourceRecord.Cells() }
    }

    /// Gives up the line on which the record began, and goes on with the one behind it.
    private mutating func giveUpLine(_ reason: String, into records: inout [SourceRecord]) {
        records.append(SourceRecord(line: startLine, content: .broken(reason)))
        guard let secondLine else {
            beginRecord()
            state = .skippingLine
            return
        }
        reread += at - secondLine
        at = secondLine
        line = startLine + 1
        afterCR = false
        beginRecord()
    }
}
