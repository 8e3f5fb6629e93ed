/// How many requests are let in: so many a second for long, and so many at once after a pause.
package struct RateLimit: Hashable, Sendable {
    /// Above 0, and finite.
    package var rate: Double
    /// 1 or more.
    package var burst: Int

    package init(rate: Double, burst: Int) {
        self.rate = rate
        self.burst = burst
    }
}

/// The token bucket: each request takes a token, `rate` tokens come back every second, and it holds `burst` of them at most.
package struct TokenBucket: Hashable, Sendable {
    package enum Decision: Hashable, Sendable {
        /// Let in. So many more would be now, and after that time the bucket is full again.
        case taken(remaining: Int, full: Duration)
        /// Not let in; after that time there is a token.
        case refused(after: Duration)
    }

    private var tokens: Double
    private var time: ContinuousClock.Instant

    /// A full one.
    package init(_ limit: RateLimit, at time: ContinuousClock.Instant) {
        tokens = Double(limit.burst)
        self.time = time
    }

    package mutating func take(_ limit: RateLimit, at now: ContinuousClock.Instant) -> Decision {
        // Two that are asked at once may come here in the other order: time never runs backwards.
        if now > time {
            tokens += (now - time) / .seconds(1) * limit.rate
            time = now
        }
        tokens = min(tokens, Double(limit.burst))
        guard tokens >= 1 else { return .refused(after: .seconds((1 - tokens) / limit.rate)) }
        tokens -= 1
        return .taken(remaining: Int(tokens), full: .seconds((Double(limit.burst) - tokens) / limit.rate))
    }
}
