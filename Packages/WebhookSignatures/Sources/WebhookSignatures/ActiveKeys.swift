import Crypto
import Foundation

/// The HMAC keys that are valid at one time: usually one, two while a secret is being rotated.
struct ActiveKeys: Sendable {
    private let keys: [SymmetricKey]

    init(_ keys: [SymmetricKey]) {
        self.keys = keys
    }

    var isEmpty: Bool { keys.isEmpty }

    /// True when one of `candidates` is the code of the message under one of the keys.
    ///
    /// Each key's code is computed once, however many candidates a sender lists, and each comparison takes the same
    /// time wherever the bytes differ (swift-crypto compares codes in constant time).
    func authenticate<Hash: HashFunction>(_ candidates: [Data], over parts: [Data], with _: Hash.Type) -> Bool {
        var accepted = false
        for key in keys {
            let code = Self.code(over: parts, key: key, with: Hash.self)
            for candidate in candidates where code == candidate {
                accepted = true
            }
        }
        return accepted
    }

    static func code<Hash: HashFunction>(
        over parts: [Data],
        key: SymmetricKey,
        with _: Hash.Type
    ) -> HashedAuthenticationCode<Hash> {
        var hmac = HMAC<Hash>(key: key)
        for part in parts {
            hmac.update(data: part)
        }
        return hmac.finalize()
    }
}

/// The window around now in which a signed time is believed; both sides, since a clock may be fast too.
struct TimeTolerance: Sendable {
    let limit: Duration

    func check(_ signedAt: Date, at now: Date) throws(SignatureError) {
        let distance = abs(now.timeIntervalSince(signedAt))
        guard distance <= limit / .seconds(1) else { throw .outsideTolerance }
    }
}

/// How many signatures of one header are looked at. Providers send one per active secret; more is somebody's noise.
let maximumCandidates = 16
