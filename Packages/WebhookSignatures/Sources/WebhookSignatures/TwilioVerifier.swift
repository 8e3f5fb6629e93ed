import Crypto
public import Foundation

/// Verifies Twilio's requests by their `X-Twilio-Signature` header.
///
/// Twilio signs no time, so a replay is caught only by deduplication (MessageSid and MessageStatus).
/// Source: twilio-python `request_validator.py`, twilio-ruby `request_validator_spec.rb`.
public struct TwilioVerifier: Sendable {
    private let keys: ActiveKeys

    /// - Parameter authTokens: all that are active (primary and secondary), and secrets of shared keys. With none, everything is refused.
    /// - Throws: `unusableSecret` when one is empty.
    public init(authTokens: [String]) throws(SignatureError) {
        guard authTokens.allSatisfy({ !$0.isEmpty }) else { throw .unusableSecret }
        keys = ActiveKeys(authTokens.map { SymmetricKey(data: Data($0.utf8)) })
    }

    /// Returns only when Twilio signed this request to this address.
    ///
    /// - Parameters:
    ///   - signature: the `X-Twilio-Signature` header.
    ///   - settings: the `X-Twilio-Webhooks-Signature-Settings` header, sent with shared keys: names the algorithm.
    ///   - url: the **public** address that Twilio was given, with its query; never built from the Host header.
    ///   - contentType: of the request. A form's fields are part of what is signed; any other body by its `bodySHA256` in the query.
    ///   - rawBody: the body as it came.
    /// - Throws: `noSecret`, `missingHeader`, `malformedHeader`, `malformedBody`, `signatureMismatch`.
    public func verify(
        signature: String?,
        settings: String? = nil,
        url: String,
        contentType: String?,
        rawBody: Data
    ) throws(SignatureError) {
        guard !keys.isEmpty else { throw .noSecret }
        guard let signature, !signature.isEmpty else { throw .missingHeader("x-twilio-signature") }
        guard let candidate = Data(base64Encoded: signature) else { throw .malformedHeader("x-twilio-signature") }
        let algorithm = try TwilioAlgorithm(settings: settings)

        let fields = try Self.signedFields(url: url, contentType: contentType, rawBody: rawBody)
        // Twilio's own signing is not consistent about the port, so both spellings count.
        for spelling in TwilioURL(url).spellings {
            let signed = [TwilioSigner.message(url: spelling, fields: fields)]
            let accepted =
                switch algorithm {
                case .hmacSHA1: keys.authenticate([candidate], over: signed, with: Insecure.SHA1.self)
                case .hmacSHA256: keys.authenticate([candidate], over: signed, with: SHA256.self)
                }
            if accepted { return }
        }
        throw .signatureMismatch
    }

    private static func signedFields(url: String, contentType: String?, rawBody: Data) throws(SignatureError) -> [FormField] {
        if rawBody.isEmpty { return [] }
        if contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true {
            guard let fields = FormField.parse(rawBody) else { throw .malformedBody }
            return fields
        }
        // Without its hash in the signed address nothing would vouch for the body.
        guard let stated = TwilioURL(url).bodyHash, let bytes = Data(hexadecimal: stated) else { throw .signatureMismatch }
        guard Data(SHA256.hash(data: rawBody)) == bytes else { throw .signatureMismatch }
        return []
    }
}

/// Signs as Twilio does: for tests and the provider sandbox.
public struct TwilioSigner: Sendable {
    private let key: SymmetricKey

    /// - Throws: `unusableSecret` when it is empty.
    public init(authToken: String) throws(SignatureError) {
        guard !authToken.isEmpty else { throw .unusableSecret }
        key = SymmetricKey(data: Data(authToken.utf8))
    }

    /// The `X-Twilio-Signature` of a form posted to `url`; nil when the body isn't one.
    public func sign(url: String, formBody: Data) -> String? {
        FormField.parse(formBody).map { sign(url: url, fields: $0) }
    }

    /// Where to send another kind of body (the address with its hash added), and with which `X-Twilio-Signature`.
    public func sign(url: String, body: Data) -> (url: String, signature: String) {
        let hash = Data(SHA256.hash(data: body)).hexadecimal
        let full = "\(url)\(url.contains("?") ? "&" : "?")bodySHA256=\(hash)"
        return (full, sign(url: full, fields: []))
    }

    private func sign(url: String, fields: [FormField]) -> String {
        let message = Self.message(url: url, fields: fields)
        return Data(ActiveKeys.code(over: [message], key: key, with: Insecure.SHA1.self)).base64EncodedString()
    }

    /// The address, then every distinct field as key and value with nothing between, sorted by key, then by value.
    static func message(url: String, fields: [FormField]) -> Data {
        var message = Data(url.utf8)
        for field in Set(fields).sorted() {
            message.append(contentsOf: field.name)
            message.append(contentsOf: field.value)
        }
        return message
    }
}

/// What the settings header of a shared key names; HMAC-SHA1 without one.
private enum TwilioAlgorithm: String {
    case hmacSHA1 = "HMAC_SHA1"
    case hmacSHA256 = "HMAC_SHA256"

    init(settings: String?) throws(SignatureError) {
        let name = (settings ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .first { $0.hasPrefix("algorithm=") }?
            .dropFirst("algorithm=".count)
        guard let name, !name.isEmpty else {
            self = .hmacSHA1
            return
        }
        guard let algorithm = Self(rawValue: name.uppercased()) else {
            throw .malformedHeader("x-twilio-webhooks-signature-settings")
        }
        self = algorithm
    }
}
