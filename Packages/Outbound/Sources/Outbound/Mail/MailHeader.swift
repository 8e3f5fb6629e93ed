import Foundation

/// One header of a mail, made safe: no value can end its header or begin another.
enum MailHeader {
    /// RFC 5322, 2.1.1: lines should have 78 characters, and must not have more than 998.
    private static let preferredLength = 78
    private static let maximumLength = 998

    /// The header with its line end, folded.
    ///
    /// - Throws: `invalidRequest` when the name isn't a header name, the value has control characters, or a word of it
    ///   is too long for a line.
    static func line(_ name: String, _ value: String) throws -> String {
        guard !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ":") }) else {
            throw OutboundError(.invalidRequest, message: "a mail header's name is malformed")
        }
        guard !value.unicodeScalars.contains(where: isControl) else {
            throw OutboundError(.invalidRequest, message: "the mail header \(name) has control characters")
        }
        let isPlain = value.utf8.allSatisfy { $0 < 0x80 } && (!value.contains("=?") || addressHeaders.contains(name.lowercased()))
        let words: [String]
        if isPlain {
            words = value.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        } else if addressHeaders.contains(name.lowercased()) {
            words = try encodedMailboxes(value).split(separator: " ").map(String.init)
        } else {
            words = encodedWords(value, firstLineUsed: name.utf8.count + 2)
        }
        return try folded("\(name):", words)
    }

    /// Greedy folding at spaces. The space stays behind the fold, so that unfolding gives the value back.
    private static func folded(_ start: String, _ words: [String]) throws -> String {
        var lines: [String] = []
        var line = start
        for word in words {
            // A line of nothing but spaces would be obsolete syntax, so only a line with text on it is left.
            let hasText = line.utf8.contains { $0 != UInt8(ascii: " ") }
            if line.utf8.count + 1 + word.utf8.count > preferredLength, hasText, !word.isEmpty, line != start {
                lines.append(line)
                line = " " + word
            } else {
                line += " " + word
            }
        }
        lines.append(line)
        guard lines.allSatisfy({ $0.utf8.count <= maximumLength }) else {
            throw OutboundError(.invalidRequest, message: "a word of the mail header \(start.dropLast()) is longer than a line may be")
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// RFC 2047: UTF-8 in base64, in lines of at most 76 and never cut within a character.
    static func encodedWords(_ text: String, firstLineUsed: Int = 1) -> [String] {
        // "=?UTF-8?B?" and "?=" take 12 characters; 4 of base64 carry 3 bytes.
        func capacity(used: Int) -> Int { max(4, (76 - used - 12) / 4) * 3 }
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > capacity(used: words.isEmpty ? firstLineUsed : 1) {
                words.append(encodedWord(bytes))
                bytes = []
            }
            bytes += next
        }
        if !bytes.isEmpty { words.append(encodedWord(bytes)) }
        return words
    }

    private static func encodedWord(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
    }

    private static let addressHeaders: Set<String> = ["from", "sender", "reply-to", "to", "cc"]

    /// Names encoded, addresses left as they are: an encoded address is none.
    private static func encodedMailboxes(_ value: String) throws -> String {
        try mailboxes(in: value).map { text in
            guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return try MailAddress(text).headerValue }
            var name = text[..<open].trimmingCharacters(in: .whitespaces)
            if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
                name = String(name.dropFirst().dropLast()).replacing(/\\(.)/) { $0.output.1 }
            }
            return try MailAddress(name: name, String(text[text.index(after: open)...].dropLast())).headerValue
        }
        .joined(separator: ", ")
    }

    /// Split at the commas that stand outside of quotes.
    private static func mailboxes(in value: String) -> [String] {
        var mailboxes = [""]
        var isQuoted = false
        var isEscaped = false
        for character in value {
            if character == ",", !isQuoted {
                mailboxes.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            mailboxes[mailboxes.count - 1].append(character)
        }
        return mailboxes.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Line breaks of every kind among them; a tab too, which no value of ours needs.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// RFC 5322, 3.2.3, without what begins an encoded word.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-/^_`{|}~".utf8.contains(byte)
        }
    }
}
