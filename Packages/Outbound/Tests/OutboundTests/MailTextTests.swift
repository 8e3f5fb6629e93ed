import Foundation
import Testing

@testable import Outbound

@Suite("Mail as text")
struct MailTextTests {
    @Test(arguments: ["b\r\nBcc: x@example.org", "b\nc", "b\rc", "b\0", "b\u{85}c", "b\u{2028}c"])
    func `no header, subject or name can begin another header`(value: String) {
        var mail = OutboundMail.sample()
        mail.subject = value
        #expect(throws: OutboundError.self) { try mail.rendered() }
        mail = .sample()
        mail.headers = [("X-Note", value)]
        #expect(throws: OutboundError.self) { try mail.rendered() }
        mail.headers = [("From", "\(value) <a@example.org>")]
        #expect(throws: OutboundError.self) { try mail.rendered() }
        mail = .sample()
        mail.messageID = "\(value)@example.org"
        #expect(throws: OutboundError.self) { try mail.rendered() }
        #expect(throws: OutboundError.self) { try MailAddress(name: value, "a@example.org").headerValue }
    }

    @Test(arguments: ["Subject", "date", "Message-ID", "MIME-Version", "Content-Type", "Bcc", "X Y", "X:", "", "X\r\nY", "Ñ"])
    func `a header that is ours to write, or is no header name, is refused`(name: String) {
        var mail = OutboundMail.sample()
        mail.headers = [(name, "value")]
        #expect(throws: OutboundError.self) { try mail.rendered() }
    }

    @Test func `a subject that looks like an encoded word is shown as it was written`() throws {
        #expect(try MailHeader.line("Subject", "=?UTF-8?B?eA==?=") == "Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n")
    }

    @Test func `names are quoted or encoded as they need it`() throws {
        #expect(try MailAddress("a@example.org").headerValue == "a@example.org")
        #expect(try MailAddress(name: "Ana Gomez", "a@example.org").headerValue == "Ana Gomez <a@example.org>")
        #expect(try MailAddress(name: "Gomez, \"Ana\"", "a@example.org").headerValue == "\"Gomez, \\\"Ana\\\"\" <a@example.org>")
        #expect(try MailAddress(name: "Ñ", "a@example.org").headerValue == "=?UTF-8?B?w5E=?= <a@example.org>")
        #expect(throws: OutboundError.self) { try MailAddress(name: "x", "not an address").headerValue }
    }

    @Test(arguments: 0..<30)
    func `any text survives, in lines of 76`(seed: Int) {
        var random = SeededRandom(state: UInt64(seed))
        let alphabet = Array("ab .=\t\n\r-ñ🧉é\u{301}\u{0}~F")
        let text = String((0..<500).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        let encoded = QuotedPrintable.encode(text)
        let lines = encoded.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(encoded.utf8.allSatisfy { $0 < 0x80 && $0 != 0 })
        #expect(!lines.contains { $0.hasPrefix(".") || $0.hasSuffix(" ") || $0.hasSuffix("\t") })
        // By scalars: to Swift "\r\n" is one character, and what is left of "\r\r\n" would become one.
        var normal = text.replacing(#/\r\n|\r/#.matchingSemantics(.unicodeScalar), with: "\n")
        if !normal.hasSuffix("\n") { normal += "\n" }
        #expect(Self.decode(encoded) == normal)
    }

    @Test func `encoded words are whole characters in lines of 76`() throws {
        for count in 1..<60 {
            let line = try MailHeader.line("Subject", String(repeating: "é🧉", count: count))
            #expect(line.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
            let words = line.dropFirst("Subject: ".count).split(whereSeparator: \.isWhitespace)
            let text = words.map { word in
                String(data: Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data(), encoding: .utf8) ?? "?"
            }
            #expect(text.joined() == String(repeating: "é🧉", count: count))
        }
    }

    @Test func `a long header folds at its spaces and unfolds to what it was`() throws {
        for value in [String(repeating: "word ", count: 100), "a  b", " leading", String(repeating: " ", count: 100) + "x", ""] {
            let line = try MailHeader.line("X-Note", value)
            #expect(line.dropLast().replacing("\r\n", with: "") == "X-Note: " + value)
            #expect(line.components(separatedBy: "\r\n").dropLast().allSatisfy { $0.contains { $0 != " " } })
        }
        #expect(throws: OutboundError.self) { try MailHeader.line("X-Note", String(repeating: "x", count: 1000)) }
    }

    /// A decoder of its own, so that the encoder isn't tested by its own mistakes.
    private static func decode(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
