import Foundation
import Testing
import WebhookSignatures

@Suite("Twilio")
struct TwilioVerifierTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name, token, url, signature, expect: String
        let fields: [[String]]?
        let body: String?

        enum CodingKeys: String, CodingKey {
            case name, url, body, expect
            case token = "auth_token"
            case fields = "params"
            case signature = "x-twilio-signature"
        }

        var testDescription: String { name }
        var contentType: String { fields == nil ? "application/json" : "application/x-www-form-urlencoded" }
        var rawBody: Data { body.map { Data($0.utf8) } ?? FormText.encode(fields ?? []) }
    }

    static let form = "application/x-www-form-urlencoded; charset=UTF-8"
    static let url = "https://example.org/webhooks/twilio/status?site=1"
    static let body = Data("MessageSid=SM1&MessageStatus=delivered&To=%2B12028831111".utf8)

    @Test(arguments: try Fixture.decode("twilio_vectors.json", as: [Vector].self))
    func `every published vector is judged as published`(vector: Vector) throws {
        let accepts =
            (try? TwilioVerifier(authTokens: [vector.token]).verify(
                signature: vector.signature,
                url: vector.url,
                contentType: vector.contentType,
                rawBody: vector.rawBody
            )) != nil
        #expect(accepts == (vector.expect == "valid"))
    }

    @Test(arguments: [
        ("https://mycompany.com:443/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com:80/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    ])
    func `the port that belongs to the scheme may be signed or not`(signedURL: String, signature: String) throws {
        let body = FormText.encode([
            ["CallSid", "CA1234567890ABCDE"], ["Caller", "+14158675309"], ["Digits", "1234"], ["From", "+14158675309"],
            ["To", "+18005551212"],
        ])
        #expect(try TwilioSigner(authToken: "12345").sign(url: signedURL, formBody: body) == signature)
        for url in [signedURL, signedURL.replacing(/:\d+\//, with: "/")] {
            try TwilioVerifier(authTokens: ["12345"]).verify(signature: signature, url: url, contentType: Self.form, rawBody: body)
        }
    }

    @Test(arguments: ["https://user:pass@example.org/hook", "https://[::1]:8443/hook", "https://example.org"])
    func `an address with a password, an IPv6 host or no path is signed as it is written`(url: String) throws {
        let signature = try TwilioSigner(authToken: "12345").sign(url: url, formBody: Self.body)
        try TwilioVerifier(authTokens: ["12345"]).verify(signature: signature, url: url, contentType: Self.form, rawBody: Self.body)
    }

    @Test func `both tokens are accepted while they are being changed`() throws {
        let verifier = try TwilioVerifier(authTokens: ["primary", "secondary"])
        for token in ["primary", "secondary"] {
            let signature = try TwilioSigner(authToken: token).sign(url: Self.url, formBody: Self.body)
            try verifier.verify(signature: signature, url: Self.url, contentType: Self.form, rawBody: Self.body)
        }
    }

    @Test func `another address, another field or another value is refused`() throws {
        let verifier = try TwilioVerifier(authTokens: ["12345"])
        let signature = try TwilioSigner(authToken: "12345").sign(url: Self.url, formBody: Self.body)
        let forged: [(String, Data)] = [
            (Self.url + "&x=1", Self.body),
            (Self.url, Self.body + Data("&ErrorCode=30003".utf8)),
            (Self.url, Data("MessageSid=SM1&MessageStatus=failed&To=%2B12028831111".utf8)),
            (Self.url, Data()),
        ]
        for (url, body) in forged {
            #expect(throws: SignatureError.signatureMismatch) {
                try verifier.verify(signature: signature, url: url, contentType: Self.form, rawBody: body)
            }
        }
    }

    @Test func `a body that is no form counts only with its hash in the signed address`() throws {
        let body = Data(#"{"a":1}"#.utf8)
        let verifier = try TwilioVerifier(authTokens: ["12345"])
        let (url, signature) = try TwilioSigner(authToken: "12345").sign(url: Self.url, body: body)
        try verifier.verify(signature: signature, url: url, contentType: "application/json", rawBody: body)
        #expect(throws: SignatureError.signatureMismatch) {
            try verifier.verify(signature: signature, url: url, contentType: "application/json", rawBody: Data("{}".utf8))
        }
        let bare = try TwilioSigner(authToken: "12345").sign(url: Self.url, formBody: Data())
        #expect(throws: SignatureError.signatureMismatch) {
            try verifier.verify(signature: bare, url: Self.url, contentType: nil, rawBody: body)
        }
    }

    @Test func `what cannot be judged says so`() throws {
        let verifier = try TwilioVerifier(authTokens: ["12345"])
        #expect(throws: SignatureError.missingHeader("x-twilio-signature")) {
            try verifier.verify(signature: nil, url: Self.url, contentType: Self.form, rawBody: Self.body)
        }
        #expect(throws: SignatureError.malformedBody) {
            try verifier.verify(signature: "eA==", url: Self.url, contentType: Self.form, rawBody: Data("a=%zz".utf8))
        }
        #expect(throws: SignatureError.malformedHeader("x-twilio-webhooks-signature-settings")) {
            try verifier.verify(
                signature: "eA==",
                settings: "key=k,algorithm=NONE",
                url: Self.url,
                contentType: Self.form,
                rawBody: Self.body
            )
        }
        #expect(throws: SignatureError.noSecret) {
            try TwilioVerifier(authTokens: []).verify(signature: "eA==", url: Self.url, contentType: Self.form, rawBody: Self.body)
        }
    }
}

/// Writes forms the way browsers do, so that the parser is tested on another's writing.
enum FormText {
    static func encode(_ fields: [[String]]) -> Data {
        let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*-._ ")
        let pairs = fields.map { pair in
            pair.map { ($0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "").replacing(" ", with: "+") }
                .joined(separator: "=")
        }
        return Data(pairs.joined(separator: "&").utf8)
    }
}
