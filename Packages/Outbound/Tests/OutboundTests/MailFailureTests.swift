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
            try await client.send(.sample(to: "hang@example.org"), through: server.address(timeout: .milliseconds(1500)))
        }
        #expect(error?.code == .timeout && error?.maybeDelivered == true)
    }

    @Test func `a server that goes right after its yes has the mail, and the next one finds a new connection`() async throws {
        let server = try await MailServer.start()
        for _ in 0..<5 {
            #expect(try await client.send(.sample(to: "last@example.org"), through: server.address()).code == 250)
        }
    }

    @Test func `a kept connection that the server gave up is replaced`() async throws {
        let server = try await MailServer.start(idle: 0.1)
        for _ in 0..<3 {
            #expect(try await client.send(.sample(), through: server.address()).code == 250)
            _ = try await server.next()
            try await Task.sleep(for: .milliseconds(300))
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
        let server = try await MailServer.start()
        for mail in [OutboundMail.sample(to: address), .from(address)] {
            let error = await #expect(throws: OutboundError.self) { try await client.send(mail, through: server.address()) }
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
