/// A mail as SMTP carries it: checked, rendered and ready to send.
struct MailEnvelope: Equatable, Sendable {
    let from: String
    /// At least one.
    let to: [String]
    /// With doubled full stops and the final one (RFC 5321, 4.5.2).
    let content: [UInt8]
    /// Of the content before that (RFC 1870).
    let size: Int
    /// RFC 6531: an address has characters outside of ASCII, and so has its header.
    let needsUTF8: Bool

    init(_ mail: OutboundMail) throws {
        let rendered = Array(try mail.rendered())
        from = mail.envelopeFrom
        to = mail.to
        size = rendered.count
        // Bodies are ASCII by their encoding, so what isn't is an address.
        needsUTF8 = rendered.contains { $0 >= 0x80 } || (to + [from]).contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
        content = Self.stuffed(rendered)
    }

    /// `text` as DATA carries it; it is in lines, each with its CRLF.
    static func stuffed(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count + 64)
        var before = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        for byte in text {
            if byte == UInt8(ascii: "."), before == (UInt8(ascii: "\r"), UInt8(ascii: "\n")) { output.append(byte) }
            output.append(byte)
            before = (before.1, byte)
        }
        output += ".\r\n".utf8
        return output
    }
}
