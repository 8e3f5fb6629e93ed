/// Reads delimited text (RFC 4180) from pieces of any size, holding one record at a time.
///
/// Lenient where files in the wild are: any line end, ragged rows, a quote inside an unquoted cell, text behind a closing quote. A quote
/// that is never closed costs the line it stands on and not the rest of the file: the lines behind it are read anew.
package struct CSVReader: Sendable {
    /// A record larger than this is broken. (The largest cell of a spreadsheet is 32,767 characters.)
    package static let recordLimit = 1 << 20
    /// So much is read anew in one file at most; behind it a quote must be closed on its own line. Else a file that opens one on each line
    /// would be read as often as it has lines.
    private let rereadLimit: Int

    private enum State { case cellStart, plain, quoted, quoteInQuoted, skippingLine }

    private let delimiter: UInt8
    private var state = State.cellStart
    private var cells = SourceRecord.Cells()
    private var line = 1
    private var startLine = 1
    private var afterCR = false
    /// What follows the first line end inside of a quoted cell: if the quote is never closed, it is read again.
    private var behindFirstLine: [UInt8]?
    private var reread = 0

    package init(delimiter: UInt8, rereadLimit: Int = 8 << 20) {
        self.delimiter = delimiter
        self.rereadLimit = rereadLimit
    }

    package mutating func push(_ chunk: [UInt8], into records: inout [SourceRecord]) {
        var input = chunk
        while let again = consume(input, into: &records) { input = again }
    }

    /// The file has ended.
    package mutating func finish(into records: inout [SourceRecord]) {
        while state == .quoted {
            let behind = restart(Self.neverClosed, into: &records)
            push(behind, into: &records)
        }
        if state != .skippingLine, !cells.ends.isEmpty || !cells.bytes.isEmpty || state != .cellStart { endRecord(into: &records) }
    }

    /// - Returns: what must be read instead of the rest, when a record turned out to be broken.
    private mutating func consume(_ input: [UInt8], into records: inout [SourceRecord]) -> [UInt8]? {
        for (index, byte) in input.enumerated() {
            let isSecondOfCRLF = afterCR && byte == 10
            afterCR = byte == 13
            if byte == 13 || (byte == 10 && !isSecondOfCRLF) { line += 1 }

            switch state {
            case .quoted where (byte == 10 || byte == 13) && reread > rereadLimit:
                records.append(SourceRecord(line: startLine, content: .broken(Self.neverClosed)))
                startRecord()
            case .quoted:
                behindFirstLine?.append(byte)
                if byte == 34 {
                    state = .quoteInQuoted
                } else {
                    if byte == 10, behindFirstLine == nil { behindFirstLine = [] }
                    cells.bytes.append(byte)
                }
            case .quoteInQuoted where byte == 34:
                behindFirstLine?.append(byte)
                cells.bytes.append(byte)
                state = .quoted
            case .skippingLine:
                if byte == 10 || byte == 13 { startRecord() }
            case .cellStart, .plain, .quoteInQuoted:
                if isSecondOfCRLF { continue }
                behindFirstLine?.append(byte)
                if byte == delimiter {
                    endCell()
                } else if byte == 10 || byte == 13 {
                    endRecord(into: &records)
                } else if byte == 34, state == .cellStart {
                    state = .quoted
                } else {
                    cells.bytes.append(byte)
                    state = .plain
                }
            }
            if cells.bytes.count > Self.recordLimit {
                let behind = restart("the record is larger than 1 MiB: leave long texts out", into: &records)
                return behind + input[(index + 1)...]
            }
        }
        return nil
    }

    private static let neverClosed = "a quote opens here that is never closed: close it, or double the quotes inside of a cell"

    private mutating func endCell() {
        cells.ends.append(cells.bytes.count)
        state = .cellStart
    }

    private mutating func endRecord(into records: inout [SourceRecord]) {
        // An empty line is no record.
        let isEmptyLine = cells.ends.isEmpty && cells.bytes.isEmpty && state == .cellStart
        endCell()
        if !isEmptyLine { records.append(SourceRecord(line: startLine, content: .cells(cells))) }
        startRecord()
    }

    private mutating func startRecord() {
        cells = SourceRecord.Cells()
        state = .cellStart
        startLine = line
        behindFirstLine = nil
    }

    /// Gives up the line on which the record began.
    ///
    /// - Returns: the lines behind it, as far as they were read.
    private mutating func restart(_ reason: String, into records: inout [SourceRecord]) -> [UInt8] {
        records.append(SourceRecord(line: startLine, content: .broken(reason)))
        let behind = behindFirstLine
        reread += behind?.count ?? 0
        if behind != nil { line = startLine + 1 }
        startRecord()
        afterCR = false
        if behind == nil { state = .skippingLine }
        return behind ?? []
    }
}
