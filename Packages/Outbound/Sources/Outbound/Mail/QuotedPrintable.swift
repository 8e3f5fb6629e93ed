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
            var encoded = encode(byte, isLast: isLast, isFirst: length == 0)
            // One place is for the sign of the soft line break, unless the line ends here.
            if length + encoded.count > maximumLength - (isLast ? 0 : 1) {
                output += "=\r\n".utf8
                length = 0
                encoded = encode(byte, isLast: isLast, isFirst: true)
            }
            output += encoded
            length += encoded.count
        }
    }

    private static func encode(_ byte: UInt8, isLast: Bool, isFirst: Bool) -> [UInt8] {
        let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        // A full stop that begins a line means something to SMTP, and not every server undoes its doubling.
        let isPlain = (0x21...0x7e ~= byte && byte != UInt8(ascii: "=") && !(isFirst && byte == UInt8(ascii: "."))) || (isSpace && !isLast)
        if isPlain { return [byte] }
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
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
