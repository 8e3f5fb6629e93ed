import Foundation
import Testing
import WebhookSignatures

@Suite("Svix and Standard Webhooks")
struct SvixVerifierTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name, secret, id, timestamp, payload, signature, expect: String

        enum CodingKeys: String, CodingKey {
            case name, secret, payload, expect
            case id = "svix-id"
            case timestamp = "svix-timestamp"
            case signature = "svix-signature"
        }

        var testDescription: String { name }
        var headers: SvixHeaders { SvixHeaders(id: id, timestamp: timestamp, signature: signature) }
    }

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let otherSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    let body = Data(#"{"test": 2432232314}"#.utf8)
    let now = Date.unix(1_614_265_330)

    @Test(arguments: try Fixture.decode("svix_vectors.json", as: [Vector].self))
    func `every published vector is judged as published`(vector: Vector) throws {
        let verifier = try SvixVerifier(secrets: [vector.secret])
        let accepts = (try? verifier.verify(vector.headers, rawBody: Data(vector.payload.utf8), at: now)) != nil
        #expect(accepts == vector.expect.hasPrefix("valid"))
    }

    @Test func `signing makes the published signature`() throws {
        let headers = try SvixSigner(secret: Self.otherSecret).sign(
            id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            rawBody: Data(#"{"email":"test@example.com","username":"test_user"}"#.utf8),
            at: .unix(1_649_367_553)
        )
        #expect(headers.signature == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=")
    }

    @Test func `while a secret is rotated, both the old and the new are accepted`() throws {
        let verifier = try SvixVerifier(secrets: [Self.otherSecret, Self.secret])
        for secret in [Self.secret, Self.otherSecret] {
            try verifier.verify(SvixSigner(secret: secret).sign(id: "msg_1", rawBody: body, at: now), rawBody: body, at: now)
        }
        let retired = try SvixVerifier(secrets: [Self.otherSecret])
        #expect(throws: SignatureError.signatureMismatch) {
            try retired.verify(SvixSigner(secret: Self.secret).sign(id: "msg_1", rawBody: body, at: now), rawBody: body, at: now)
        }
    }

    @Test(arguments: [(-301, false), (-300, true), (0, true), (300, true), (301, false)])
    func `a delivery is believed for five minutes, either way`(offset: Int, believed: Bool) throws {
        let headers = try SvixSigner(secret: Self.secret).sign(id: "msg_1", rawBody: body, at: now)
        let verifier = try SvixVerifier(secrets: [Self.secret])
        if believed {
            try verifier.verify(headers, rawBody: body, at: now + TimeInterval(offset))
        } else {
            #expect(throws: SignatureError.outsideTolerance) {
                try verifier.verify(headers, rawBody: body, at: now + TimeInterval(offset))
            }
        }
    }

    @Test func `every byte of body, id and time is under the signature`() throws {
        let verifier = try SvixVerifier(secrets: [Self.secret])
        let headers = try SvixSigner(secret: Self.secret).sign(id: "msg_1", rawBody: body, at: now)
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            #expect(throws: SignatureError.signatureMismatch) { try verifier.verify(headers, rawBody: changed, at: now) }
        }
        var otherID = headers
        otherID.id = "msg_2"
        #expect(throws: SignatureError.signatureMismatch) { try verifier.verify(otherID, rawBody: body, at: now) }
        var otherTime = headers
        otherTime.timestamp = "1614265331"
        #expect(throws: SignatureError.signatureMismatch) { try verifier.verify(otherTime, rawBody: body, at: now) }
    }

    @Test func `an id with a full stop is refused, because the signed text could be cut elsewhere`() throws {
        let headers = try SvixSigner(secret: Self.secret).sign(id: "msg.1", rawBody: body, at: now)
        #expect(throws: SignatureError.malformedHeader("svix-id")) {
            try SvixVerifier(secrets: [Self.secret]).verify(headers, rawBody: body, at: now)
        }
    }

    @Test func `without a secret nothing is accepted, not even an empty one`() throws {
        let headers = SvixHeaders(id: "msg_1", timestamp: "1614265330", signature: "v1,")
        #expect(throws: SignatureError.noSecret) { try SvixVerifier(secrets: []).verify(headers, rawBody: body, at: now) }
        #expect(throws: SignatureError.unusableSecret) { try SvixVerifier(secrets: [""]) }
        #expect(throws: SignatureError.unusableSecret) { try SvixVerifier(secrets: ["whsec_"]) }
        #expect(throws: SignatureError.unusableSecret) { try SvixVerifier(secrets: ["whsec_not base64!"]) }
    }

    @Test func `headers are read under either name, and a missing one is named`() throws {
        let webhook = ["webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,eA=="]
        #expect(try SvixHeaders { webhook[$0] } == SvixHeaders(id: "msg_1", timestamp: "1", signature: "v1,eA=="))
        #expect(throws: SignatureError.missingHeader("svix-timestamp")) {
            try SvixHeaders { $0 == "svix-id" ? "msg_1" : nil }
        }
    }
}
