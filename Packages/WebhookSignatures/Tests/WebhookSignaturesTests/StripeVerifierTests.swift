import Foundation
import Testing
import WebhookSignatures

@Suite("Stripe")
struct StripeVerifierTests {
    struct Vector: Decodable {
        let secret, header: String
        let timestamp: TimeInterval
        let malformed: [String]

        enum CodingKeys: String, CodingKey {
            case secret, header, timestamp
            case malformed = "malformed_headers_expect_invalid"
        }
    }

    let vector: Vector
    let body: Data
    let verifier: StripeVerifier
    var now: Date { .unix(vector.timestamp) }

    init() throws {
        vector = try Fixture.decode("stripe_vector.json")
        body = try Fixture.data("stripe_payload.json")
        verifier = try StripeVerifier(secrets: [vector.secret])
    }

    @Test func `the published vector is accepted, and signing makes its v1 signature`() throws {
        try verifier.verify(signature: vector.header, rawBody: body, at: now)
        let signed = try StripeSigner(secret: vector.secret).sign(rawBody: body, at: now)
        #expect(vector.header.hasPrefix(signed + ","))
    }

    @Test func `malformed headers are refused`() {
        for header in vector.malformed + ["", "t=1533204620", "v1=00"] {
            #expect(throws: SignatureError.malformedHeader("stripe-signature")) {
                try verifier.verify(signature: header, rawBody: body, at: now)
            }
        }
        #expect(throws: SignatureError.missingHeader("stripe-signature")) {
            try verifier.verify(signature: nil, rawBody: body, at: now)
        }
    }

    @Test func `a signature of the test scheme v0 proves nothing`() {
        let header = vector.header.replacing("v1=", with: "v2=").replacing("v0=", with: "v1=")
        #expect(throws: SignatureError.signatureMismatch) { try verifier.verify(signature: header, rawBody: body, at: now) }
    }

    @Test func `any of several v1 signatures may match`() throws {
        let wrong = String(repeating: "00", count: 32)
        let header = vector.header.replacing("v1=", with: "v1=\(wrong),v1=")
        try verifier.verify(signature: header, rawBody: body, at: now)
        try StripeVerifier(secrets: ["another", vector.secret]).verify(signature: vector.header, rawBody: body, at: now)
    }

    @Test func `old and future times and changed bodies are refused`() {
        for offset in [-301.0, 301] {
            #expect(throws: SignatureError.outsideTolerance) {
                try verifier.verify(signature: vector.header, rawBody: body, at: now + offset)
            }
        }
        #expect(throws: SignatureError.signatureMismatch) {
            try verifier.verify(signature: vector.header, rawBody: body.dropLast(), at: now)
        }
        #expect(throws: SignatureError.noSecret) {
            try StripeVerifier(secrets: []).verify(signature: vector.header, rawBody: body, at: now)
        }
        #expect(throws: SignatureError.unusableSecret) { try StripeVerifier(secrets: [""]) }
    }
}
