import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// What becomes of events that fail: another attempt by the schedule, then the dead letters.
extension StreamConsumer {
    func retry(_ item: Item, after delay: Duration?, reason: String) async {
        let (message, delivery) = (item.message, item.delivery)
        let counted = await persistently { transaction in
            let counted = try await Inbox(consumer: consumer)
                .countFailure(of: delivery.id, reason, after: delay, schedule: options.retryDelays, in: transaction)
            if counted.wait == nil {
                let (id, type) = (delivery.id, delivery.event.type)
                let attempts = counted.attempts
                try await giveUp(message, id: id, event: id.description, type: type, reason: reason, attempts: attempts, in: transaction)
            }
            return counted
        }
        // Shutting down: it comes again, and fails again.
        guard let counted else { return message.nak(delay: options.putOffDelay) }
        guard let wait = counted.wait else { return settleParked(message, delivery.logMetadata, reason) }
        logger.warning(
            "an event failed and is tried again",
            metadata: delivery.logMetadata.merging(["attempt": "\(counted.attempts)", "reason": "\(reason)"]) { $1 }
        )
        Counter(label: "plumbline_events_retried_total", dimensions: [("stream", stream)]).increment()
        message.nak(delay: wait)
    }

    func park(_ message: JetStreamMessage, id: EventID?, type: String?, reason: String) async {
        let event = if let id { id.description } else { await name(of: message) }
        let parked: Void? = await persistently { transaction in
            try await giveUp(message, id: id, event: event, type: type, reason: reason, attempts: 1, in: transaction)
        }
        guard parked != nil else { return message.nak(delay: options.putOffDelay) }
        settleParked(message, ["event.id": "\(id.map(\.description) ?? "unknown")"], reason)
    }

    /// What a message without an event is known by: its publisher's id, or where it stands.
    private func name(of message: JetStreamMessage) async -> String {
        let stored = try? await jetStream.messages(of: stream, message.sequence..<message.sequence + 1, \.messageID)
        return stored?.first.flatMap(\.self) ?? "\(stream):\(message.sequence)"
    }

    private func settleParked(_ message: JetStreamMessage, _ event: Logger.Metadata, _ reason: String) {
        logger.error(
            "an event was parked",
            metadata: event.merging(["sequence": "\(message.metadata.streamSequence)", "reason": "\(reason)"]) { $1 }
        )
        Counter(label: "plumbline_events_parked_total", dimensions: [("stream", stream)]).increment()
        message.ack()
    }

    private func giveUp(
        _ message: JetStreamMessage,
        id: EventID?,
        event: String,
        type: String?,
        reason: String,
        attempts: Int,
        in transaction: Transaction
    ) async throws {
        let sequence = message.metadata.streamSequence
        try await DeadLetters(consumer: consumer).park(
            LostCause(
                eventID: event,
                stream: stream,
                sequence: Int64(sequence),
                subject: message.subject,
                type: type,
                payload: message.payload,
                reason: reason,
                attempts: attempts
            ),
            in: transaction
        )
        guard let id else { return }
        // Given up is settled: should the ack be lost, its redelivery is not applied behind our back.
        let inbox = Inbox(consumer: consumer)
        _ = try await inbox.claim([id], in: transaction)
        try await inbox.forgetFailures(of: [id], in: transaction)
    }

    /// Reads or writes what became of events, however long the database is away.
    ///
    /// - Returns: `nil` when the service is shutting down instead, or the database refuses: then the event is to come again.
    func persistently<Answer: Sendable>(_ body: (Transaction) async throws -> Answer) async -> Answer? {
        var backoff = Backoff()
        while true {
            do {
                return try await database.transaction { try await body($0) }
            } catch {
                guard case .waitForDatabase = Verdict(error) else {
                    logger.error("can't keep account of failures", metadata: ["error": "\(error)"])
                    return nil
                }
                guard await wait(&backoff, error) else { return nil }
            }
        }
    }
}
