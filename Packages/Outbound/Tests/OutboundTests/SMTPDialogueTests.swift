import Foundation
import Testing

@testable import Outbound

@Suite("An SMTP dialogue")
struct SMTPDialogueTests {
    static func mail(to: [String] = ["owner@example.org"], text: String = "Hello") throws -> MailEnvelope {
        var mail = OutboundMail.sample(text: text)
        mail.to = to
        return try MailEnvelope(mail)
    }

    /// Answers with one code after another, sends all that is to be sent; what was said, and the end.
    static func run(
        _ mail: MailEnvelope,
        extensions: Set<String> = [],
        _ codes: Int...
    ) -> (said: [String], outcome: SMTPDialogue.Outcome?, maybeDelivered: Bool) {
        var dialogue = SMTPDialogue(mail)
        var said: [String] = []
        var action = dialogue.begin(extensions: extensions)
        for code in codes {
            guard case .send(let bytes) = action else { break }
            said.append(bytes == mail.content ? "content" : String(decoding: bytes, as: UTF8.self))
            dialogue.sent()
            action = dialogue.receive(SMTPReply(code: code, text: "text of \(code)"))
        }
        switch action {
        case .finish(let outcome): return (said, outcome, dialogue.maybeDelivered)
        case .send(let bytes): return (said + [String(decoding: bytes, as: UTF8.self)], nil, dialogue.maybeDelivered)
        }
    }

    @Test func `a mail is taken in five steps, to every recipient`() throws {
        let mail = try Self.mail(to: ["a@example.org", "b@example.org"])
        let (said, outcome, _) = Self.run(mail, extensions: ["SIZE"], 250, 250, 251, 354, 250)
        #expect(
            said == [
                "MAIL FROM:<bounces+1@example.com> SIZE=\(mail.size)\r\n", "RCPT TO:<a@example.org>\r\n", "RCPT TO:<b@example.org>\r\n",
                "DATA\r\n", "content",
            ]
        )
        #expect(outcome == .init(result: .success(SMTPReply(code: 250, text: "text of 250")), keepsConnection: true))
    }

    @Test(arguments: [[550], [250, 550], [250, 250, 451], [250, 250, 250, 552]])
    func `a refusal of any step but the last is followed by RSET, and the connection serves on`(codes: [Int]) throws {
        let mail = try Self.mail(to: ["a@example.org", "b@example.org"])
        var dialogue = SMTPDialogue(mail)
        _ = dialogue.begin(extensions: [])
        var action: SMTPDialogue.Action?
        for code in codes {
            dialogue.sent()
            action = dialogue.receive(SMTPReply(code: code, text: "no"))
        }
        #expect(action == .send(Array("RSET\r\n".utf8)))
        #expect(dialogue.failure?.code == .smtp(replyCode: codes.last ?? 0) && !dialogue.maybeDelivered)
        guard case .finish(let outcome) = dialogue.receive(SMTPReply(code: 250, text: "flushed")) else {
            Issue.record("RSET's answer ends it")
            return
        }
        #expect(outcome.keepsConnection)
        #expect(throws: OutboundError.self) { try outcome.result.get() }
    }

    @Test func `only a whole content may have been delivered, until the server speaks`() throws {
        var dialogue = SMTPDialogue(try Self.mail())
        _ = dialogue.begin(extensions: [])
        for code in [250, 250, 354] {
            #expect(!dialogue.maybeDelivered)
            dialogue.sent()
            #expect(!dialogue.maybeDelivered)
            _ = dialogue.receive(SMTPReply(code: code, text: ""))
        }
        #expect(!dialogue.maybeDelivered, "asked for, not yet sent")
        dialogue.sent()
        #expect(dialogue.maybeDelivered)
    }

    @Test func `a refusal of the content is its end, and needs no RSET`() throws {
        let (_, outcome, maybeDelivered) = Self.run(try Self.mail(), 250, 250, 354, 554)
        #expect(outcome?.keepsConnection == true)
        let error = #expect(throws: OutboundError.self) { try outcome?.result.get() }
        #expect(error?.code == .smtp(replyCode: 554) && error?.maybeDelivered == false)
        #expect(maybeDelivered, "by the state alone; the outcome overrules it")
    }

    @Test func `a refusal in the midst of the content costs the connection`() throws {
        var dialogue = SMTPDialogue(try Self.mail())
        _ = dialogue.begin(extensions: [])
        for code in [250, 250, 354] { _ = dialogue.receive(SMTPReply(code: code, text: "")) }
        guard case .finish(let outcome) = dialogue.receive(SMTPReply(code: 552, text: "too big")) else {
            Issue.record("a refusal ends it")
            return
        }
        #expect(!outcome.keepsConnection)
    }

    @Test(arguments: [[421], [250, 421], [250, 250, 421], [250, 250, 354, 421]])
    func `421 costs the connection, and says no to the mail`(codes: [Int]) throws {
        var dialogue = SMTPDialogue(try Self.mail())
        var action = dialogue.begin(extensions: [])
        for code in codes {
            dialogue.sent()
            action = dialogue.receive(SMTPReply(code: code, text: "bye"))
        }
        guard case .finish(let outcome) = action else {
            Issue.record("421 ends it")
            return
        }
        let error = #expect(throws: OutboundError.self) { try outcome.result.get() }
        #expect(error?.code == .smtp(replyCode: 421) && error?.maybeDelivered == false && !outcome.keepsConnection)
    }

    @Test func `an answer out of turn is no yes`() throws {
        let early = Self.run(try Self.mail(), 250, 250, 250)
        #expect(early.outcome?.keepsConnection == false, "250 to DATA is no 354")
        let late = Self.run(try Self.mail(), 250, 250, 354, 354)
        let error = #expect(throws: OutboundError.self) { try late.outcome?.result.get() }
        #expect(error?.code == .badReply && error?.maybeDelivered == true)
    }

    @Test func `a reply that wasn't asked for is a goodbye or an error`() throws {
        for (code, expected) in [(421, OutboundError.Code.smtp(replyCode: 421)), (250, .badReply)] {
            var dialogue = SMTPDialogue(try Self.mail())
            _ = dialogue.begin(extensions: [])
            _ = dialogue.receive(SMTPReply(code: 250, text: ""))
            guard case .finish(let outcome) = dialogue.receive(unasked: SMTPReply(code: code, text: "")) else {
                Issue.record("it ends the mail")
                return
            }
            let error = #expect(throws: OutboundError.self) { try outcome.result.get() }
            #expect(error?.code == expected && error?.maybeDelivered == false && !outcome.keepsConnection)
        }
    }

    @Test func `addresses outside of ASCII go only to a server that takes them`() throws {
        let mail = try Self.mail(to: ["josé@ejemplo.gt"])
        #expect(mail.needsUTF8)
        let refused = Self.run(mail, extensions: ["8BITMIME"])
        let error = #expect(throws: OutboundError.self) { try refused.outcome?.result.get() }
        #expect(error?.code == .invalidRequest && refused.outcome?.keepsConnection == true)
        let taken = Self.run(mail, extensions: ["8BITMIME", "SMTPUTF8"], 250, 250)
        #expect(
            taken.said == ["MAIL FROM:<bounces+1@example.com> BODY=8BITMIME SMTPUTF8\r\n", "RCPT TO:<josé@ejemplo.gt>\r\n", "DATA\r\n"]
        )
    }

    @Test func `full stops that begin a line are doubled, and one alone ends the mail`() {
        let stuffed = MailEnvelope.stuffed(Array(".a\r\nb.\r\n..\r\n\r\n.\r\n".utf8))
        #expect(String(decoding: stuffed, as: UTF8.self) == "..a\r\nb.\r\n...\r\n\r\n..\r\n.\r\n")
    }

    @Test func `a reply of several lines counts at its last, however its bytes are cut`() throws {
        let text = "220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 HELP\r\n354\r\n"
        for size in 1...text.utf8.count {
            var parser = SMTPReplyParser()
            var replies: [SMTPReply] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                replies += try parser.receive(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(
                replies == [
                    SMTPReply(code: 220, text: "mx ESMTP"), SMTPReply(code: 250, text: "mx\nSIZE 1000\nHELP"),
                    SMTPReply(code: 354, text: ""),
                ]
            )
        }
    }

    @Test func `control characters in a reply are shown as such`() throws {
        var parser = SMTPReplyParser()
        #expect(try parser.receive("550 a\0b\u{1b}[2Jc\r\n".utf8) == [SMTPReply(code: 550, text: "a?b?[2Jc")])
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "25 ok\r\n", "2500 ok\r\n", "\r\n", "150 hm\r\n"])
    func `what is no reply is told from one`(text: String) {
        #expect(throws: SMTPReplyParser.Malformed.self) {
            var parser = SMTPReplyParser()
            _ = try parser.receive(text.utf8)
        }
    }

    @Test func `a reply without end isn't kept for ever`() {
        #expect(throws: SMTPReplyParser.Malformed.self) {
            var parser = SMTPReplyParser()
            _ = try parser.receive(String(repeating: "250-x\r\n", count: 20_000).utf8)
        }
    }
}
