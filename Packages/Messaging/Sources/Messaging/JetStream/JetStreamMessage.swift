public import Foundation

/// One delivery of a stream's message to a consumer. It comes again unless it is settled within the consumer's ack wait.
///
/// Settling is sent without waiting: when that is lost, the message comes again, so whoever applies it must know what is done already.
public struct JetStreamMessage: Sendable {
    public struct Metadata: Hashable, Sendable {
        public var stream: String
        public var consumer: String
        /// 1 for the first delivery.
        public var deliveries: Int
        public var streamSequence: UInt64
        public var consumerSequence: UInt64
        /// When the stream took it; `nil` when it was read from the stream.
        public var timestamp: Date?
        /// How many the stream has behind it for this consumer.
        public var pending: Int
    }

    public let message: NATSMessage
    public let metadata: Metadata
    let client: NATSClient

    public var subject: String { message.subject }
    public var headers: NATSHeaders { message.headers }
    public var payload: Data { message.payload }

    /// What was delivered to the consumer before, and is read from the stream once more. `position` is one to which it had been delivered then.
    ///
    /// Its ack subject is as the server writes them (2.9.10, consumer.go, ackReply): it takes an ack by the stream's number when the message is
    /// pending, and a NAK when the delivery's number also lies between its ack floor and its last.
    init(_ stored: StoredMessage, again position: ConsumerState.Position, of consumer: String, stream: String, client: NATSClient) {
        let reply = "$JS.ACK.\(stream).\(consumer).2.\(stored.sequence).\(position.delivery).0.0"
        message = NATSMessage(subject: stored.subject, reply: reply, headers: stored.headers, payload: stored.payload)
        metadata = Metadata(
            stream: stream,
            consumer: consumer,
            deliveries: 2,
            streamSequence: stored.sequence,
            consumerSequence: position.delivery,
            timestamp: nil,
            pending: 0
        )
        self.client = client
    }

    init(message: NATSMessage, metadata: Metadata, client: NATSClient) {
        self.message = message
        self.metadata = metadata
        self.client = client
    }

    /// Done.
    public func ack() { settle("+ACK") }

    /// Done, all of them: handed to the connection together.
    static func ack(_ messages: some Collection<JetStreamMessage>) {
        messages.first?.client.post(messages.compactMap { message in message.message.reply.map { ($0, Data("+ACK".utf8)) } })
    }

    /// Not now; again after `delay`.
    public func nak(delay: Duration = .zero) {
        settle(delay == .zero ? "-NAK" : "-NAK {\"delay\":\(delay.nanoseconds)}")
    }

    /// Never again, to this consumer.
    public func term() { settle("+TERM") }

    /// Still at it: the ack wait begins anew.
    public func inProgress() { settle("+WPI") }

    /// Done, and the server has heard it.
    public func ackSync(timeout: Duration = .seconds(5)) async throws {
        guard let reply = message.reply else { return }
        _ = try await client.request(reply, payload: Data("+ACK".utf8), timeout: timeout)
    }

    private func settle(_ word: String) {
        guard let reply = message.reply else { return }
        client.post(reply, payload: Data(word.utf8))
    }
}

extension JetStreamMessage.Metadata {
    /// Reads an ack subject: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<ns>.<pending>`; newer servers put a
    /// domain and an account hash before the stream, and a random token behind (ADR-15 of nats-architecture-and-design).
    package init?(ackSubject: String) {
        var tokens = ackSubject.split(separator: ".", omittingEmptySubsequences: false)[...]
        guard tokens.count >= 9, tokens.starts(with: ["$JS", "ACK"]) else { return nil }
        tokens = tokens.dropFirst(tokens.count >= 11 ? 4 : 2)
        let parts = Array(tokens)
        guard let deliveries = Int(parts[2]), let streamSequence = UInt64(parts[3]), let consumerSequence = UInt64(parts[4]),
            let nanoseconds = Int64(parts[5]), let pending = Int(parts[6])
        else { return nil }
        self.init(
            stream: String(parts[0]),
            consumer: String(parts[1]),
            deliveries: deliveries,
            streamSequence: streamSequence,
            consumerSequence: consumerSequence,
            timestamp: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9),
            pending: pending
        )
    }
}
