import Synchronization

/// Sees to it that one who has the turn at a stream passes through it without a gap, and in its order.
///
/// What was delivered before and not settled, and what is delivered to a member that has lost its turn and doesn't know it yet, is read from the
/// stream itself: the server delivers it again when and in which order it likes, and again to that member.
final class Passage: Sendable {
    private let consumer: String
    private let stream: String
    private let portion: UInt64
    private let jetStream: JetStream
    private let beginning: ConsumerState
    /// The first message that wasn't brought yet.
    private let next: Mutex<UInt64>

    typealias Take = ([JetStreamMessage]) async throws -> Void

    /// `state` is how far the consumer had come when the turn began.
    init(_ consumer: StreamConsumer, behind state: ConsumerState) {
        self.consumer = consumer.consumer
        stream = consumer.stream
        portion = UInt64(consumer.options.batch)
        jetStream = consumer.jetStream
        beginning = state
        next = Mutex(state.ackFloor.stream + 1)
    }

    /// Brings what had been delivered when the turn began.
    func catchUp(_ take: Take) async throws { try await bring(to: beginning.delivered, take) }

    /// Brings `messages`, and before each what hasn't come; without any, whatever was delivered.
    func bring(_ messages: [JetStreamMessage], _ take: Take) async throws {
        if messages.isEmpty {
            try await bring(to: jetStream.state(ofConsumer: consumer, stream: stream).delivered, take)
        }
        var ready: [JetStreamMessage] = []
        for message in messages {
            if message.sequence > next.withLock(\.self) {
                try await take(ready)
                ready = []
                let last = ConsumerState.Position(delivery: message.metadata.consumerSequence, stream: message.sequence - 1)
                try await bring(to: last, take)
            }
            next.withLock { $0 = max($0, message.sequence + 1) }
            ready.append(message)
        }
        try await take(ready)
    }

    /// Ends a wait for what has gone to somebody else: with nothing behind it, nobody would notice.
    func lookOut(for pull: PullSubscription, every interval: Duration) async {
        var seen: UInt64?
        while (try? await Task.sleep(for: interval)) != nil {
            guard let delivered = try? await jetStream.state(ofConsumer: consumer, stream: stream).delivered.stream else { continue }
            let next = next.withLock(\.self)
            if delivered >= next, next == seen { pull.poke() }
            seen = next
        }
    }

    private func bring(to last: ConsumerState.Position, _ take: Take) async throws {
        let first = try await jetStream.state(ofStream: stream).firstSequence
        next.withLock { $0 = max($0, min(first, last.stream + 1)) }
        while case let start = next.withLock(\.self), start <= last.stream {
            let end = min(start + portion, last.stream + 1)
            let messages = try await jetStream.messages(of: stream, start..<end) { $0 }
            try await take(
                messages.map { JetStreamMessage($0, again: last, of: consumer, stream: stream, client: jetStream.client) }
            )
            next.withLock { $0 = max($0, end) }
        }
    }
}
