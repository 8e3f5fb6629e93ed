import Foundation

/// Puts the bytes of an SMTP server together to replies (RFC 5321, 4.2).
struct SMTPReplyParser {
    struct Malformed: Error {}

    /// For one reply with all its lines; RFC 5321, 4.5.3.1.5 wants 512 for each line.
    private static let maximumLength = 64 << 10

    private var line: [UInt8] = []
    private var text: [String] = []
    private var length = 0

    /// The replies that are complete with these bytes.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for byte in bytes {
            length += 1
            guard length <= Self.maximumLength else { throw Malformed() }
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if let reply = try endLine() { replies.append(reply) }
        }
        return replies
    }

    /// Lines of one reply have a hyphen behind the code, the last has a space or nothing.
    private mutating func endLine() throws(Malformed) -> SMTPReply? {
        let content = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        line = []
        guard let code = Int(content.prefix(3)), 200...599 ~= code else { throw Malformed() }
        let rest = content.dropFirst(3)
        guard rest.isEmpty || rest.first == " " || rest.first == "-" else { throw Malformed() }
        // Replies end up in logs and databases, which have no use for control characters.
        text.append(String(String.UnicodeScalarView(rest.dropFirst().unicodeScalars.map { MailHeader.isControl($0) ? "?" : $0 })))
        guard rest.first != "-" else { return nil }
        defer {
            text = []
            length = 0
        }
        return SMTPReply(code: code, text: text.joined(separator: "\n"))
    }
}
