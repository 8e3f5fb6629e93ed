/// When a failed attempt is made again, and after how long.
///
/// That a kept connection turns out to have died, before anything of the request or the mail's content reached the peer,
/// is no attempt: it is made over a new connection whatever the policy says.
public struct RetryPolicy: Hashable, Sendable {
    /// What is tried again.
    public enum Scope: Hashable, Sendable {
        case nothing
        /// Only what certainly didn't reach the peer: no address, no connection, a connection lost before the request.
        case undelivered
        /// Also what may have reached it: lost connections, timeouts, and the statuses 408, 425, 429, 500, 502, 503, 504.
        /// For requests that may safely be done twice.
        case anyFailure
    }

    public var scope: Scope
    /// With the first.
    public var maximumAttempts: Int
    /// The first pause is up to this long; each next one up to twice as long.
    public var firstDelay: Duration
    /// No pause of our own is longer.
    public var maximumDelay: Duration
    /// A server that asks (`Retry-After`) for a longer pause gets none: its response is handed to the caller.
    public var maximumRetryAfter: Duration

    public init(
        _ scope: Scope,
        maximumAttempts: Int = 3,
        firstDelay: Duration = .milliseconds(250),
        maximumDelay: Duration = .seconds(10),
        maximumRetryAfter: Duration = .seconds(30)
    ) {
        self.scope = scope
        self.maximumAttempts = maximumAttempts
        self.firstDelay = firstDelay
        self.maximumDelay = maximumDelay
        self.maximumRetryAfter = maximumRetryAfter
    }

    public static let never = RetryPolicy(.nothing, maximumAttempts: 1)
    public static let ifUndelivered = RetryPolicy(.undelivered)
    public static let idempotent = RetryPolicy(.anyFailure)

    static let retriedStatuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

    /// How long to wait before the next attempt; nil when there is none.
    ///
    /// `attempt` is the number of the one that failed, from 1. `jitter` goes from 0 to 1: the pause is a random part of
    /// the full one, so that many clients don't come back together.
    func delay(after error: OutboundError, attempt: Int, jitter: Double) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        let isRetried =
            switch (scope, error.code) {
            case (.nothing, _): false
            case (_, .resolve), (_, .connect), (_, .connectionLost), (_, .timeout), (_, .badReply):
                scope == .anyFailure || !error.maybeDelivered
            default: false
            }
        return isRetried ? backoff(attempt: attempt, jitter: jitter) : nil
    }

    func delay(afterStatus status: Int, retryAfter: Duration?, attempt: Int, jitter: Double) -> Duration? {
        guard attempt < maximumAttempts, scope == .anyFailure, Self.retriedStatuses.contains(status) else { return nil }
        let own = backoff(attempt: attempt, jitter: jitter)
        guard let retryAfter else { return own }
        return retryAfter <= maximumRetryAfter ? max(own, retryAfter) : nil
    }

    private func backoff(attempt: Int, jitter: Double) -> Duration {
        let full = min(maximumDelay, firstDelay * (1 << min(attempt - 1, 20)))
        return full * jitter
    }
}
