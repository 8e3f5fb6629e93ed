import Foundation

/// A durable pull consumer with explicit acks.
public struct ConsumerConfiguration: Sendable {
    public var stream: String
    public var durableName: String
    /// nats-server 2.9 takes one filter at most; without one the consumer sees the whole stream.
    public var filterSubject: String?
    /// What isn't settled within it is delivered again.
    public var ackWait: Duration
    /// How many may be on their way at once, those waiting for a delayed redelivery included.
    public var maximumAcksPending: Int
    /// Where a new consumer begins.
    public var startsWithNew: Bool

    public init(
        stream: String,
        durableName: String,
        filterSubject: String? = nil,
        ackWait: Duration = .seconds(30),
        maximumAcksPending: Int = 10_000,
        startsWithNew: Bool = false
    ) {
        self.stream = stream
        self.durableName = durableName
        self.filterSubject = filterSubject
        self.ackWait = ackWait
        self.maximumAcksPending = maximumAcksPending
        self.startsWithNew = startsWithNew
    }

    var fields: [String: Any] {
        var fields: [String: Any] = [
            "durable_name": durableName,
            "deliver_policy": startsWithNew ? "new" : "all",
            "ack_policy": "explicit",
            "ack_wait": ackWait.nanoseconds,
            "max_deliver": -1,
            "max_ack_pending": maximumAcksPending,
            "replay_policy": "instant",
        ]
        if let filterSubject { fields["filter_subject"] = filterSubject }
        return fields
    }
}

/// How far a consumer has come.
public struct ConsumerState: Decodable, Hashable, Sendable {
    /// Delivered, not settled yet.
    public var acksPending: Int
    /// Not delivered yet.
    public var pending: Int

    enum CodingKeys: String, CodingKey {
        case acksPending = "num_ack_pending"
        case pending = "num_pending"
    }
}

extension JetStream {
    /// Makes the consumer, or updates the existing one; where it stands in the stream is kept.
    public func ensureConsumer(_ configuration: ConsumerConfiguration) async throws {
        _ = try await call(
            "CONSUMER.DURABLE.CREATE.\(configuration.stream).\(configuration.durableName)",
            try Self.json(["stream_name": configuration.stream, "config": configuration.fields])
        )
    }

    public func state(ofConsumer consumer: String, stream: String) async throws -> ConsumerState {
        try JSONDecoder().decode(ConsumerState.self, from: try await call("CONSUMER.INFO.\(stream).\(consumer)"))
    }

    /// Pulls from a consumer; see ``PullSubscription``. `heartbeat` is how often the server tells that a pull stands: two missed ones and it
    /// is made anew.
    public func pull(
        stream: String,
        consumer: String,
        batch: Int = 500,
        heartbeat: Duration = .seconds(5)
    ) -> PullSubscription {
        PullSubscription(jetStream: self, stream: stream, consumer: consumer, batch: batch, heartbeat: heartbeat)
    }
}
