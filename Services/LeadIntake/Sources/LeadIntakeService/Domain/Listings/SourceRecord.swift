/// One record of a file that is being imported, as it was read: what its cells mean is not known here.
package struct SourceRecord: Sendable {
    /// Where a person finds it: the line it begins on, or, in a JSON array, which element it is; from 1.
    package var line: Int
    /// Whether it comes from a table: JSON has no header.
    package var isOfTable = true
    package var content: Content

    package enum Content: Sendable {
        case cells(Cells)
        case json([UInt8])
        /// It could not be told where it ends, or it is larger than a record can be.
        case broken(String)
    }

    /// The cells of one record of a table, in one piece of memory.
    package struct Cells: Sendable {
        package var bytes: [UInt8] = []
        package var ends: [Int] = []
        /// How many bytes stand between two cells: the delimiters are left where a record is taken as it is.
        var gap = 0
        var isASCII = true

        package var count: Int { ends.count }

        package subscript(index: Int) -> ArraySlice<UInt8> {
            bytes[(index == 0 ? 0 : ends[index - 1] + gap)..<ends[index]]
        }

        /// The text of a cell: UTF-8, or Windows-1252 where it is not. By the cell, since files are found that mix both.
        package func text(_ index: Int) -> String {
            guard index < ends.count else { return "" }
            return isASCII ? String(decoding: self[index], as: UTF8.self) : Windows1252.text(orUTF8: self[index])
        }

        package func isBlank(_ index: Int) -> Bool { self[index].allSatisfy { $0 <= 32 } }

        package var isBlank: Bool { (0..<count).allSatisfy { isBlank($0) } }

        /// Whether some cell is written in Windows-1252.
        var isInWindows1252: Bool {
            !isASCII && (0..<count).contains { String(validating: self[$0], as: UTF8.self) == nil }
        }
    }
}

/// The encoding that is meant when a text is neither ASCII nor UTF-8 (WHATWG Encoding, index windows-1252).
enum Windows1252 {
    static func text(orUTF8 bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            let value = (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : UInt16(byte)
            scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    private static let upper: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
