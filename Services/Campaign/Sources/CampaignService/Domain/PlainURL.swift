/// URLs in running text.
///
/// Looked for byte by byte: UTF-8 keeps ASCII apart from all else, and with regular expressions, grapheme by grapheme, this and the HTML
/// took nine tenths of the time of composing a mail.
enum PlainURL {
    private static let schemes = [Array("http://".utf8), Array("https://".utf8)]

    static func isURL(_ text: String) -> Bool { schemeEnd(in: Array(text.utf8.prefix(8)), at: 0) != nil }

    /// Where the first URL at or after `start` is, without the punctuation of the sentence around it.
    static func next(in text: [UInt8], from start: Int) -> Range<Int>? {
        var index = start
        while index < text.count {
            if text[index].lowercased == UInt8(ascii: "h"), let hostStart = schemeEnd(in: text, at: index) {
                let end = end(in: text, of: hostStart)
                if end > hostStart { return index..<end }
            }
            index += 1
        }
        return nil
    }

    private static func schemeEnd(in text: [UInt8], at start: Int) -> Int? {
        for scheme in schemes where text.count - start >= scheme.count {
            if scheme.indices.allSatisfy({ text[start + $0].lowercased == scheme[$0] }) { return start + scheme.count }
        }
        return nil
    }

    private static func end(in text: [UInt8], of start: Int) -> Int {
        var end = start
        while end < text.count, !isEnd(text, at: end) { end += 1 }
        while end > start, punctuation.contains(text[end - 1]) {
            if text[end - 1] == UInt8(ascii: ")"), isBalanced(text[start..<end]) { break }
            end -= 1
        }
        return end
    }

    private static let punctuation = Array(".,;:!?)]}'".utf8)

    /// Whether the brackets in an address are its own, as in `https://en.wikipedia.org/wiki/Plumb_(tool)`.
    private static func isBalanced(_ url: ArraySlice<UInt8>) -> Bool {
        url.count { $0 == UInt8(ascii: "(") } >= url.count { $0 == UInt8(ascii: ")") }
    }

    /// A quotation mark, an angle bracket, or white space of any script.
    private static func isEnd(_ text: [UInt8], at index: Int) -> Bool {
        switch text[index] {
        case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): true
        case 0xC2, 0xE1...0xE3:
            String(decoding: text[index...].prefix(3), as: UTF8.self).first.map { $0.isWhitespace || "“”„‘’‚«»".contains($0) } ?? false
        default: false
        }
    }
}

extension UInt8 {
    /// An ASCII capital's small letter; every other byte is left as it is.
    var lowercased: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }
}
