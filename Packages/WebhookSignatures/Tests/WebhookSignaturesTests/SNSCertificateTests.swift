import Foundation
import Synchronization
import Testing
import WebhookSignatures

@Suite("Where SNS certificates come from")
struct SNSCertificateTests {
    static let topic = SNSVerifierTests.topic
    static let now = SNSVerifierTests.now
    let message = SNSMessage(id: "m-1", topicARN: topic, message: "text", timestamp: now)

    @Test(arguments: [
        "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.evil.example/SimpleNotificationService-1.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/cert.pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/cert.pem",
        "https://user@sns.us-east-1.amazonaws.com/cert.pem",
        "https://sns.us-east-1.amazonaws.com:8443/cert.pem",
        "https://sns.us-east-1.amazonaws.com/cert.txt",
        "https://sns.us-east-1.amazonaws.com/?Action=x&y=.pem",
        "https://sns.us-east-1.amazonaws.com/cert.pem#x.pem",
        "https://sns.s3-us-west-2.amazonaws.com/cert.pem",
        "https://sns.s3.amazonaws.com/cert.pem",
        "https://xsns.us-east-1.amazonaws.com/cert.pem",
        "https://sns.us-east-1\\.evil.example/.amazonaws.com/cert.pem",
        "https://sns.us-east-1.amazonaws.com/\r\nHost: evil/cert.pem",
        "",
    ])
    func `a certificate is never fetched from anywhere but an SNS host over https`(url: String) async throws {
        let body = try SNSVerifierTests.changing(SNSVerifierTests.signer.get().sign(message)) { $0["SigningCertURL"] = url }
        let fetched = Mutex(false)
        let verifier = SNSVerifier(topicARNs: [Self.topic]) { _ in
            fetched.withLock { $0 = true }
            return Data()
        }
        await #expect(throws: SignatureError.untrustedURL) { try await verifier.verify(rawBody: body, at: Self.now) }
        #expect(fetched.withLock { !$0 })
    }

    @Test(arguments: ["cn-north-1", "us-gov-west-1", "ap-southeast-4", "us-iso-east-1"])
    func `every kind of region is an SNS host`(region: String) async throws {
        let signer = try SNSVerifierTests.signer.get()
        let regional = try SNSSigner(certificatePEM: signer.certificatePEM, privateKeyPEM: signer.privateKeyPEM, region: region)
        #expect(regional.certificateURL.host == "sns.\(region).amazonaws.com")
    }

    @Test func `a confirmation that points elsewhere is refused, though it is signed`() async throws {
        let signer = try SNSVerifierTests.signer.get()
        var message = message
        message.kind = .subscriptionConfirmation
        message.token = "token"
        message.subscribeURL = URL(string: "https://internal.example/?Action=ConfirmSubscription")
        let body = try signer.sign(message)
        await #expect(throws: SignatureError.untrustedURL) {
            try await SNSVerifierTests.verifier(of: signer).verify(rawBody: body, at: Self.now)
        }
        message.subscribeURL = nil
        let without = try signer.sign(message)
        await #expect(throws: SignatureError.malformedBody) {
            try await SNSVerifierTests.verifier(of: signer).verify(rawBody: without, at: Self.now)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `many deliveries at once fetch the certificate once`() async throws {
        let signer = try SNSVerifierTests.signer.get()
        let pem = Data(signer.certificatePEM.utf8)
        let fetches = Mutex(0)
        let verifier = SNSVerifier(topicARNs: [Self.topic]) { url in
            #expect(url == signer.certificateURL)
            fetches.withLock { $0 += 1 }
            await Task.yield()
            return pem
        }
        let body = try signer.sign(message)
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { _ = try await verifier.verify(rawBody: body, at: Self.now) }
            }
            try await group.waitForAll()
        }
        #expect(fetches.withLock { $0 } == 1)
    }

    @Test func `a failed fetch is tried again, but not at once`() async throws {
        let signer = try SNSVerifierTests.signer.get()
        let pem = Data(signer.certificatePEM.utf8)
        let fetches = Mutex(0)
        let verifier = SNSVerifier(topicARNs: [Self.topic]) { _ in
            let count = fetches.withLock { count in
                count += 1
                return count
            }
            if count == 1 { throw URLError(.timedOut) }
            return pem
        }
        let body = try signer.sign(message)
        for offset in [0.0, 9] {
            await #expect(throws: SignatureError.certificateUnavailable) {
                try await verifier.verify(rawBody: body, at: Self.now + offset)
            }
        }
        #expect(fetches.withLock { $0 } == 1)
        _ = try await verifier.verify(rawBody: body, at: Self.now + 10)
        #expect(fetches.withLock { $0 } == 2)
    }

    @Test func `a certificate for another host, or none at all, is unusable`() async throws {
        let foreign = try SNSSigner.makeLocal(validFrom: Self.now, validTo: Self.now + 60, hostName: "www.example.org")
        let body = try foreign.sign(message)
        await #expect(throws: SignatureError.unusableCertificate) {
            try await SNSVerifierTests.verifier(of: foreign).verify(rawBody: body, at: Self.now)
        }
        let garbage = SNSVerifier(topicARNs: [Self.topic]) { _ in Data("<html>".utf8) }
        await #expect(throws: SignatureError.unusableCertificate) { try await garbage.verify(rawBody: body, at: Self.now) }
    }
}
