import Foundation
import Logging

/// The streams that one relay publishes into, side by side, and the batches that are under way to them.
struct OutboxStreams {
    /// Of one batch, what went to each stream.
    struct Batch {
        fileprivate var positions: [Int64]
        fileprivate var sendings: [String: StreamPublisher.Sending] = [:]
    }

    let jetStream: JetStream
    let options: OutboxRelay.Options
    let logger: Logger
    /// The rows up to this position may have been sent before, by another relay.
    let sentUpTo: Int64

    private var publishers: [String: StreamPublisher] = [:]
    /// The first first.
    private(set) var underWay: [Batch] = []

    init(sentUpTo: Int64, jetStream: JetStream, options: OutboxRelay.Options, logger: Logger) {
        (self.sentUpTo, self.jetStream, self.options, self.logger) = (sentUpTo, jetStream, options, logger)
    }

    var positionsUnderWay: [Int64] { underWay.flatMap(\.positions) }
    /// No stream has met a failure that isn't healed.
    var areSound: Bool { publishers.values.allSatisfy { $0.blockedUntil == nil } }

    func blocked(at now: ContinuousClock.Instant) -> [String] { publishers.values.filter { $0.isBlocked(at: now) }.map(\.stream) }

    func nextUnblocked(after now: ContinuousClock.Instant?) -> ContinuousClock.Instant? {
        publishers.values.compactMap(\.blockedUntil).filter { time in now.map { time > $0 } ?? true }.min()
    }

    /// - Precondition: nothing is under way, or ``areSound``.
    mutating func send(_ rows: [OutboxRow]) async {
        var batch = Batch(positions: rows.map(\.position))
        let parts = Dictionary(grouping: rows, by: \.stream)
        let sent = await withTaskGroup(of: (StreamPublisher, StreamPublisher.Sending?).self) { group in
            for (stream, rows) in parts {
                let known = publishers[stream] ?? publisher(of: stream)
                group.addTask {
                    var publisher = known
                    let sending = await publisher.send(rows)
                    return (publisher, sending)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (publisher, sending) in sent {
            publishers[publisher.stream] = publisher
            batch.sendings[publisher.stream] = sending
        }
        underWay.append(batch)
    }

    private func publisher(of stream: String) -> StreamPublisher {
        StreamPublisher(stream: stream, sentUpTo: sentUpTo, jetStream: jetStream, options: options, logger: logger)
    }

    /// Waits for what became of the first batch that is under way.
    ///
    /// - Returns: the positions of the rows that are in their streams now.
    mutating func settleFirst() async -> [Int64] {
        var done: [Int64] = []
        for (stream, sending) in underWay.removeFirst().sendings {
            guard var publisher = publishers[stream] else { continue }
            done += await publisher.settle(sending)
            publishers[stream] = publisher
        }
        return done
    }
}
