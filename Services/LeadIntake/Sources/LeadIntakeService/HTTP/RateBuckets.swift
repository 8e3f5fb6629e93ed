import Contracts
import Foundation
import HTTPTypes
import ServiceKit
import Synchronization

/// A token bucket for each `Key`: in the memory of this process, and only for so many of them.
final class RateBuckets<Key: Hashable & Sendable>: Sendable {
    private let buckets: Mutex<BoundedTable<Key, TokenBucket>>

    init(limit: Int) {
        buckets = Mutex(BoundedTable(limit: limit))
    }

    func take(_ key: Key, _ limit: RateLimit, at time: ContinuousClock.Instant) -> TokenBucket.Decision {
        buckets.withLock { buckets in
            var bucket = buckets[key] ?? TokenBucket(limit, at: time)
            let decision = bucket.take(limit, at: time)
            buckets[key] = bucket
            return decision
        }
    }
}

/// What a client is told of the limit, in the headers that most APIs use, with whole seconds.
struct RateNotice: Sendable {
    var limit: RateLimit
    var decision: TokenBucket.Decision

    var headers: HTTPFields {
        var headers: HTTPFields = [.rateLimitLimit: "\(limit.burst)"]
        switch decision {
        case .taken(let remaining, let full):
            headers[.rateLimitRemaining] = "\(remaining)"
            headers[.rateLimitReset] = "\(full.wholeSeconds)"
        case .refused(let wait):
            headers[.rateLimitRemaining] = "0"
            headers[.rateLimitReset] = "\(max(1, wait.wholeSeconds))"
            headers[.retryAfter] = "\(max(1, wait.wholeSeconds))"
        }
        return headers
    }

    /// The answer of status 429 (RFC 6585); `nil` for who is let in.
    func refusal(_ whose: String) -> ProblemAnswer? {
        guard case .refused(let wait) = decision else { return nil }
        let problem = Problem(
            "too-many-requests",
            "There are too many requests",
            status: 429,
            detail: "\(whose) \(limit.words). Send it again in \(max(1, wait.wholeSeconds)) s."
        )
        return ProblemAnswer(problem, headers: headers)
    }
}

extension RateLimit {
    fileprivate var words: String {
        "may send \(rate.formatted(.number.grouping(.never).locale(Locale(identifier: "en_US_POSIX")))) requests a second and \(burst) at once"
    }
}

extension Duration {
    /// Rounded up: who waits that long has waited long enough.
    fileprivate var wholeSeconds: Int { Int(Swift.min(self / .seconds(1), 1e9).rounded(.up)) }
}

extension HTTPField.Name {
    // All are tokens of RFC 9110, so that the initialiser can't refuse them; Content-Type only stands in for the type checker.
    static let rateLimitLimit = HTTPField.Name("RateLimit-Limit") ?? .contentType
    static let rateLimitRemaining = HTTPField.Name("RateLimit-Remaining") ?? .contentType
    static let rateLimitReset = HTTPField.Name("RateLimit-Reset") ?? .contentType
}
