/// Why a delivery was not accepted as the provider's own.
///
/// No case carries a secret, a signature or a part of the body: all of them may be logged.
public enum SignatureError: Error, Hashable, Sendable {
    /// No secret is configured: answer 503, never accept.
    case noSecret
    /// A configured secret can't be one of this provider's (empty, or not base64 where it must be).
    case unusableSecret
    case missingHeader(String)
    case malformedHeader(String)
    /// The signed time is further from now than the tolerance allows: a replay, or a wrong clock.
    case outsideTolerance
    case signatureMismatch
    /// The body isn't an SNS envelope, or not one that can be signed unambiguously.
    case malformedBody
    case unsupportedSignatureVersion
    /// SNS: the topic isn't on the allow-list.
    case topicNotAllowed
    /// SNS: the certificate or subscription address isn't one of Amazon's SNS hosts over https.
    case untrustedURL
    /// SNS: the certificate could not be fetched; the delivery may be good, so ask for it again (5xx).
    case certificateUnavailable
    /// SNS: what was fetched isn't an RSA certificate for an SNS host.
    case unusableCertificate
    /// SNS: the certificate is expired or not valid yet at the time given.
    case certificateOutsideValidity

    /// True when nothing is wrong with the delivery as far as is known: the provider should send it again.
    public var isTemporary: Bool {
        switch self {
        case .noSecret, .unusableSecret, .certificateUnavailable: true
        default: false
        }
    }
}

extension SignatureError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSecret: "no signing secret is configured"
        case .unusableSecret: "a configured signing secret is unusable"
        case .missingHeader(let name): "the header \(name) is missing"
        case .malformedHeader(let name): "the header \(name) is malformed"
        case .outsideTolerance: "the signed time is outside of the tolerance"
        case .signatureMismatch: "no signature matches"
        case .malformedBody: "the body is not a signed envelope"
        case .unsupportedSignatureVersion: "the signature version is not supported"
        case .topicNotAllowed: "the topic is not on the allow-list"
        case .untrustedURL: "an address in the envelope is not one of the provider's"
        case .certificateUnavailable: "the signing certificate could not be fetched"
        case .unusableCertificate: "the signing certificate is unusable"
        case .certificateOutsideValidity: "the signing certificate is expired or not yet valid"
        }
    }
}
