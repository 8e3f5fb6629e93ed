import Foundation
import Testing
import WebhookSignatures

@Suite("Amazon SNS")
struct SNSVerifierTests {
    static let topic = "arn:aws:sns:us-west-2:131990247566:dongie-standard-topic"
    static let certificate = "sns/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem"
    /// One of our own, valid for a day from `now`. Made once: a key takes CPU time.
    static let signer = Result { try SNSSigner.makeLocal(validFrom: now, validTo: now + 86_400) }
    static let now = Date.unix(1_800_000_000)

    let message = SNSMessage(id: "m-1", topicARN: topic, subject: "Subject", message: "{\"a\":\n1}\n", timestamp: now)

    @Test(arguments: [
        ("signed_notification_v2_sha256", "2026-03-06T20:01:00Z"),
        ("signed_notification_with_subject_v1", "2026-03-06T19:54:00Z"),
        ("signed_subscription_confirmation_v1", "2026-03-06T19:32:00Z"),
    ])
    func `what Amazon really sent is accepted`(name: String, at time: String) async throws {
        let now = try Date(time, strategy: .iso8601)
        let body = try Fixture.data("sns/\(name).json")
        let verifier = SNSVerifier(topicARNs: [Self.topic]) { _ in try Fixture.data(Self.certificate) }
        let message = try await verifier.verify(rawBody: body, at: now)
        #expect(message.topicARN == Self.topic)
        #expect((message.kind == .subscriptionConfirmation) == (message.subscribeURL != nil))

        let forged = try Self.changing(body) { $0["Message"] = "another" }
        await #expect(throws: SignatureError.signatureMismatch) { try await verifier.verify(rawBody: forged, at: now) }
    }

    @Test func `Amazon's certificate is refused once it has expired`() async throws {
        let body = try Fixture.data("sns/signed_notification_v2_sha256.json")
        let verifier = SNSVerifier(topicARNs: [Self.topic], tolerance: .seconds(400 * 86_400)) { _ in
            try Fixture.data(Self.certificate)
        }
        let expired = try Date("2026-10-15T00:00:00Z", strategy: .iso8601)
        await #expect(throws: SignatureError.certificateOutsideValidity) { try await verifier.verify(rawBody: body, at: expired) }
    }

    @Test(arguments: [SNSSignatureVersion.v1, .v2])
    func `what our signer signs is accepted whole, with line breaks in the message`(version: SNSSignatureVersion) async throws {
        let signer = try Self.signer.get()
        let verified = try await Self.verifier(of: signer).verify(rawBody: signer.sign(message, version: version), at: Self.now)
        #expect(verified == message)
    }

    @Test func `a certificate not valid yet and one past its end are refused`() async throws {
        let signer = try Self.signer.get()
        for time in [Self.now - 1, Self.now + 86_401] {
            var message = message
            message.timestamp = time
            let body = try signer.sign(message)
            await #expect(throws: SignatureError.certificateOutsideValidity) {
                try await Self.verifier(of: signer).verify(rawBody: body, at: time)
            }
        }
    }

    @Test func `a message of another topic, or of a time long past, is refused before anything is fetched`() async throws {
        let signer = try Self.signer.get()
        let body = try signer.sign(message)
        let other = SNSVerifier(topicARNs: ["arn:aws:sns:us-west-2:1:ours"]) { _ in throw Unexpected() }
        await #expect(throws: SignatureError.topicNotAllowed) { try await other.verify(rawBody: body, at: Self.now) }
        let none = SNSVerifier(topicARNs: []) { _ in throw Unexpected() }
        await #expect(throws: SignatureError.noSecret) { try await none.verify(rawBody: body, at: Self.now) }
        let ours = SNSVerifier(topicARNs: [Self.topic]) { _ in throw Unexpected() }
        for offset in [-3901.0, 3901] {
            await #expect(throws: SignatureError.outsideTolerance) { try await ours.verify(rawBody: body, at: Self.now + offset) }
        }
    }

    @Test func `a topic set to version 2 takes no version 1`() async throws {
        let signer = try Self.signer.get()
        let pem = Data(signer.certificatePEM.utf8)
        let verifier = SNSVerifier(topicARNs: [Self.topic], versions: [.v2]) { _ in pem }
        let old = try signer.sign(message, version: .v1)
        await #expect(throws: SignatureError.unsupportedSignatureVersion) { try await verifier.verify(rawBody: old, at: Self.now) }
        // The version is not signed: calling a version 1 signature version 2 must fail by the hash.
        let renamed = try Self.changing(old) { $0["SignatureVersion"] = "2" }
        await #expect(throws: SignatureError.signatureMismatch) { try await verifier.verify(rawBody: renamed, at: Self.now) }
    }

    @Test func `a line break that would move text into another member is refused`() async throws {
        let signer = try Self.signer.get()
        var crafted = message
        crafted.message = "evil\nMessageId\nm-2\nSubject\nSubject"
        let body = try signer.sign(crafted)
        let recut = try Self.changing(body) {
            $0["Message"] = "evil"
            $0["MessageId"] = "m-2\nSubject\nSubject\nMessageId\nm-1"
        }
        await #expect(throws: SignatureError.malformedBody) {
            try await Self.verifier(of: signer).verify(rawBody: recut, at: Self.now)
        }
    }

    @Test(arguments: ["", "[]", "{}", "null", "not json", #"{"Type":"Notification"}"#])
    func `what is no envelope is refused`(text: String) async throws {
        let verifier = SNSVerifier(topicARNs: [Self.topic]) { _ in throw Unexpected() }
        await #expect(throws: SignatureError.malformedBody) { try await verifier.verify(rawBody: Data(text.utf8), at: Self.now) }
    }

    // MARK: -

    struct Unexpected: Error {}

    static func verifier(of signer: SNSSigner) -> SNSVerifier {
        let pem = Data(signer.certificatePEM.utf8)
        return SNSVerifier(topicARNs: [topic]) { _ in pem }
    }

    static func changing(_ body: Data, _ change: (inout [String: Any]) -> Void) throws -> Data {
        var members = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        change(&members)
        return try JSONSerialization.data(withJSONObject: members)
    }
}
