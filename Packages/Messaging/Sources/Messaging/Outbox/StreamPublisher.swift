public import Contracts
import Foundation
import Logging

/// Publishes outbox rows into one stream: pipelined, and yet in order and without repeats, whatever is lost on the way.
///
/// - Order: each message names the one before it (`Nats-Expected-Last-Msg-Id`), also across batches that are under way together. When one
///   is lost, the server refuses all behind it. Not by number: another's message in the place of the lost one would do.
/// - No repeats: `Nats-Msg-Id` lets the server drop a second one, for the two minutes of its duplicate window. Beyond that, at the start
///   and after each failure the last messages of the stream are read back, as many as can have been under way: what is found there is
///   published.
/// - One at a time: behind what is settled, a message names the number of the stream's last one. A relay that stood still while another
///   one took its place finds the stream further on than it knows, and is refused.
/// - One ack for all that nobody can have sent before: each stands behind the one before it, so the last is in the stream when all are. A
///   message that may have been sent before can be a repeat, which says nothing of those before it: it has an ack of its own. What was sent
///   once can't come in between later, since it stands behind another that was sent once too.
struct StreamPublisher: Sendable {
    let stream: String
    let jetStream: JetStream
    let options: OutboxRelay.Options
    let logger: Logger

    /// What the next message is to stand behind; nil when it isn't known what became of the last one.
    private var place: PublishPlace?
    /// The number of the stream's last message that we know of.
    private var lastSequence: UInt64 = 0
    /// The rows up to this position may have been sent before: by the relay before this one, or by us when something failed.
    private var sentUpTo: Int64
    private var lastSent: Int64
    /// The ids of what was at the stream's end when we last looked: some of it may still be in the outbox.
    private var there: Set<String> = []
    private var failures = 0
    /// After a failure other streams go on, and this one waits a little.
    private(set) var blockedUntil: ContinuousClock.Instant?

    init(stream: String, sentUpTo: Int64 = .max, jetStream: JetStream, options: OutboxRelay.Options, logger: Logger) {
        (self.sentUpTo, lastSent) = (sentUpTo, sentUpTo)
        self.stream = stream
        self.jetStream = jetStream
        self.options = options
        self.logger = logger
    }

    func isBlocked(at now: ContinuousClock.Instant) -> Bool { blockedUntil.map { $0 > now } ?? false }

    /// One batch that was sent, and whose acks are not waited for yet.
    struct Sending: Sendable {
        /// The positions of the rows that were found in the stream.
        fileprivate var found: [Int64]
        /// Those behind the ones with an ack of their own have that of the last of them.
        fileprivate var pending: [(row: OutboxRow, ack: PendingPublish?)]
    }

    /// - Returns: the positions of the rows that are in the stream now.
    mutating func publish(_ rows: [OutboxRow]) async -> [Int64] {
        guard let sending = await send(rows) else { return [] }
        return await settle(sending)
    }

    /// Sends the rows behind those that were sent before; `nil` when that can't be done now.
    ///
    /// After a failure nothing is to be sent before all that is under way is settled: only then can the stream tell what became of it.
    mutating func send(_ rows: [OutboxRow]) async -> Sending? {
        if place == nil {
            do {
                try await reconcile()
            } catch {
                fail(error)
                return nil
            }
        }
        // Refused again and again, though we have just looked: somebody else publishes here too. Alone, a message needs no order.
        let isAlone = failures > 2
        let new = rows.filter { !there.contains($0.eventID) }
        let sent = new.prefix(isAlone ? 1 : new.count)
        let last = sent.last?.position
        let letters = sent.map { row in
            var headers: NATSHeaders = ["Content-Type": "application/cloudevents+json"]
            headers["traceparent"] = row.traceparent
            defer { place = .messageID(row.eventID) }
            return Letter(
                subject: options.loses(row) ? "lost.\(row.subject)" : row.subject,
                headers: headers,
                payload: row.payload,
                messageID: row.eventID,
                place: isAlone ? nil : place,
                wantsAck: isAlone || row.position <= sentUpTo || row.position == last
            )
        }
        lastSent = max(lastSent, last ?? lastSent)
        return Sending(
            found: rows.filter { there.contains($0.eventID) }.map(\.position),
            pending: Array(zip(sent, jetStream.beginPublish(letters)))
        )
    }

    /// Waits for the acks, of the batch that was sent first.
    ///
    /// - Returns: the positions of the rows that are in the stream now.
    mutating func settle(_ sending: Sending) async -> [Int64] {
        var published = sending.found
        var firstError: (any Error)?
        // Sent without an ack, behind each other.
        var silent: [Int64] = []
        for (row, ack) in sending.pending {
            silent.append(row.position)
            guard let ack else { continue }
            do {
                let ack = try await ack.ack()
                guard silent.count == 1 || (!ack.isDuplicate && ack.sequence == lastSequence + UInt64(silent.count)) else {
                    throw NATSError(.invalidReply, "other messages are in the stream than were sent")
                }
                lastSequence = max(lastSequence, ack.sequence)
                published += silent
            } catch {
                // The ones behind it are waited for all the same: each is in the stream or refused, and the next round must know.
                firstError = firstError ?? error
            }
            silent = []
        }
        if let firstError {
            // What was under way behind a failure was refused for it: that is no other failure.
            if place != nil { fail(firstError) }
        } else if place != nil {
            (failures, blockedUntil) = (0, nil)
            if let end = sending.pending.last, place == .messageID(end.row.eventID) { place = .sequence(lastSequence) }
        }
        return published
    }

    /// Finds out where the stream ends, and with what.
    private mutating func reconcile() async throws {
        if let known = Catalogue.streams.first(where: { $0.name == stream }) {
            try await jetStream.ensureStream(StreamConfiguration(known))
        }
        let state = try await jetStream.state(ofStream: stream)
        let ids = try await jetStream.lastMessages(of: stream, state, options.batch * OutboxRelay.batchesUnderWay, \.messageID)
        lastSequence = state.lastSequence
        place = .sequence(lastSequence)
        sentUpTo = lastSent
        there = Set(ids.compactMap(\.self))
    }

    private mutating func fail(_ error: any Error) {
        place = nil
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
