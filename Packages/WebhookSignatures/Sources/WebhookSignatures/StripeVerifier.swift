import Crypto
public import Foundation

/// Verifies deliveries of Stripe by their `Stripe-Signature` header.
///
/// Source: stripe-dotnet `EventUtility.cs`; the test scheme `v0` is never accepted.
public struct StripeVerifier: Sendable {
    private let keys: ActiveKeys
    private let tolerance: TimeTolerance

    /// - Parameters:
    ///   - secrets: all that are active, as Stripe shows them: their text is the key. With none, everything is refused.
    ///   - tolerance: how far the signed time may be from now.
    /// - Throws: `unusableSecret` when one is empty.
    public init(secrets: [String], tolerance: Duration = .seconds(300)) throws(SignatureError) {
        guard secrets.allSatisfy({ !$0.isEmpty }) else { throw .unusableSecret }
        keys = ActiveKeys(secrets.map { SymmetricKey(data: Data($0.utf8)) })
        self.tolerance = TimeTolerance(limit: tolerance)
    }

    /// Returns only when Stripe signed exactly these bytes, within the tolerance of `now`.
    ///
    /// - Throws: `noSecret`, `missingHeader`, `malformedHeader`, `outsideTolerance`, `signatureMismatch`.
    public func verify(signature header: String?, rawBody: Data, at now: Date) throws(SignatureError) {
        guard !keys.isEmpty else { throw .noSecret }
        guard let header else { throw .missingHeader("stripe-signature") }

        let items = header.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }.filter { $0.count == 2 }
        guard let timestamp = items.first(where: { $0[0] == "t" })?[1], let seconds = Int64(timestamp) else {
            throw .malformedHeader("stripe-signature")
        }
        let candidates = items.filter { $0[0] == "v1" }.prefix(maximumCandidates).compactMap { Data(hexadecimal: $0[1]) }
        guard !candidates.isEmpty else { throw .malformedHeader("stripe-signature") }

        try tolerance.check(Date(timeIntervalSince1970: TimeInterval(seconds)), at: now)
        guard keys.authenticate(candidates, over: [Data("\(timestamp).".utf8), rawBody], with: SHA256.self) else {
            throw .signatureMismatch
        }
    }
}

/// Signs as Stripe does: for tests and the provider sandbox.
public struct StripeSigner: Sendable {
    private let key: SymmetricKey

    /// - Throws: `unusableSecret` when it is empty.
    public init(secret: String) throws(SignatureError) {
        guard !secret.isEmpty else { throw .unusableSecret }
        key = SymmetricKey(data: Data(secret.utf8))
    }

    /// The value of the `Stripe-Signature` header for `rawBody`.
    public func sign(rawBody: Data, at time: Date) -> String {
        let timestamp = Int64(time.timeIntervalSince1970.rounded(.down))
        let code = ActiveKeys.code(over: [Data("\(timestamp).".utf8), rawBody], key: key, with: SHA256.self)
        return "t=\(timestamp),v1=\(Data(code).hexadecimal)"
    }
}
