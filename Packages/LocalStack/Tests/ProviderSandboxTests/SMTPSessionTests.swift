import Testing

@testable import ProviderSandbox

@Suite("An SMTP session")
struct SMTPSessionTests {
    private var session = SMTPSession(host: "sandbox.test") { $0.hasPrefix("nobody") ? "550 5.1.1 Nobody" : nil }

    private mutating func say(_ text: String) -> [String] {
        session.receive(text.utf8).map { step in
            switch step {
            case .reply(let line): String(line.prefix(3))
            case .take(let envelope):
                "mail to \(envelope.recipients.joined(separator: ",")): \(String(decoding: envelope.data, as: UTF8.self))"
            case .close: "close"
            }
        }
    }

    @Test mutating func `a mail is taken, its leading dots undone, and another may follow`() {
        #expect(say("EHLO me\r\n") == ["250"])
        #expect(say("MAIL FROM:<a@b.c> BODY=8BITMIME SIZE=20\r\n") == ["250"])
        #expect(say("RCPT TO:<d@e.f>\r\n") == ["250"])
        #expect(say("DATA\r\n") == ["354"])
        #expect(say("Subject: x\r\n\r\n..dot\r\n.\r\n") == ["mail to d@e.f: Subject: x\r\n\r\n.dot\r\n", "250"])
        #expect(say("MAIL FROM:<>\r\nRCPT TO:<g@h.i>\r\nDATA\r\n") == ["250", "250", "354"])
        #expect(say("hi\r\n.\r\nQUIT\r\n") == ["mail to g@h.i: hi\r\n", "250", "221", "close"])
    }

    @Test mutating func `commands may come all at once, and cut anywhere`() {
        let all = "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nRCPT TO:<nobody@e.f>\r\nDATA\r\nbody\r\n.\r\nNOOP\r\n"
        #expect(say(all) == ["250", "250", "250", "550", "354", "mail to d@e.f: body\r\n", "250", "250"])
        var answers: [String] = []
        for character in all { answers += say(String(character)) }
        #expect(answers == ["250", "250", "250", "550", "354", "mail to d@e.f: body\r\n", "250", "250"])
    }

    @Test mutating func `an address that doesn't exist is refused at once, and a mail to nobody else isn't taken`() {
        #expect(say("EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<nobody@e.f>\r\nDATA\r\n") == ["250", "250", "550", "554"])
        #expect(say("RSET\r\nMAIL FROM:<a@b.c>\r\n") == ["250", "250"])
    }

    @Test mutating func `what comes out of turn is refused`() {
        #expect(say("MAIL FROM:<a@b.c>\r\n") == ["503"])
        #expect(say("HELO me\r\nRCPT TO:<a@b.c>\r\nDATA\r\nMAIL FROM a@b.c\r\nBDAT 4\r\n") == ["250", "503", "503", "501", "500"])
        #expect(say("MAIL FROM:<a@b.c>\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<>\r\n") == ["250", "503", "501"])
    }

    @Test mutating func `a mail that says or turns out to be too big is refused`() {
        #expect(say("EHLO me\r\nMAIL FROM:<a@b.c> SIZE=99999999\r\n") == ["250", "552"])
        #expect(say("MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n") == ["250", "250", "354"])
        let line = String(repeating: "x", count: 1 << 20) + "\r\n"
        for _ in 0..<11 { #expect(say(line) == []) }
        #expect(say(".\r\nNOOP\r\n") == ["552", "250"])
    }

    @Test mutating func `anybody may log in`() {
        #expect(say("EHLO me\r\nAUTH PLAIN AHVzZXIAcGFzcw==\r\n") == ["250", "235"])
        #expect(
            say("AUTH LOGIN\r\ndXNlcg==\r\ncGFzcw==\r\nAUTH PLAIN\r\nAHVzZXIAcGFzcw==\r\nAUTH GSSAPI\r\n") == [
                "334", "334", "235", "334", "235", "504",
            ]
        )
    }

    @Test mutating func `an endless line ends the connection`() {
        #expect(say(String(repeating: "x", count: 5000)) == ["500", "close"])
        #expect(say("NOOP\r\n") == [])
    }
}
