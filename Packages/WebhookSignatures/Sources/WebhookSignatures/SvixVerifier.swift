import Crypto
public import Foundation

/// Verifies deliveries of Svix and of Standard Webhooks (Recurrente sends through Svix).
public struct SvixVerifier: Sendable {
    private let keys: ActiveKeys
    private let tolerance: TimeTolerance

    /// - Parameters:
    ///   - secrets: all that are active, as the provider shows them, with or without `whsec_`. With none, everything is refused.
    ///   - tolerance: how far the signed time may be from now.
    /// - Throws: `unusableSecret` when one isn't base64.
    public init(secrets: [String], tolerance: Duration = .seconds(300)) throws(SignatureError) {
        var keys: [SymmetricKey] = []
        for secret in secrets {
            keys.append(try SvixSecret(secret).key)
        }
        self.keys = ActiveKeys(keys)
        self.tolerance = TimeTolerance(limit: tolerance)
    }

    /// Returns only when the provider signed exactly these bytes, within the tolerance of `now`.
    ///
    /// - Throws: `noSecret`, `malformedHeader`, `outsideTolerance`, `signatureMismatch`.
    public func verify(_ headers: SvixHeaders, rawBody: Data, at now: Date) throws(SignatureError) {
        guard !keys.isEmpty else { throw .noSecret }
        // The parts are joined by full stops, so an id with one could be cut in another place than it was signed.
        guard !headers.id.utf8.contains(UInt8(ascii: ".")) else { throw .malformedHeader("svix-id") }
        guard let seconds = Int64(headers.timestamp) else { throw .malformedHeader("svix-timestamp") }
        try tolerance.check(Date(timeIntervalSince1970: TimeInterval(seconds)), at: now)

        let candidates = headers.signature.split(separator: " ").prefix(maximumCandidates).compactMap { item -> Data? in
            guard item.hasPrefix("v1,") else { return nil }
            return Data(base64Encoded: String(item.dropFirst(3)))
        }
        let signed = [Data("\(headers.id).\(headers.timestamp).".utf8), rawBody]
        guard keys.authenticate(candidates, over: signed, with: SHA256.self) else { throw .signatureMismatch }
    }
}

/// Signs as Svix does: for tests and the provider sandbox.
public struct SvixSigner: Sendable {
    private let key: SymmetricKey

    /// - Throws: `unusableSecret` when it isn't base64.
    public init(secret: String) throws(SignatureError) {
        key = try SvixSecret(secret).key
    }

    /// The headers of one attempt to deliver `rawBody`.
    public func sign(id: String, rawBody: Data, at time: Date) -> SvixHeaders {
        let timestamp = String(Int64(time.timeIntervalSince1970.rounded(.down)))
        let code = ActiveKeys.code(over: [Data("\(id).\(timestamp).".utf8), rawBody], key: key, with: SHA256.self)
        return SvixHeaders(id: id, timestamp: timestamp, signature: "v1,\(Data(code).base64EncodedString())")
    }
}

/// `whsec_` and base64, padded or not: Svix's own libraries take all of them.
private struct SvixSecret {
    let key: SymmetricKey

    init(_ text: String) throws(SignatureError) {
        var encoded = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
        while encoded.utf8.count % 4 != 0, !encoded.isEmpty, !encoded.hasSuffix("==") {
            encoded.append("=")
        }
        guard let bytes = Data(base64Encoded: encoded), !bytes.isEmpty else { throw .unusableSecret }
        key = SymmetricKey(data: bytes)
    }
}
