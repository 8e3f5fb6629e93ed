import Crypto
public import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// Signs as SNS does, with a key of our own making: for tests and the provider sandbox.
///
/// A verifier accepts it only when its `fetchCertificate` answers ``certificateURL`` with ``certificatePEM``.
public struct SNSSigner: Sendable {
    /// Where the envelope says the certificate is; an address that a verifier takes for Amazon's.
    public let certificateURL: URL
    public let certificatePEM: String
    public let privateKeyPEM: String
    private let key: _RSA.Signing.PrivateKey

    /// - Throws: when the PEM text isn't an RSA key.
    public init(certificatePEM: String, privateKeyPEM: String, region: String = "us-east-1") throws {
        key = try _RSA.Signing.PrivateKey(pemRepresentation: privateKeyPEM)
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
        // Named by its content, as Amazon's are: another certificate must have another address, since they are cached.
        let name = Data(Insecure.MD5.hash(data: Data(certificatePEM.utf8))).hexadecimal
        guard let url = SNSAddress.certificate("https://sns.\(region).amazonaws.com/SimpleNotificationService-\(name).pem") else {
            throw SignatureError.untrustedURL
        }
        certificateURL = url
    }

    /// A signer with a new 2048-bit key and a self-signed certificate. Takes CPU time: make one and keep it.
    public static func makeLocal(
        validFrom: Date,
        validTo: Date,
        region: String = "us-east-1",
        hostName: String = "sns.amazonaws.com"
    ) throws -> SNSSigner {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let name = try DistinguishedName { CommonName(hostName) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: validFrom,
            notValidAfter: validTo,
            issuer: name,
            subject: name,
            signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: Certificate.Extensions { SubjectAlternativeNames([.dnsName(hostName)]) },
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        return try SNSSigner(
            certificatePEM: certificate.serializeAsPEM().pemString,
            privateKeyPEM: key.pemRepresentation,
            region: region
        )
    }

    /// The body that SNS would post for `message`.
    ///
    /// - Throws: `malformedBody` when a member other than the message text has a line break.
    public func sign(_ message: SNSMessage, version: SNSSignatureVersion = .v1) throws -> Data {
        var envelope = SNSEnvelope(message, version: version, signingCertURL: certificateURL.absoluteString)
        let text = try envelope.signedText()
        let signature =
            switch version {
            case .v1: try key.signature(for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
            case .v2: try key.signature(for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
            }
        envelope.signature = signature.rawRepresentation.base64EncodedString()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return try encoder.encode(envelope)
    }
}
