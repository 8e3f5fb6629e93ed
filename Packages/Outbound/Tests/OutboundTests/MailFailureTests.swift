import Foundation
import Outbound
import Testing

@Suite("Mail that is refused, dropped or malformed", .timeLimit(.minutes(1)))
struct MailFailureTests {
    let client = OutboundClient()

    @Test(arguments: [("nobody", 550, false), ("grey", 451, true), ("refused", 554, false)])
    func `a refusal keeps the server's code, and the mail was not delivered`(to: String, code: Int, isTransient: Bool) async throws {
        let server = try await MailServer.start()
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(to: "\(to)@example.org"), through: server.address())
        }
        #expect(error?.code == .smtp(replyCode: code) && error?.code.smtpReplyCode == code)
        #expect(error?.maybeDelivered == false && error?.isTransient == isTransient)
        #expect(error?.replyText?.isEmpty == false)
        #expect(error?.description.contains("nobody@example.org") == false)
        #expect(try await client.send(.sample(), through: server.address()).code == 250, "the next mail is not held up by it")
    }

    @Test func `a connection dropped after the content leaves it open whether the mail arrived`() async throws {
        let server = try await MailServer.start()
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(to: "dropped@example.org"), through: server.address())
        }
        #expect(error?.code == .connectionLost && error?.maybeDelivered == true)
        #expect(try await server.next().event == "dropped")
    }

    @Test func `a timeout after the content leaves it open too`() async throws {
        let server = try await MailServer.start()
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(to: "hang@example.org"), through: server.address(timeout: .seconds(4)))
        }
        #expect(error?.code == .timeout && error?.maybeDelivered == true)
    }

    @Test func `cancelled while the server thinks, it may have been delivered`() async throws {
        let server = try await MailServer.start()
        let task = Task { try await client.send(.sample(to: "hang@example.org"), through: server.address()) }
        #expect(try await server.next().event == "hanging")
        task.cancel()
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .cancelled && error?.maybeDelivered == true)
    }

    @Test func `a server that goes right after its yes has the mail, and the next one finds a new connection`() async throws {
        let server = try await MailServer.start()
        for _ in 0..<5 {
            #expect(try await client.send(.sample(to: "last@example.org"), through: server.address()).code == 250)
        }
    }

    @Test func `a kept connection that the server gave up is replaced`() async throws {
        let server = try await MailServer.start(["idle": 1])
        for connection in 1...3 {
            #expect(try await client.send(.sample(), through: server.address()).code == 250)
            #expect(try await server.next().connection == connection)
            #expect(try await server.next().event == "closed")
        }
    }

    @Test func `a server that has enough of a connection gets the mail over another`() async throws {
        let server = try await MailServer.start(["mails_per_connection": 2])
        var address = server.address()
        address.retry = .never
        for connection in [1, 1, 2, 2, 3] {
            #expect(try await client.send(.sample(), through: address).code == 250)
            #expect(try await server.next().connection == connection)
        }
    }

    @Test func `a mail that is too big for the server is refused before it is sent`() async throws {
        let server = try await MailServer.start(["size": 10_000])
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(text: String(repeating: "x", count: 20_000)), through: server.address())
        }
        #expect(error?.code == .smtp(replyCode: 552) && error?.maybeDelivered == false)
        #expect(try await client.send(.sample(), through: server.address()).code == 250)
    }

    @Test func `a mail goes to all its recipients or to none`() async throws {
        let server = try await MailServer.start()
        var mail = OutboundMail.sample()
        mail.to = ["a@example.org", "nobody@example.org"]
        let error = await #expect(throws: OutboundError.self) { try await client.send(mail, through: server.address()) }
        #expect(error?.code == .smtp(replyCode: 550))
        mail.to = ["a@example.org", "b@example.org"]
        try await client.send(mail, through: server.address())
        let got = try await server.next()
        #expect(got.rcptTos == mail.to && got.connection == 1, "the refused one wasn't told of, and the connection served on")
    }

    @Test func `a mail that waits for its answer holds up no other transfer`() async throws {
        let (server, http) = (try await MailServer.start(), try await HTTPTestServer.start())
        let hanging = (0..<3).map { _ in Task { try await client.send(.sample(to: "hang@example.org"), through: server.address()) } }
        for _ in hanging { #expect(try await server.next().event == "hanging") }
        #expect(try await client.send(.sample(), through: server.address()).code == 250)
        #expect(try await client.send(OutboundRequest(.get, http.base + "/echo")).status == 200)
        for task in hanging { task.cancel() }
        for task in hanging {
            let error = await #expect(throws: OutboundError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `no server at all: not delivered, tried three times`() async throws {
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(.sample(), through: SMTPServer(url: "smtp://127.0.0.1:1", startTLS: .none))
        }
        #expect(error?.code == .connect && error?.maybeDelivered == false && error?.isTransient == true)
    }

    @Test(arguments: [
        "a@example.org\r\nRCPT TO:<b@example.org>", "a@example.org>\nDATA", "<a@example.org>", "a b@example.org", "a@b@example.org",
        "@example.org", "a@", "a", "", "a@example.org,b@example.org", "a\u{2028}@example.org", "\"a b\"@example.org",
    ])
    func `an address that could say more than an address is refused before anything is sent`(address: String) async throws {
        let nobody = SMTPServer(url: "smtp://127.0.0.1:1", startTLS: .none)
        for mail in [OutboundMail.sample(to: address), .from(address)] {
            let error = await #expect(throws: OutboundError.self) { try await client.send(mail, through: nobody) }
            #expect(error?.code == .invalidRequest && error?.maybeDelivered == false)
        }
    }
}

extension OutboundMail {
    fileprivate static func from(_ address: String) -> OutboundMail {
        var mail = OutboundMail.sample()
        mail.envelopeFrom = address
        return mail
    }
}
