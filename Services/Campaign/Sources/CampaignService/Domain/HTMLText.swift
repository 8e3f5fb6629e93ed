/// What HTML needs escaped and back, and its links.
enum HTMLText {
    static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { entity($0) != nil }) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 5 / 4)
        for byte in text.utf8 {
            if let entity = entity(byte) { result += entity.utf8 } else { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func entity(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

    /// What an attribute's value means, as far as addresses need it, without the blanks around it.
    static func unescape(_ html: String) -> String {
        var rest = html[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        guard rest.utf8.contains(UInt8(ascii: "&")) else { return String(rest) }
        var result = ""
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            let known = entities.first { rest.hasPrefix($0.entity) }
            result += known?.text ?? "&"
            rest = rest.dropFirst(known?.entity.count ?? 1)
        }
        return result + rest
    }

    private static let entities: [(entity: String, text: String)] = [
        ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&#x2F;", "/"), ("&#47;", "/"),
        ("&#x3D;", "="), ("&#61;", "="),
    ]

    /// Where the value of the first `href` at or after `start` is, between its quotes.
    static func nextTarget(in html: [UInt8], from start: Int) -> Range<Int>? {
        let name = Array("href".utf8)
        var index = start + 1
        while index + name.count < html.count {
            defer { index += 1 }
            guard html[index].lowercased == name[0], isBlank(html[index - 1]) else { continue }
            guard name.indices.allSatisfy({ html[index + $0].lowercased == name[$0] }) else { continue }
            var next = skipBlanks(html, from: index + name.count)
            guard next < html.count, html[next] == UInt8(ascii: "=") else { continue }
            next = skipBlanks(html, from: next + 1)
            guard next < html.count, html[next] == UInt8(ascii: "\"") || html[next] == UInt8(ascii: "'") else { continue }
            guard let end = html[(next + 1)...].firstIndex(of: html[next]) else { return nil }
            return next + 1..<end
        }
        return nil
    }

    /// Where the page's last `</body>` starts.
    static func endOfBody(in html: [UInt8]) -> Int? {
        let tag = Array("</body".utf8)
        guard html.count > tag.count else { return nil }
        return (0..<html.count - tag.count).reversed().first { start in
            guard html[start] == tag[0], html[start + 1] == tag[1] else { return false }
            guard (2..<tag.count).allSatisfy({ html[start + $0].lowercased == tag[$0] }) else { return false }
            let end = skipBlanks(html, from: start + tag.count)
            return end < html.count && html[end] == UInt8(ascii: ">")
        }
    }

    private static func skipBlanks(_ html: [UInt8], from start: Int) -> Int {
        var index = start
        while index < html.count, isBlank(html[index]) { index += 1 }
        return index
    }

    /// ASCII white space, as HTML means it.
    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20: true
        default: false
        }
    }

    /// Paragraphs at empty lines, breaks at line ends, URLs as links.
    static func fromPlain(_ text: String) -> String {
        var paragraphs: [[String]] = [[]]
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.allSatisfy(isBlank) {
                paragraphs.append([])
            } else {
                paragraphs[paragraphs.count - 1].append(linked(line.last == 0x0D ? line.dropLast() : line))
            }
        }
        return paragraphs.filter { !$0.isEmpty }.map { "<p>\($0.joined(separator: "<br>\n"))</p>" }.joined(separator: "\n")
    }

    private static func linked(_ line: Substring.UTF8View) -> String {
        let bytes = Array(line)
        var result = ""
        var copied = 0
        while let url = PlainURL.next(in: bytes, from: copied) {
            let address = escape(String(decoding: bytes[url], as: UTF8.self))
            result += escape(String(decoding: bytes[copied..<url.lowerBound], as: UTF8.self)) + "<a href=\"\(address)\">\(address)</a>"
            copied = url.upperBound
        }
        return result + escape(String(decoding: bytes[copied...], as: UTF8.self))
    }
}
