/// RFC 2045, 6.7: text of any length and any characters in lines of at most 76 that every mail server leaves alone.
enum QuotedPrintable {
    private static let maximumLength = 76

    /// Encodes `text`; its line breaks, of whatever kind, become CRLF, and it ends with one.
    static func encode(_ text: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 5 / 4)
        for line in lines(of: text) {
            encode(line, into: &output)
            output += "\r\n".utf8
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func encode(_ line: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var length = 0
        for (index, byte) in zip(line.indices, line) {
            let isLast = index == line.endIndex - 1
            var isPlain = isPlain(byte, isFirst: length == 0, isLast: isLast)
            // One place is for the sign of the soft line break, unless the line ends here.
            if length + (isPlain ? 1 : 3) > maximumLength - (isLast ? 0 : 1) {
                output += "=\r\n".utf8
                length = 0
                isPlain = Self.isPlain(byte, isFirst: true, isLast: isLast)
            }
            if isPlain {
                output.append(byte)
                length += 1
            } else {
                output.append(UInt8(ascii: "="))
                output.append(digit(byte >> 4))
                output.append(digit(byte & 15))
                length += 3
            }
        }
    }

    /// A full stop that begins a line means something to SMTP, and not every server undoes its doubling; a blank that
    /// ends one may get lost.
    private static func isPlain(_ byte: UInt8, isFirst: Bool, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        case UInt8(ascii: "="): false
        case UInt8(ascii: "."): !isFirst
        default: 0x21...0x7e ~= byte
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func lines(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == 13 || bytes[index] == 10 {
                lines.append(bytes[start..<index])
                if bytes[index] == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { index += 1 }
                start = index + 1
            }
            index += 1
        }
        if start < bytes.count || bytes.isEmpty { lines.append(bytes[start...]) }
        return lines
    }
}
