import Foundation
import Outbound
import ProviderSandbox
import Testing
import WebhookSignatures

@Suite("Texts through the Twilio-like API", .timeLimit(.minutes(1)))
struct TextStoryTests {
    @Test func `a text is answered as Twilio does, and its way is told with valid signatures`() async throws {
        try await Stage.run { stage in
            let response = try await stage.text("+50255551234", "Hola, señor")
            #expect(response.status == 201)
            let message = try #require(try JSONSerialization.jsonObject(with: response.body) as? [String: Any])
            let sid = try #require(message["sid"] as? String)
            #expect(sid.wholeMatch(of: /SM[0-9a-f]{32}/) != nil)
            #expect(message["status"] as? String == "queued")
            #expect(message["error_code"] is NSNull)
            #expect(
                (message["date_created"] as? String)?.wholeMatch(of: /[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000/)
                    != nil
            )
            try await stage.sandbox.idle()

            let callbacks = stage.product.hits("POST", "/webhooks/twilio/status")
            #expect(callbacks.map { status(of: $0.body) } == ["sent", "delivered"])
            let verifier = try TwilioVerifier(authTokens: [stage.sandbox.settings.twilio.authToken])
            for hit in callbacks {
                #expect(hit.body.contains("MessageSid=\(sid)"))
                #expect(throws: Never.self) {
                    try verifier.verify(
                        signature: hit.header("X-Twilio-Signature"),
                        url: "\(stage.product.url)/webhooks/twilio/status?m=1",
                        contentType: hit.contentType,
                        rawBody: Data(hit.body.utf8)
                    )
                }
            }
        }
    }

    @Test func `a number that can't be reached is told with the code of its reason`() async throws {
        var script = PeopleScript(seed: 1)
        (script.undelivered, script.reply, script.switchedOff) = (1, 1, 0.3)
        try await Stage.run(script) { stage in
            let numbers = (0..<30).map { "+502555512\($0 + 10)" }
            for number in numbers { _ = try await stage.text(number, "Hello", message: number) }
            try await stage.sandbox.idle()

            let callbacks = stage.product.hits("POST", "/webhooks/twilio/status")
            var ways: Set<String> = []
            for number in numbers {
                let ownOnes = callbacks.filter { $0.body.contains("To=%2B\(number.dropFirst())") }
                let code = ownOnes.last?.body.split(separator: "&").first { $0.hasPrefix("ErrorCode=") } ?? ""
                ways.insert(ownOnes.map { status(of: $0.body) }.joined(separator: " ") + " " + code)
                #expect(stage.sandbox.texts(to: number).first?.errorCode.map { "ErrorCode=\($0)" } == String(code))
            }
            #expect(
                ways == [
                    "sent undelivered ErrorCode=30003", "sent undelivered ErrorCode=30005", "sent undelivered ErrorCode=30006",
                    "failed ErrorCode=30006",
                ]
            )
            #expect(stage.product.hits("POST", "/webhooks/twilio/inbound").isEmpty)
            #expect(stage.sandbox.counts[.textsUndelivered] == 30)
        }
    }

    @Test func `a text that is sent again, in the same words or for the same message, is carried again and answered once`() async throws {
        var script = PeopleScript(seed: 1)
        script.reply = 1
        try await Stage.run(script) { stage in
            _ = try await stage.text("+50255551234", "Hello", message: "1")
            _ = try await stage.text("+50255551234", "Hello", message: "2")
            _ = try await stage.text("+50255551234", "Hello again", message: "1")
            try await stage.sandbox.idle()
            #expect(stage.product.hits("POST", "/webhooks/twilio/status").count == 6)
            #expect(stage.product.hits("POST", "/webhooks/twilio/inbound").count == 1)
            let counts = stage.sandbox.counts
            #expect([counts[.texts], counts[.textsRepeated], counts[.replies]] == [3, 2, 1])
        }
    }

    @Test func `who is told to answer ALTO does, which Twilio itself doesn't heed`() async throws {
        var script = PeopleScript(seed: 1)
        script.stop = 1
        try await Stage.run(script) { stage in
            _ = try await stage.text("+50255551234", "Responda ALTO para no recibir más.")
            try await stage.sandbox.idle()
            #expect(stage.product.hits("POST", "/webhooks/twilio/inbound").map { $0.body.contains("Body=ALTO&") } == [true])
            #expect(try await stage.text("+50255551234", "Again").status == 201)
        }
    }

    @Test func `who answers STOP can't be texted again until they answer START`() async throws {
        var script = PeopleScript(seed: 1)
        script.stop = 1
        try await Stage.run(script) { stage in
            let number = "+50255551234"
            _ = try await stage.text(number)
            try await stage.sandbox.idle()
            let inbound = try #require(stage.product.hits("POST", "/webhooks/twilio/inbound").first)
            #expect(["STOP", "UNSUBSCRIBE"].contains { inbound.body.uppercased().contains("BODY=\($0)&") })
            #expect(inbound.body.contains("From=%2B50255551234"))
            let verifier = try TwilioVerifier(authTokens: [stage.sandbox.settings.twilio.authToken])
            #expect(throws: Never.self) {
                try verifier.verify(
                    signature: inbound.header("X-Twilio-Signature"),
                    url: "\(stage.product.url)/webhooks/twilio/inbound?region=us",
                    contentType: inbound.contentType,
                    rawBody: Data(inbound.body.utf8)
                )
            }

            let refused = try await stage.text(number, "Again")
            #expect(refused.status == 400)
            #expect(code(of: refused.body) == 21610)

            stage.sandbox.text(from: number, to: "+15005550006", body: " start ")
            try await stage.sandbox.idle()
            #expect(try await stage.text(number, "Once more").status == 201)
        }
    }

    @Test(arguments: ["5551234", "+0123456789", "", "+1 555 123 4567"])
    func `what is no number is refused`(number: String) async throws {
        try await Stage.run { stage in
            let refused = try await stage.text(number)
            #expect(refused.status == 400)
            #expect(code(of: refused.body) == 21211)
        }
    }

    @Test func `a reader of a text follows its link, then answers`() async throws {
        var script = PeopleScript(seed: 1)
        (script.textClick, script.reply, script.duplicate, script.reordered) = (1, 1, 1, 1)
        try await Stage.run(script, outages: 3) { stage in
            _ = try await stage.text("+50255551234", "See \(stage.product.url)/t/c/abc")
            try await stage.sandbox.idle()
            #expect(
                stage.product.hits("POST", "/webhooks/twilio/status").map { status(of: $0.body) } == [
                    "delivered", "delivered", "sent", "sent",
                ]
            )
            let rest = stage.product.hits.filter { !$0.path.hasSuffix("status") }.map(\.path)
            #expect(rest == ["/t/c/abc", "/sites/acme", "/webhooks/twilio/inbound", "/webhooks/twilio/inbound"])
            let counts = stage.sandbox.counts
            #expect([counts[.replies], counts[.clicks], counts[.duplicates], counts[.retries]] == [1, 1, 3, 3])
        }
    }

    @Test func `a sender that lost the answer finds its text by number and day, with the right keys only`() async throws {
        try await Stage.run { stage in
            _ = try await stage.text("+50255551234", "One")
            _ = try await stage.text("+50255550000", "Two")
            let day = Date().formatted(.iso8601.year().month().day())
            let settings = stage.sandbox.settings.twilio
            let path =
                "\(stage.addresses.twilioURL)/2010-04-01/Accounts/\(settings.accountSID)/Messages.json?To=%2B50255551234&DateSent=\(day)"
            let found = try await stage.outbound.send(
                .init(.get, path, authentication: .basic(user: settings.accountSID, password: settings.authToken))
            )
            let list = try #require(try JSONSerialization.jsonObject(with: found.body) as? [String: Any])
            #expect((list["messages"] as? [[String: Any]])?.map { $0["body"] as? String } == ["One"])

            let refused = try await stage.outbound.send(.init(.get, path, authentication: .basic(user: "AC1", password: "wrong")))
            #expect(refused.status == 401)
            #expect(code(of: refused.body) == 20003)
        }
    }

    private func status(of body: String) -> String {
        body.split(separator: "&").first { $0.hasPrefix("MessageStatus=") }.map { String($0.dropFirst("MessageStatus=".count)) } ?? ""
    }

    private func code(of body: Data) -> Int? {
        (try? JSONSerialization.jsonObject(with: body) as? [String: Any])?["code"] as? Int
    }
}
