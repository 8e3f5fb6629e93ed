import Foundation
import Outbound
import Testing

@Suite("Mail to a real SMTP server", .timeLimit(.minutes(1)))
struct MailTests {
    let client = OutboundClient()

    @Test func `what is written is what Python's email package reads`() async throws {
        let server = try await MailServer.start()
        var mail = OutboundMail.sample(
            text: "¡Hola, José!\n\n.A line with a full stop first\n.\nFrom here\ttab \nlong \(String(repeating: "ñandú ", count: 40))\n",
            html: "<p style=\"color: #333\">¡Hola, <b>José</b>! 🧉 &amp; más</p>\r\n<a href=\"https://example.com/t/?a=1&b=2\">ver</a>"
        )
        let token = String(repeating: "t", count: 120)
        mail.subject = "José, su sitio nuevo está listo: véalo antes del viernes 🎉 (plomería García e Hijos, Ciudad de Guatemala)"
        mail.headers = [
            ("From", "\"Ana Núñez, Plumbline\" <ana@example.com>"),
            ("Reply-To", "replies+1@example.com"),
            ("List-Unsubscribe", "<https://example.com/u/\(token)>, <mailto:u@example.com?subject=unsubscribe>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("X-Plumbline-Message", "0198"),
        ]
        mail.date = Date(timeIntervalSince1970: 1_795_248_000)

        let reply = try await client.send(mail, through: server.address())
        #expect(reply == SMTPReply(code: 250, text: "2.0.0 Ok:\n2.0.0 queued as Q1"))

        let got = try await server.next()
        #expect(got.defects == [])
        #expect(got.ascii == true && got.bareNewlines == 0)
        #expect(try #require(got.longest) <= 200, "only the one long address in List-Unsubscribe is over 78")
        #expect(got.greeting == "plumbline.example.org" && got.mailFrom == "bounces+1@example.com")
        #expect(got.rcptTos == ["owner@example.org"])
        #expect(got.type == "multipart/alternative")
        #expect(got.parts?.map { $0[0] } == ["text/plain", "text/html"])
        #expect(got.parts?[0][1] == mail.text)
        #expect(got.parts?[1][1] == (mail.html ?? "").replacing("\r\n", with: "\n") + "\n")
        #expect(got.header("Subject") == mail.subject)
        #expect(got.from == [["Ana Núñez, Plumbline", "ana@example.com"]])
        #expect(got.to == [["", "owner@example.org"]])
        #expect(got.header("List-Unsubscribe") == mail.headers[2].value)
        #expect(got.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
        #expect(got.header("Message-ID") == "<0198-1@example.com>")
        #expect(got.header("Date") == "Sat, 21 Nov 2026 08:00:00 +0000")
        #expect(got.header("MIME-Version") == "1.0")
    }

    @Test func `a mail without HTML is plain text, not parts`() async throws {
        let server = try await MailServer.start()
        try await client.send(.sample(text: "Only text"), through: server.address())
        let got = try await server.next()
        #expect(got.type == "text/plain")
        #expect(got.parts == [["text/plain", "Only text\n"]])
        #expect(got.from == [["", "bounces+1@example.com"]])
    }

    @Test func `addresses outside of ASCII arrive where the server takes them`() async throws {
        let server = try await MailServer.start()
        try await client.send(.sample(to: "josé@ejemplo.example"), through: server.address())
        let got = try await server.next()
        #expect(got.rcptTos == ["josé@ejemplo.example"] && got.mailOptions?.contains("SMTPUTF8") == true)
        #expect(got.to == [["", "josé@ejemplo.example"]])
    }

    @Test func `a header that begins with a full stop arrives with it`() async throws {
        let server = try await MailServer.start()
        var mail = OutboundMail.sample()
        mail.headers = [(".X-Dot", "1")]
        try await client.send(mail, through: server.address())
        #expect(try await server.next().header(".X-Dot") == "1")
    }

    @Test func `a kept connection outlives the timeout of its first mail`() async throws {
        let server = try await MailServer.start()
        try await client.send(.sample(), through: server.address(timeout: .seconds(3)))
        let first = try await server.next().connection
        // What is waited for is that nothing happens.
        try await Task.sleep(for: .milliseconds(3500))
        try await client.send(.sample(), through: server.address())
        #expect(try await server.next().connection == first)
    }

    @Test func `a big mail arrives whole`() async throws {
        let server = try await MailServer.start()
        let html = (0..<20_000).map { "<p>.\($0) línea</p>\n" }.joined()
        try await client.send(.sample(html: html), through: server.address())
        #expect(try await server.next().parts?[1][1] == html)
    }

    @Test func `mails one after another go over one connection`() async throws {
        let server = try await MailServer.start()
        for _ in 0..<5 {
            try await client.send(.sample(), through: server.address())
            #expect(try await server.next().connection == 1)
        }
    }

    @Test func `a hundred at once keep to the bound and share connections`() async throws {
        let server = try await MailServer.start()
        let client = OutboundClient(OutboundConfiguration(maximumTransfersPerHost: 4))
        try await withThrowingTaskGroup { group in
            for index in 0..<100 {
                group.addTask { try await client.send(.sample(to: "lead\(index)@example.org"), through: server.address()) }
            }
            try await group.waitForAll()
        }
        var recipients: Set<String> = []
        for _ in 0..<100 {
            let got = try await server.next()
            recipients.formUnion(got.rcptTos ?? [])
            #expect(try #require(got.connection) <= 4)
        }
        #expect(recipients.count == 100)
    }

    @Test(arguments: [false, true])
    func `TLS by STARTTLS and from the first byte, with a password, over one connection`(implicit: Bool) async throws {
        let authority = try LocalAuthority.shared.get()
        let server = try await MailServer.start(tls: authority, implicitTLS: implicit, user: "plumb")
        for _ in 0..<3 {
            try await client.send(.sample(), through: server.address(user: "plumb", password: "pass word"))
            let got = try await server.next()
            #expect(got.tls == true && got.user == "plumb" && got.connection == 1)
        }
    }

    @Test func `a wrong password is refused with the server's code`() async throws {
        let authority = try LocalAuthority.shared.get()
        let server = try await MailServer.start(tls: authority, user: "plumb")
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(), through: server.address(user: "plumb", password: "wrong"))
        }
        #expect(error?.code == .smtp(replyCode: 535) && error?.maybeDelivered == false && error?.isTransient == false)
    }

    @Test func `an untrusted certificate, and a server without STARTTLS, get no mail`() async throws {
        let authority = try LocalAuthority.shared.get()
        let secure = try await MailServer.start(tls: authority)
        var address = secure.address()
        address.caFile = nil
        let untrusted = await #expect(throws: OutboundError.self) { try await client.send(.sample(), through: address) }
        #expect(untrusted?.code == .tls && untrusted?.maybeDelivered == false)

        let open = try await MailServer.start()
        var plain = open.address()
        plain.startTLS = .required
        let downgraded = await #expect(throws: OutboundError.self) { try await client.send(.sample(), through: plain) }
        #expect(downgraded?.code == .tls && downgraded?.maybeDelivered == false)

        plain.startTLS = .opportunistic
        #expect(try await client.send(.sample(), through: plain).code == 250)
        plain.user = "plumb"
        plain.password = "pass word"
        let exposed = await #expect(throws: OutboundError.self) { try await client.send(.sample(), through: plain) }
        #expect(exposed?.code == .tls, "a password makes opportunistic required")
    }
}
