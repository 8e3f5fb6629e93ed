import Foundation
import Testing
import WebhookSignatures

/// Both ways: what the SDK signs, we verify; what we sign, the SDK verifies.
@Suite("The providers' own SDKs agree", .timeLimit(.minutes(2)))
struct PeerTests {
    static let bodies = ["{}", "{\"name\":\"Café Ñandú 🧉\"}\n", String(repeating: "x", count: 70_000)]
    let now = Date()
    var seconds: Int { Int(now.timeIntervalSince1970) }

    @Test func `Svix`() async throws {
        let secret = "whsec_" + Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        let verifier = try SvixVerifier(secrets: [secret])
        var requests: [[String: Any]] = []
        for body in Self.bodies {
            let ours = try SvixSigner(secret: secret).sign(id: "msg_1", rawBody: Data(body.utf8), at: now)
            let headers = ["svix-id": ours.id, "svix-timestamp": ours.timestamp, "svix-signature": ours.signature]
            requests.append(["do": "svix.sign", "secret": secret, "id": "msg_1", "timestamp": seconds, "body": body])
            requests.append(["do": "svix.verify", "secret": secret, "headers": headers, "body": body])
            requests.append(["do": "svix.verify", "secret": secret, "headers": headers, "body": body + " "])
        }
        let answers = try await PythonPeer.ask(requests)
        for (index, body) in Self.bodies.enumerated() {
            let signature = try #require(answers[index * 3] as? String)
            let headers = SvixHeaders(id: "msg_1", timestamp: "\(seconds)", signature: signature)
            try verifier.verify(headers, rawBody: Data(body.utf8), at: now)
            #expect(answers[index * 3 + 1] as? Bool == true)
            #expect(answers[index * 3 + 2] as? Bool == false)
        }
    }

    @Test func `Stripe`() async throws {
        let secret = "whsec_test_\(UInt64.random(in: 0...UInt64.max))"
        let verifier = try StripeVerifier(secrets: [secret])
        var requests: [[String: Any]] = []
        for body in Self.bodies {
            let ours = try StripeSigner(secret: secret).sign(rawBody: Data(body.utf8), at: now)
            requests.append(["do": "stripe.sign", "secret": secret, "timestamp": seconds, "body": body])
            requests.append(["do": "stripe.verify", "secret": secret, "header": ours, "body": body])
            requests.append(["do": "stripe.verify", "secret": secret, "header": ours, "body": body + " "])
        }
        let answers = try await PythonPeer.ask(requests)
        for (index, body) in Self.bodies.enumerated() {
            try verifier.verify(signature: answers[index * 3] as? String, rawBody: Data(body.utf8), at: now)
            #expect(answers[index * 3 + 1] as? Bool == true)
            #expect(answers[index * 3 + 2] as? Bool == false)
        }
    }

    @Test func `Twilio`() async throws {
        let url = "https://example.org/webhooks/twilio/inbound?key=a%20b"
        let forms: [[[String]]] = [
            [["From", "+50255555555"], ["Body", "Sí, mañana a las 3 & más = 100% 👍"], ["NumMedia", ""]],
            [
                ["b", "2"], ["B", "1"], ["a", "é"], ["a", "e\u{301}"], ["a", "z"], ["a", "z"], ["ab", ""], ["\u{10000}", "\u{ffee}"],
                ["\u{ffee}", "x"],
            ],
            [],
        ]
        var requests: [[String: Any]] = []
        for form in forms {
            let ours = try TwilioSigner(authToken: "12345").sign(url: url, formBody: FormText.encode(form))
            requests.append(["do": "twilio.sign", "token": "12345", "url": url, "fields": form])
            requests.append(["do": "twilio.sign", "token": "12345", "url": url, "fields": form, "algorithm": "HMAC_SHA256"])
            requests.append(["do": "twilio.verify", "token": "12345", "url": url, "fields": form, "signature": ours ?? ""])
        }
        let json = TwilioBodies.json
        let signed = try TwilioSigner(authToken: "12345").sign(url: url, body: Data(json.utf8))
        requests.append(["do": "twilio.verify", "token": "12345", "url": signed.url, "body": json, "signature": signed.signature])

        let answers = try await PythonPeer.ask(requests)
        let verifier = try TwilioVerifier(authTokens: ["12345"])
        for (index, form) in forms.enumerated() {
            for (offset, settings) in [(0, nil), (1, "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256")] as [(Int, String?)] {
                try verifier.verify(
                    signature: answers[index * 3 + offset] as? String,
                    settings: settings,
                    url: url,
                    contentType: "application/x-www-form-urlencoded",
                    rawBody: FormText.encode(form)
                )
            }
            #expect(answers[index * 3 + 2] as? Bool == true)
        }
        #expect(answers.last as? Bool == true)
    }

    @Test(arguments: [SNSSignatureVersion.v1, .v2])
    func `Amazon SNS, by OpenSSL`(version: SNSSignatureVersion) async throws {
        let signer = try SNSSigner.makeLocal(validFrom: now - 60, validTo: now + 3600)
        let message = SNSMessage(
            id: "m-1",
            topicARN: SNSVerifierTests.topic,
            subject: "Asunto",
            message: "line\nline ñ\n",
            timestamp: .unix(TimeInterval(seconds))
        )
        let ours = try signer.sign(message, version: version)
        let envelope = try #require(try JSONSerialization.jsonObject(with: ours) as? [String: Any])
        let answers = try await PythonPeer.ask([
            ["do": "sns.sign", "private_key": signer.privateKeyPEM, "envelope": envelope.merging(["Signature": ""]) { $1 }],
            ["do": "sns.verify", "certificate": signer.certificatePEM, "body": String(decoding: ours, as: UTF8.self)],
        ])
        let theirs = try #require(answers[0] as? String)
        #expect(try await SNSVerifierTests.verifier(of: signer).verify(rawBody: Data(theirs.utf8), at: now) == message)
        #expect(answers[1] as? Bool == true)
    }
}

private enum TwilioBodies {
    static let json = #"{"property": "valué", "boolean": true}"#
}
