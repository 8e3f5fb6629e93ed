import Foundation
import Outbound
import Testing

/// What a well-behaved server never does, and a crashing, overloaded or wrongly configured one does daily.
@Suite("Mail to an SMTP server that misbehaves", .timeLimit(.minutes(1)))
struct MailScriptTests {
    let client = OutboundClient()
    static let greeting = ["220 mx", "<", "250 mx"]
    static let upToContent = greeting + ["<", "250 ok", "<", "250 ok", "<", "354 go"]
    static let delivery = upToContent + ["<.", "250 queued"]

    /// More than the sockets between us take in.
    static let threeMegabytes = String(repeating: String(repeating: "all of it ", count: 100) + "\n", count: 3_000)

    private func server(_ script: [String]...) async throws -> (server: PythonServer, address: SMTPServer) {
        let text = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
        let server = try await PythonServer.start("smtp_script.py", [text])
        return (server, SMTPServer(url: "smtp://127.0.0.1:\(server.port)", startTLS: .none, timeout: .seconds(20)))
    }

    private func failure(
        _ mail: OutboundMail = .sample(),
        _ address: SMTPServer,
        retry: RetryPolicy = .ifUndelivered
    ) async throws -> OutboundError? {
        var address = address
        address.retry = retry
        do {
            try await client.send(mail, through: address)
            return nil
        } catch let error as OutboundError {
            return error
        }
    }

    @Test func `a mail cut off in its midst can't have been delivered, and is sent again`() async throws {
        let big = OutboundMail.sample(text: Self.threeMegabytes)
        let (server, address) = try await server(Self.upToContent + ["<#1000"], Self.delivery)
        // By its default policy, which tries nothing again that may have arrived.
        #expect(try await client.send(big, through: address).text == "queued")
        withExtendedLifetime(server) {}
    }

    @Test func `a refusal in the midst of a mail is heard, though the server doesn't listen any more`() async throws {
        let big = OutboundMail.sample(text: Self.threeMegabytes)
        let (server, address) = try await server(Self.upToContent + ["<#1000", "552 5.3.4 too big", "hang"])
        let error = try await failure(big, address)
        #expect(error?.code == .smtp(replyCode: 552) && error?.maybeDelivered == false)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: [("554 no service", 554, false), ("421 busy", 421, true)])
    func `a server that greets with no is not tried again`(greeting: String, code: Int, isTransient: Bool) async throws {
        let (server, address) = try await server([greeting, "<"], Self.delivery)
        let error = try await failure(.sample(), address)
        #expect(error?.code == .smtp(replyCode: code) && error?.isTransient == isTransient && error?.maybeDelivered == false)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: [greeting + ["<", "what?"], greeting + ["<", "100 hm"], greeting + ["<", "250 ok\r\n250 and more"]])
    func `what isn't SMTP takes no mail`(script: [String]) async throws {
        let (server, address) = try await server(script + ["hang"])
        let error = try await failure(.sample(), address, retry: .never)
        #expect(error?.code == .badReply && error?.maybeDelivered == false)
        withExtendedLifetime(server) {}
    }

    @Test func `an answer to the content that is none leaves it open`() async throws {
        let (server, address) = try await server(Self.upToContent + ["<.", "what?", "hang"])
        let error = try await failure(.sample(), address)
        #expect(error?.code == .badReply && error?.maybeDelivered == true)
        withExtendedLifetime(server) {}
    }

    @Test func `a goodbye right behind the yes costs the connection, not the mail`() async throws {
        let (server, address) = try await server(Self.upToContent + ["<.", "250 queued\r\n421 enough", "hang"], Self.delivery + ["hang"])
        #expect(try await client.send(.sample(), through: address).text == "queued")
        #expect(try await client.send(.sample(), through: address).text == "queued")
        withExtendedLifetime(server) {}
    }

    @Test func `a refusal stays one, though the server says nothing to RSET`() async throws {
        let (server, address) = try await server(Self.greeting + ["<", "553 no such sender", "<", "hang"])
        var hasty = address
        hasty.timeout = .seconds(3)
        let error = try await failure(.sample(), hasty)
        #expect(error?.code == .smtp(replyCode: 553) && error?.replyText == "no such sender")
        withExtendedLifetime(server) {}
    }

    @Test func `a kept connection that dies as it is used is replaced, and the mail arrives once`() async throws {
        // It takes MAIL for the second mail and is gone, as one that was idle for too long may be.
        let (server, address) = try await server(Self.delivery + ["<"], Self.delivery + ["hang"])
        var once = address
        once.retry = .never
        #expect(try await client.send(.sample(), through: once).text == "queued")
        #expect(try await client.send(.sample(), through: once).text == "queued")
        withExtendedLifetime(server) {}
    }

    @Test func `what is said on the wire, from greeting to goodbye`() async throws {
        let (server, address) = try await server(Self.delivery + ["<"])
        var named = address
        named.clientName = "crm.example.com"
        let client = OutboundClient()
        try await client.send(.sample(), through: named)
        await client.shutdown()
        struct Line: Decodable { let event: String }
        var said: [String] = []
        for _ in 0..<5 { said.append(try await server.next(as: Line.self).event) }
        #expect(
            said == ["EHLO crm.example.com", "MAIL FROM:<bounces+1@example.com>", "RCPT TO:<owner@example.org>", "DATA", "QUIT"]
        )
    }
}
