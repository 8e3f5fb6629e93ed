public import Foundation

/// One delivery of a stream's message to a consumer. It comes again unless it is settled within the consumer's ack wait.
///
/// Settling is sent without waiting: when that is lost, the message comes again, so whoever applies it must know what is done already. Its
/// headers are not read: what they say of an event stands in its envelope too.
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

    /// By reference: it is handed on many times, and there is much in it to be copied.
    private final class Contents: Sendable {
        let message: NATSMessage
        let metadata: Metadata
        let client: NATSClient

        init(message: NATSMessage, metadata: Metadata, client: NATSClient) {
            (self.message, self.metadata, self.client) = (message, metadata, client)
        }
    }

    private let contents: Contents

    public var metadata: Metadata { contents.metadata }
    var client: NATSClient { contents.client }
    /// Its number in the stream.
    var sequence: UInt64 { contents.metadata.streamSequence }
    var deliveries: Int { contents.metadata.deliveries }

    public var subject: String { contents.message.subject }
    public var payload: Data { contents.message.payload }
    var reply: String? { contents.message.reply }

    /// What was delivered to the consumer before, and is read from the stream once more. `position` is one to which it had been delivered then.
    ///
    /// Its ack subject is as the server writes them (2.9.10, consumer.go, ackReply): it takes an ack by the stream's number when the message is
    /// pending, and a NAK when the delivery's number also lies between its ack floor and its last.
    init(_ stored: StoredMessage, again position: ConsumerState.Position, of consumer: String, stream: String, client: NATSClient) {
        let reply = "$JS.ACK.\(stream).\(consumer).2.\(stored.sequence).\(position.delivery).0.0"
        self.init(
            message: NATSMessage(subject: stored.subject, reply: reply, headers: stored.headers, payload: stored.payload),
            metadata: Metadata(
                stream: stream,
                consumer: consumer,
                deliveries: 2,
                streamSequence: stored.sequence,
                consumerSequence: position.delivery,
                timestamp: nil,
                pending: 0
            ),
            client: client
        )
    }

    init(message: NATSMessage, metadata: Metadata, client: NATSClient) {
        contents = Contents(message: message, metadata: metadata, client: client)
    }

    /// Done.
    public func ack() { settle("+ACK") }

    /// Done, all of them: handed to the connection together.
    static func ack(_ messages: some Collection<JetStreamMessage>) {
        let word = Data("+ACK".utf8)
        messages.first?.client.post(messages.compactMap { message in message.reply.map { ($0, word) } })
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
        guard let reply else { return }
        _ = try await client.request(reply, payload: Data("+ACK".utf8), timeout: timeout)
    }

    private func settle(_ word: String) {
        guard let reply else { return }
        client.post(reply, payload: Data(word.utf8))
    }
}

extension JetStreamMessage.Metadata {
    /// Reads an ack subject: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<ns>.<pending>`; newer servers put a
    /// domain and an account hash before the stream, and a random token behind (ADR-15 of nats-architecture-and-design).
    package init?(ackSubject: String) {
        // One for each delivery: by its bytes, since to split a string makes a string of each part.
        let tokens = Array(ackSubject.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard tokens.count >= 9, tokens[0].elementsEqual("$JS".utf8), tokens[1].elementsEqual("ACK".utf8) else { return nil }
        let first = tokens.count >= 11 ? 4 : 2
        guard let deliveries = Self.number(tokens[first + 2]), let streamSequence = Self.number(tokens[first + 3]),
            let consumerSequence = Self.number(tokens[first + 4]), let nanoseconds = Self.number(tokens[first + 5]),
            let pending = Self.number(tokens[first + 6])
        else { return nil }
        self.init(
            stream: String(decoding: tokens[first], as: UTF8.self),
            consumer: String(decoding: tokens[first + 1], as: UTF8.self),
            deliveries: deliveries,
            streamSequence: UInt64(streamSequence),
            consumerSequence: UInt64(consumerSequence),
            timestamp: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9),
            pending: pending
        )
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var number = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            let (shifted, isTooMuch) = number.multipliedReportingOverflow(by: 10)
            let (next, isMore) = shifted.addingReportingOverflow(Int(digit - 48))
            guard !isTooMuch, !isMore else { return nil }
            number = next
        }
        return number
    }
}
