import Foundation

/// A mail, or a part of one: its headers and its decoded body (RFC 5322, 2045, 2046, 2047).
struct MIMEMessage: Sendable {
    /// In order, unfolded, words decoded.
    var headers: [(name: String, value: String)]
    /// Decoded to bytes; empty where there are parts.
    var body: [UInt8]
    var parts: [MIMEMessage]

    init(_ bytes: some Collection<UInt8>) {
        let text = Array(bytes)
        let end = Self.endOfHeaders(text)
        headers = Self.headers(in: String(decoding: text[..<end.headers], as: UTF8.self))
        body = []
        parts = []

        let raw = Array(text[end.body...])
        let type = value(of: "Content-Type") ?? "text/plain"
        if type.lowercased().hasPrefix("multipart/"), let boundary = Self.parameter("boundary", of: type) {
            parts = Self.split(raw, at: boundary).map(MIMEMessage.init)
        } else {
            body = TransferEncoding.decode(raw, as: value(of: "Content-Transfer-Encoding") ?? "7bit")
        }
    }

    /// The first header of that name, whatever its case.
    func value(of name: String) -> String? {
        headers.first { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value
    }

    /// The first part of a type, this one included, as text.
    func text(_ type: String) -> String? {
        if parts.isEmpty {
            let own = value(of: "Content-Type") ?? "text/plain"
            return own.lowercased().hasPrefix(type) ? String(decoding: body, as: UTF8.self) : nil
        }
        return parts.lazy.compactMap { $0.text(type) }.first
    }

    private static func endOfHeaders(_ text: [UInt8]) -> (headers: Int, body: Int) {
        let (carriageReturn, newline) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: newline) ?? text.count
            let isBlank = end == start || (end == start + 1 && text[start] == carriageReturn)
            if isBlank { return (start, min(end + 1, text.count)) }
            start = end + 1
        }
        return (text.count, text.count)
    }

    private static func headers(in text: String) -> [(name: String, value: String)] {
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if let first = line.first, first == " " || first == "\t", let last = lines.popLast() {
                lines.append(last + " " + line.drop { $0 == " " || $0 == "\t" })
            } else {
                lines.append(String(line))
            }
        }
        return lines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (String(line[..<colon]), EncodedWords.decode(value))
        }
    }

    private static func parameter(_ name: String, of value: String) -> String? {
        for field in value.split(separator: ";").dropFirst() {
            let pair = field.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if pair.count == 2, pair[0].lowercased() == name { return pair[1].trimmingCharacters(in: ["\""]) }
        }
        return nil
    }

    /// What lies between the lines of the boundary; the line end in front of one belongs to it.
    private static func split(_ body: [UInt8], at boundary: String) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var current: [UInt8]?
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let bare = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if bare.starts(with: "--\(boundary)".utf8) {
                if let current { parts.append(current.dropLast(current.suffix(2) == [13, 10] ? 2 : 1)) }
                current = bare.starts(with: "--\(boundary)--".utf8) ? nil : []
                if current == nil { break }
            } else {
                current?.append(contentsOf: line)
                current?.append(UInt8(ascii: "\n"))
            }
        }
        return parts
    }
}

extension Array where Element == UInt8 {
    fileprivate func dropLast(_ count: Int) -> [UInt8] { Array(self[..<Swift.max(0, self.count - count)]) }
}
