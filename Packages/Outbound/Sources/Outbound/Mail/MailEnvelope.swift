import Foundation

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
        let rendered = try mail.rendered()
        from = mail.envelopeFrom
        to = mail.to
        size = rendered.count
        // Bodies are ASCII by their encoding.
        let headers = rendered.range(of: Data("\r\n\r\n".utf8)).map { rendered[..<$0.lowerBound] } ?? rendered
        needsUTF8 = headers.contains { $0 >= 0x80 } || (to + [from]).contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
        content = Self.stuffed(rendered)
    }

    /// `text` as DATA carries it; it is in lines, each with its CRLF.
    static func stuffed(_ text: Data) -> [UInt8] {
        let stop = UInt8(ascii: ".")
        let lineStop = Data("\r\n.".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(text.count + 64)
        if text.first == stop { output.append(stop) }
        var start = text.startIndex
        while let found = text.range(of: lineStop, in: start..<text.endIndex) {
            output += text[start..<found.upperBound]
            output.append(stop)
            start = found.upperBound
        }
        output += text[start...]
        return output + Array(".\r\n".utf8)
    }
}
