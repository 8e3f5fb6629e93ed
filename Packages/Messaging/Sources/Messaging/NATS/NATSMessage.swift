public import Foundation

/// One received message, copied out of the library.
public struct NATSMessage: Sendable {
    public var subject: String
    /// Where an answer goes.
    public var reply: String?
    public var headers: NATSHeaders
    public var payload: Data
    /// When it reached this process.
    public var receivedAt: ContinuousClock.Instant

    public init(
        subject: String,
        reply: String? = nil,
        headers: NATSHeaders = [:],
        payload: Data = Data(),
        receivedAt: ContinuousClock.Instant = .now
    ) {
        self.subject = subject
        self.reply = reply
        self.headers = headers
        self.payload = payload
        self.receivedAt = receivedAt
    }

    /// The server's own word instead of a message: 503 no responders, 408 expired, 409 refused, 100 heartbeat.
    package var status: Int? {
        guard payload.isEmpty else { return nil }
        return headers["Status"].flatMap { Int($0) }
    }
}
