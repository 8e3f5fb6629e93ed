import Contracts
import Foundation
import Logging
import Postgres

/// Which handlers follow what.
struct Routes: Sendable {
    let handlers: [EventHandler]

    /// - Returns: the delivery, ready to be applied; `nil` when nobody follows its subject, or its version.
    /// - Throws: ``UnreadableEvent``.
    func prepare(subject: String, stream: String, payload: Data) throws(UnreadableEvent) -> Delivery? {
        let following = handlers.enumerated().filter { $0.element.stream == stream && $0.element.follows(subject) }
        guard !following.isEmpty else { return nil }
        return try UnreadableEvent.describing { () throws -> Delivery? in
            var head: EnvelopeHead?
            var steps: [Delivery.Step] = []
            var batches: [Int: any Sendable] = [:]
            var event: ReceivedAny?
            for (index, handler) in following {
                switch handler.kind {
                case .each(let prepare):
                    guard let prepared = try prepare(payload) else { continue }
                    head = prepared.head
                    steps.append(prepared.apply)
                case .batch(let prepare, _):
                    let received = try event ?? ReceivedAny(head: WireJSON.decode(from: payload), subject: subject, payload: payload)
                    event = received
                    batches[index] = try prepare(received)
                }
            }
            if steps.isEmpty, batches.isEmpty { return nil }
            guard let known = head ?? event?.head else { return nil }
            return Delivery(event: event ?? ReceivedAny(head: known, subject: subject, payload: payload), steps: steps, batches: batches)
        }
    }
}

/// One event and what is to be done with it.
struct Delivery: Sendable {
    typealias Step = @Sendable (Transaction) async throws -> Outcome

    let event: ReceivedAny
    let steps: [Step]
    /// What each batch handler that wants it has made of it, by its place in the list of handlers.
    let batches: [Int: any Sendable]
    var id: EventID { event.head.id }

    /// What a log line says of it.
    var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["event.id": "\(id)", "event.type": "\(event.type)", "lead.id": "\(event.head.subject)"]
        if let trace = event.head.trace { metadata["trace.id"] = "\(trace.traceID)" }
        return metadata
    }
}

/// A handler's outcome that isn't `.done`, thrown so that its transaction is rolled back.
struct Unfinished: Error {
    var outcome: Outcome
}

extension Routes {
    /// Applies the deliveries in their order: each to its own handlers, then all to the batch handlers.
    ///
    /// - Throws: ``Unfinished``, or what a handler throws.
    func apply(_ deliveries: [Delivery], in transaction: Transaction) async throws {
        for delivery in deliveries {
            try await TraceContext.$current.withValue(delivery.event.head.trace) {
                for step in delivery.steps {
                    let outcome = try await step(transaction)
                    guard outcome == .done else { throw Unfinished(outcome: outcome) }
                }
            }
        }
        for (index, handler) in handlers.enumerated() {
            guard case .batch(_, let apply) = handler.kind else { continue }
            let events = deliveries.compactMap { $0.batches[index] }
            if !events.isEmpty { try await apply(events, transaction) }
        }
    }
}
