public import Contracts
import Foundation
import Logging

/// Publishes outbox rows into one stream: pipelined, and yet in order and without repeats, whatever is lost on the way.
///
/// - Order: each message of a batch names the one before it (`Nats-Expected-Last-Msg-Id`). When one is lost, the server refuses all behind
///   it. Not by number: another's message in the place of the lost one would do.
/// - No repeats: `Nats-Msg-Id` lets the server drop a second one, for the two minutes of its duplicate window. Beyond that, at the start
///   and after each failure the last messages of the stream are read back, a whole batch of them: what is found there is published.
/// - One at a time: the first of a batch names the number of the stream's last message. A relay that stood still while another one took
///   its place finds the stream further on than it knows, and is refused.
struct StreamPublisher: Sendable {
    let stream: String
    let jetStream: JetStream
    let options: OutboxRelay.Options
    let logger: Logger

    /// The number of the stream's last message; nil when it isn't known what became of the last publish.
    private var lastSequence: UInt64?
    private var failures = 0
    /// After a failure other streams go on, and this one waits a little.
    private(set) var blockedUntil: ContinuousClock.Instant?

    init(stream: String, jetStream: JetStream, options: OutboxRelay.Options, logger: Logger) {
        self.stream = stream
        self.jetStream = jetStream
        self.options = options
        self.logger = logger
    }

    func isBlocked(at now: ContinuousClock.Instant) -> Bool { blockedUntil.map { $0 > now } ?? false }

    /// - Returns: the positions of the rows that are in the stream now.
    mutating func publish(_ rows: [OutboxRow]) async -> [Int64] {
        var published: [Int64] = []
        var firstError: (any Error)?
        do {
            let (last, there) = try await reconciled()
            published = rows.filter { there.contains($0.eventID) }.map(\.position)
            var newLast = last
            for (row, pending) in send(rows.filter { !there.contains($0.eventID) }, behind: last) {
                do {
                    newLast = max(newLast, try await pending.ack().sequence)
                    published.append(row.position)
                } catch {
                    // The ones behind it are waited for all the same: each is in the stream or refused, and the next round must know.
                    firstError = firstError ?? error
                }
            }
            lastSequence = newLast
        } catch {
            firstError = error
        }
        settle(firstError)
        return published
    }

    private func send(_ rows: [OutboxRow], behind last: UInt64) -> [(OutboxRow, PendingPublish)] {
        // Refused again and again, though we have just looked: somebody else publishes here too. Alone, a message needs no order.
        let isAlone = failures > 2
        var place: PublishPlace? = isAlone ? nil : .sequence(last)
        return rows.prefix(isAlone ? 1 : rows.count).map { row in
            var headers: NATSHeaders = ["Content-Type": "application/cloudevents+json"]
            headers["traceparent"] = row.traceparent
            let pending = jetStream.beginPublish(
                options.loses(row) ? "lost.\(row.subject)" : row.subject,
                headers: headers,
                payload: row.payload,
                messageID: row.eventID,
                behind: place
            )
            place = .messageID(row.eventID)
            return (row, pending)
        }
    }

    /// - Returns: where the stream ends; and, when that wasn't known, the ids of its last messages.
    private func reconciled() async throws -> (last: UInt64, there: Set<String>) {
        if let lastSequence { return (lastSequence, []) }
        if let known = Catalogue.streams.first(where: { $0.name == stream }) {
            try await jetStream.ensureStream(StreamConfiguration(known))
        }
        let state = try await jetStream.state(ofStream: stream)
        let ids = try await jetStream.lastMessages(of: stream, state, options.batch, \.messageID)
        return (state.lastSequence, Set(ids.compactMap(\.self)))
    }

    private mutating func settle(_ error: (any Error)?) {
        guard let error else {
            (failures, blockedUntil) = (0, nil)
            return
        }
        lastSequence = nil
        failures += 1
        let delay = min(Duration.milliseconds(50) * (1 << min(failures, 6)), .seconds(2))
        blockedUntil = .now + delay
        logger.warning(
            "not everything could be published, trying again",
            metadata: ["stream": "\(stream)", "error": "\(error)", "failures": "\(failures)"]
        )
    }
}

extension StreamConfiguration {
    /// A stream of the catalogue: kept for a year.
    public init(_ stream: Catalogue.Stream) {
        self.init(name: stream.name, subjects: stream.subjects, maximumAge: .seconds(365 * 86_400))
    }
}
