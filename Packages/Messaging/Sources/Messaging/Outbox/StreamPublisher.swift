public import Contracts
import Foundation
import Logging

/// Publishes outbox rows into one stream: pipelined, and yet in order and without repeats whatever is lost on the way.
///
/// - Order: each message of a batch names the one before it (`Nats-Expected-Last-Msg-Id`), so when one is lost the server refuses all
///   behind it. The first of a batch names none: everything before it has been acked.
/// - No repeats: `Nats-Msg-Id` lets the server drop a second one, for the two minutes of its duplicate window. Beyond that, at the start and
///   after each failure the last messages of the stream are read back, a whole batch of them: what is found there is published.
struct StreamPublisher: Sendable {
    let stream: String
    let jetStream: JetStream
    let options: OutboxRelay.Options
    let logger: Logger

    /// Whether the stream's end is known to be what was published last.
    private var isReconciled = false
    private var failures = 0
    private var blockedUntil: ContinuousClock.Instant?

    init(stream: String, jetStream: JetStream, options: OutboxRelay.Options, logger: Logger) {
        self.stream = stream
        self.jetStream = jetStream
        self.options = options
        self.logger = logger
    }

    /// After a failure other streams go on, and this one waits a little.
    func isBlocked(at now: ContinuousClock.Instant) -> Bool { blockedUntil.map { $0 > now } ?? false }

    /// - Returns: the positions of the rows that are in the stream now.
    mutating func publish(_ rows: [OutboxRow]) async -> [Int64] {
        var published: [Int64] = []
        var firstError: (any Error)?
        do {
            let remaining = try await reconcile(rows, &published)
            for (row, pending) in send(remaining) {
                do {
                    _ = try await pending.ack()
                    published.append(row.position)
                } catch {
                    // The ones behind it are waited for all the same: each is in the stream or refused, and the next round must know.
                    firstError = firstError ?? error
                }
            }
        } catch {
            firstError = error
        }
        settle(firstError)
        return published
    }

    private func send(_ rows: [OutboxRow]) -> [(OutboxRow, PendingPublish)] {
        var previous: String?
        // After a refusal that nothing of ours explains, somebody else publishes here too: alone, a message needs no chain.
        return rows.prefix(failures > 2 ? 1 : rows.count).map { row in
            var headers: NATSHeaders = ["Content-Type": "application/cloudevents+json"]
            headers["traceparent"] = row.traceparent
            let pending = jetStream.beginPublish(
                options.loses(row) ? "lost.\(row.subject)" : row.subject,
                headers: headers,
                payload: row.payload,
                messageID: row.eventID,
                expectedLastID: previous
            )
            previous = row.eventID
            return (row, pending)
        }
    }

    private mutating func reconcile(_ rows: [OutboxRow], _ published: inout [Int64]) async throws -> [OutboxRow] {
        if isReconciled { return rows }
        if let known = Catalogue.streams.first(where: { $0.name == stream }) {
            try await jetStream.ensureStream(StreamConfiguration(known))
        }
        let there = Set(try await jetStream.lastMessages(of: stream, options.batch).compactMap(\.messageID))
        isReconciled = true
        published += rows.filter { there.contains($0.eventID) }.map(\.position)
        return rows.filter { !there.contains($0.eventID) }
    }

    private mutating func settle(_ error: (any Error)?) {
        guard let error else {
            (failures, blockedUntil) = (0, nil)
            return
        }
        isReconciled = false
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
