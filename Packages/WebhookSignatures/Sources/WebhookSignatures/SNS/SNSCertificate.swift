import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// What is kept of a signing certificate: its key, and when it holds.
struct SNSCertificate: Sendable {
    let key: _RSA.Signing.PublicKey
    let validFrom: Date
    let validTo: Date

    /// - Throws: `unusableCertificate` when it isn't a PEM certificate with an RSA key that names an SNS host.
    init(pem: Data) throws(SignatureError) {
        guard let text = String(validating: pem, as: UTF8.self),
            let certificate = try? Certificate(pemEncoded: text),
            let key = _RSA.Signing.PublicKey(certificate.publicKey),
            let names = try? certificate.extensions.subjectAlternativeNames
        else { throw .unusableCertificate }

        let namesAnSNSHost = names.contains { name in
            guard case .dnsName(let host) = name else { return false }
            return SNSAddress.isCertificateName(host)
        }
        guard namesAnSNSHost else { throw .unusableCertificate }
        self.key = key
        validFrom = certificate.notValidBefore
        validTo = certificate.notValidAfter
    }

    func signed(_ text: Data, signature: Data, version: SNSSignatureVersion) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch version {
        case .v1: key.isValidSignature(signature, for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
        case .v2: key.isValidSignature(signature, for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
        }
    }
}
