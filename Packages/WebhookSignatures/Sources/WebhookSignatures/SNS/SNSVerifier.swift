public import Foundation

/// Verifies messages of Amazon SNS: envelope, topic, time, certificate and RSA signature.
public final class SNSVerifier: Sendable {
    private let topicARNs: Set<String>
    private let versions: Set<SNSSignatureVersion>
    private let tolerance: TimeTolerance
    private let certificates: SNSCertificateCache

    /// - Parameters:
    ///   - topicARNs: the topics that are ours. With none, everything is refused: anybody can have Amazon sign a topic of their own.
    ///   - versions: the signature versions accepted; `[.v2]` where the topic is set to it.
    ///   - tolerance: how far the message's time may be from now. SNS keeps the time of publishing over its retries,
    ///     which may go on for an hour.
    ///   - fetchCertificate: GETs a PEM certificate. It is called with https addresses of SNS hosts only, once for each
    ///     that succeeds; it must check the server's certificate and follow no redirects.
    public init(
        topicARNs: Set<String>,
        versions: Set<SNSSignatureVersion> = [.v1, .v2],
        tolerance: Duration = .seconds(3900),
        fetchCertificate: @escaping @Sendable (URL) async throws -> Data
    ) {
        self.topicARNs = topicARNs
        self.versions = versions
        self.tolerance = TimeTolerance(limit: tolerance)
        certificates = SNSCertificateCache(fetch: fetchCertificate)
    }

    /// The message, when SNS signed it for one of our topics.
    ///
    /// - Throws: `noSecret` (no topic is configured), `malformedBody`, `unsupportedSignatureVersion`, `topicNotAllowed`,
    ///   `untrustedURL`, `outsideTolerance`, `certificateUnavailable`, `unusableCertificate`,
    ///   `certificateOutsideValidity`, `signatureMismatch`.
    public func verify(rawBody: Data, at now: Date) async throws(SignatureError) -> SNSMessage {
        guard !topicARNs.isEmpty else { throw .noSecret }
        let envelope = try SNSEnvelope(parsing: rawBody)
        guard let version = SNSSignatureVersion(rawValue: envelope.signatureVersion), versions.contains(version) else {
            throw .unsupportedSignatureVersion
        }
        // All that needs no network comes before what does.
        guard topicARNs.contains(envelope.topicARN) else { throw .topicNotAllowed }
        guard let certificateURL = SNSAddress.certificate(envelope.signingCertURL) else { throw .untrustedURL }
        let message = try Self.message(of: envelope)
        try tolerance.check(message.timestamp, at: now)
        guard let signature = Data(base64Encoded: envelope.signature) else { throw .malformedBody }
        let text = try envelope.signedText()

        let certificate = try await certificates.certificate(at: certificateURL, now: now)
        guard certificate.validFrom <= now, now <= certificate.validTo else { throw .certificateOutsideValidity }
        guard certificate.signed(text, signature: signature, version: version) else { throw .signatureMismatch }
        return message
    }

    private static func message(of envelope: SNSEnvelope) throws(SignatureError) -> SNSMessage {
        guard let kind = SNSMessage.Kind(rawValue: envelope.type), let timestamp = envelope.time else { throw .malformedBody }
        var subscribeURL: URL?
        if let text = envelope.subscribeURL {
            guard let url = SNSAddress.trusted(text) else { throw .untrustedURL }
            subscribeURL = url
        }
        guard kind == .notification || (subscribeURL != nil && envelope.token != nil) else { throw .malformedBody }
        return SNSMessage(
            kind: kind,
            id: envelope.messageID,
            topicARN: envelope.topicARN,
            subject: envelope.subject,
            message: envelope.message,
            timestamp: timestamp,
            subscribeURL: subscribeURL,
            token: envelope.token
        )
    }
}
