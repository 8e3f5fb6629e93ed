import Foundation
import ProviderSandbox
import Testing

@Suite("To the providers' own SDKs", .timeLimit(.minutes(1)))
struct SDKTests {
    private struct Message: Decodable, Hashable {
        var sid: String?
        var status: String?
        var body: String?
        var direction: String?
        var error_code: Int?
        var is_dated: Bool?
        var is_sent: Bool?
        /// Of a refusal.
        var http_status: Int?
        var code: Int?
    }

    @Test func `the sandbox is Twilio: texts are sent, found, read and refused`() async throws {
        try await Stage.run { stage in
            let settings = stage.sandbox.settings.twilio
            let access: [String: Any] = ["base": stage.addresses.twilioURL, "sid": settings.accountSID, "token": settings.authToken]
            func ask(_ what: String, _ more: [String: Any]) -> [String: Any] { access.merging(more) { $1 }.merging(["ask": what]) { $1 } }

            let sent: [Message] = try await ProvidersSDK.ask([
                ask("twilio.send", ["to": "+50255551234", "from_": "+15005550006", "body": "Hola, señora Núñez: ¿qué tal? 😀"]),
                ask("twilio.send", ["to": "+50255551234", "messaging_service_sid": "MG1", "body": "Two & two = 4"]),
                ask("twilio.send", ["to": "5551234", "from_": "+15005550006", "body": "x"]),
                ask("twilio.send", ["to": "+50255551234", "from_": "+15005550006", "body": "x", "token": "wrong"]),
            ])
            #expect(sent.map(\.status) == ["queued", "accepted", nil, nil])
            #expect(sent.map(\.code) == [nil, nil, 21211, 20003])
            #expect(sent.map(\.http_status) == [nil, nil, 400, 401])
            #expect(sent.prefix(2).allSatisfy { $0.is_dated == true && $0.direction == "outbound-api" })
            try await stage.sandbox.idle()

            let found: [[Message]] = try await ProvidersSDK.ask([
                ask("twilio.find", ["to": "+50255551234", "today": true]), ask("twilio.find", ["to": "+50255551234", "today": false]),
            ])
            #expect(found[0].map(\.body) == ["Two & two = 4", "Hola, señora Núñez: ¿qué tal? 😀"])
            #expect(found[0] == found[1])
            let read: Message = try await ProvidersSDK.ask(ask("twilio.read", ["message": sent[0].sid ?? ""]))
            #expect(read.status == "delivered")
            #expect(read.is_sent == true)
        }
    }

    @Test func `every callback, text and webhook is signed as the provider signs it`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click, script.buy, script.decline, script.cancel) = (1, 1, 1, 1, 1)
        (script.reply, script.duplicate) = (1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            _ = try await stage.text("+50255551234", "¿Hola & adiós? 100 % + más")
            try await stage.sandbox.idle()

            let product = stage.product
            let texts = product.hits("POST", "/webhooks/twilio").map { hit in
                [
                    "ask": "twilio.verify", "token": stage.sandbox.settings.twilio.authToken,
                    "url": "\(product.url)\(hit.path)?\(hit.path.hasSuffix("status") ? "m=1" : "region=us")",
                    "signature": hit.header("X-Twilio-Signature") ?? "", "body": hit.body,
                ]
            }
            let payments = product.hits("POST", "/webhooks/recurrente").map { hit -> [String: Any] in
                [
                    "ask": "svix.verify", "secret": stage.sandbox.settings.recurrente.webhookSecret, "body": hit.body,
                    "headers": Dictionary(
                        uniqueKeysWithValues: ["svix-id", "svix-timestamp", "svix-signature"].map { ($0, hit.header($0) ?? "") }
                    ),
                ]
            }
            // sent, delivered, and the answer; declined and paid in both formats, begun and ended; each twice.
            #expect(texts.count == 6)
            #expect(payments.count == 12)
            let verdicts: [Bool] = try await ProvidersSDK.ask(texts + payments)
            #expect(verdicts.allSatisfy { $0 })

            var forged = payments[0]
            forged["body"] = (forged["body"] as? String ?? "") + " "
            let isTaken = try await ProvidersSDK.ask(forged, for: Bool.self)
            #expect(!isTaken)
        }
    }

    @Test func `the sandbox is a mail server`() async throws {
        var script = PeopleScript(seed: 3)
        script.bounce = 0.5
        try await Stage.run(script) { stage in
            let people = (0..<20).map { "person\($0)@shop.example" }
            let refused = try await ProvidersSDK.ask(
                ["ask": "smtp.send", "host": "127.0.0.1", "port": stage.addresses.smtpPort, "to": people, "subject": "¿Qué tal?"],
                for: [String: Int].self
            )
            #expect(Set(refused.values) == [550])
            let mails = stage.sandbox.mails()
            #expect(Set(mails.map(\.recipient)).union(refused.keys) == Set(people))
            #expect(mails.count + refused.count == people.count)
            #expect(mails.allSatisfy { $0.subject == "¿Qué tal?" && $0.text?.hasPrefix("..hidden dot\r\n.\r\nxxx") == true })
        }
    }
}
