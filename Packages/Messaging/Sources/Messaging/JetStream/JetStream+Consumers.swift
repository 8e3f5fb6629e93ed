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
    /// Where a new consumer begins; an existing one stays where it is.
    public var start: Start

    public enum Start: Hashable, Sendable {
        case first, new
        case sequence(UInt64)
    }

    public init(
        stream: String,
        durableName: String,
        filterSubject: String? = nil,
        ackWait: Duration = .seconds(30),
        maximumAcksPending: Int = 10_000,
        start: Start = .first
    ) {
        self.stream = stream
        self.durableName = durableName
        self.filterSubject = filterSubject
        self.ackWait = ackWait
        self.maximumAcksPending = maximumAcksPending
        self.start = start
    }

    /// What may be changed on an existing consumer too.
    var fields: [String: Any] {
        var fields: [String: Any] = [
            "durable_name": durableName,
            "ack_policy": "explicit",
            "ack_wait": ackWait.nanoseconds,
            "max_deliver": -1,
            "max_ack_pending": maximumAcksPending,
            "replay_policy": "instant",
        ]
        if let filterSubject { fields["filter_subject"] = filterSubject }
        return fields
    }

    /// The server refuses to change these.
    var startFields: [String: Any] {
        switch start {
        case .first: ["deliver_policy": "all"]
        case .new: ["deliver_policy": "new"]
        case .sequence(let sequence): ["deliver_policy": "by_start_sequence", "opt_start_seq": max(1, sequence)]
        }
    }
}

/// How far a consumer has come.
public struct ConsumerState: Decodable, Hashable, Sendable {
    public struct Position: Decodable, Hashable, Sendable {
        /// Counts deliveries, repeated ones too.
        public var delivery: UInt64
        public var stream: UInt64

        enum CodingKeys: String, CodingKey {
            case delivery = "consumer_seq"
            case stream = "stream_seq"
        }
    }

    /// The last that was delivered.
    public var delivered: Position
    /// Everything up to it is settled.
    public var ackFloor: Position
    /// Delivered, not settled yet.
    public var acksPending: Int
    /// Not delivered yet.
    public var pending: Int
    /// Pulls that stand, and that somebody listens to.
    public var waiting: Int

    enum CodingKeys: String, CodingKey {
        case delivered
        case ackFloor = "ack_floor"
        case acksPending = "num_ack_pending"
        case pending = "num_pending"
        case waiting = "num_waiting"
    }
}

extension JetStream {
    /// Makes the consumer, or updates the existing one; where it stands in the stream is kept, and what `configuration` doesn't speak of.
    public func ensureConsumer(_ configuration: ConsumerConfiguration) async throws {
        let name = "\(configuration.stream).\(configuration.durableName)"
        var fields = configuration.fields.merging(configuration.startFields) { $1 }
        do {
            let info = try await call("CONSUMER.INFO.\(name)")
            guard let answer = try JSONSerialization.jsonObject(with: info) as? [String: Any],
                let existing = answer["config"] as? [String: Any]
            else { throw NATSError(.invalidReply, "CONSUMER.INFO holds no configuration") }
            fields = existing.merging(configuration.fields) { $1 }
            if (fields as NSDictionary).isEqual(to: existing) { return }
        } catch let error as NATSError where error.jetStreamCode == JetStreamCode.consumerNotFound {}
        _ = try await call("CONSUMER.DURABLE.CREATE.\(name)", try Self.json(["stream_name": configuration.stream, "config": fields]))
    }

    /// Has the server deliver again, and before anything new, what it has lately delivered and nobody has settled.
    ///
    /// What was on its way when a connection or a process ended would else come after the ack wait, behind newer messages. Only for who
    /// holds none of them: of two members of a consumer, each gets some that the other works on. `limit` is how far back it goes from the
    /// last delivery.
    func redeliverUnsettled(stream: String, consumer: String, limit: UInt64) async throws {
        // This question also makes the server drop pulls that nobody listens to any more, which would swallow messages: see `giveBack`.
        let state = try await state(ofConsumer: consumer, stream: stream)
        let delivered = state.delivered.stream
        let first = max(state.ackFloor.stream, delivered > limit ? delivered - limit : 0) + 1
        guard state.acksPending > 0 else { return }
        // Where the server meets a pull that nobody listens to any more with a redelivery in its hand, it counts itself back by one (2.9.10,
        // loopAndGatherMsgs): what it calls the last may not be it. It takes no notice of what was never delivered.
        let last = max(first, delivered + 50)
        // An ack subject as the server writes them (consumer.go, ackReply and processNak): it takes it when the message is pending, and
        // the delivery's number lies between its ack floor and its last.
        func subject(_ sequence: UInt64) -> String { "$JS.ACK.\(stream).\(consumer).1.\(sequence).\(state.delivered.delivery).0.0" }
        for sequence in first...last {
            // What it could not deliver any more it has queued by itself (didNotDeliver), the last before the first: a delay takes that off
            // the queue again, so that all are queued in their order.
            client.post(subject(sequence), payload: Data(#"-NAK {"delay": 60000000000}"#.utf8))
            if sequence < last { client.post(subject(sequence), payload: Data("-NAK".utf8)) }
        }
        // Acks are worked on in order: when this one is answered, all are queued, and a pull that comes now gets them first.
        _ = try await client.request(subject(last), payload: Data("-NAK".utf8), timeout: timeout)
    }

    public func state(ofConsumer consumer: String, stream: String) async throws -> ConsumerState {
        try JSONDecoder().decode(ConsumerState.self, from: try await call("CONSUMER.INFO.\(stream).\(consumer)"))
    }

    /// Pulls from a consumer, until the connection is lost; see ``PullSubscription``. `heartbeat` is how often the server tells that a pull
    /// stands: two missed ones and it is made anew.
    public func pull(
        stream: String,
        consumer: String,
        batch: Int = 500,
        heartbeat: Duration = .seconds(5)
    ) -> PullSubscription {
        PullSubscription(jetStream: self, stream: stream, consumer: consumer, batch: batch, heartbeat: heartbeat)
    }
}
