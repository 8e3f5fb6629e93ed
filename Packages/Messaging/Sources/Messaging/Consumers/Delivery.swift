import Contracts
import Foundation
import Logging
import Postgres

/// Which handlers follow what.
struct Routes: Sendable {
    /// By reference: each is looked at for every event, and there is much in a handler to be copied.
    private final class Route: Sendable {
        /// In the list of handlers.
        let place: Int
        let handler: EventHandler

        init(_ place: Int, _ handler: EventHandler) { (self.place, self.handler) = (place, handler) }
    }

    private let routes: [Route]
    private let routesByStream: [String: [Route]]

    init(handlers: [EventHandler]) {
        routes = handlers.enumerated().map { Route($0.offset, $0.element) }
        routesByStream = Dictionary(grouping: routes, by: \.handler.stream)
    }

    /// - Returns: the delivery, ready to be applied; `nil` when nobody follows its subject, or its version.
    /// - Throws: ``UnreadableEvent``.
    func prepare(subject: String, stream: String, payload: Data) throws(UnreadableEvent) -> Delivery? {
        guard let following = routesByStream[stream]?.filter({ $0.handler.follows(subject) }), !following.isEmpty else { return nil }
        return try UnreadableEvent.describing { () throws -> Delivery? in
            var head: EnvelopeHead?
            var steps: [Delivery.Step] = []
            var batches: [(place: Int, event: any Sendable)] = []
            var event: ReceivedAny?
            for route in following {
                switch route.handler.kind {
                case .each(let prepare):
                    guard let prepared = try prepare(payload) else { continue }
                    head = prepared.head
                    steps.append(prepared.apply)
                case .batch(let prepare, _):
                    let received = try event ?? ReceivedAny(subject: subject, payload: payload)
                    event = received
                    if let prepared = try prepare(received) { batches.append((route.place, prepared)) }
                }
            }
            if steps.isEmpty, batches.isEmpty { return nil }
            guard let known = head ?? event?.head else { return nil }
            // Without what the handlers have read it from: it waits here with thousands of others.
            return Delivery(event: ReceivedAny(head: known, subject: subject, payload: payload), steps: steps, batches: batches)
        }
    }
}

/// One event and what is to be done with it. A class: it is handed on several times, and there is much in it to be copied.
final class Delivery: Sendable {
    typealias Step = @Sendable (Transaction) async throws -> Outcome

    let event: ReceivedAny
    let steps: [Step]
    /// What each batch handler that wants it has made of it.
    private let batches: [(place: Int, event: any Sendable)]
    var id: EventID { event.head.id }

    init(event: ReceivedAny, steps: [Step], batches: [(place: Int, event: any Sendable)]) {
        (self.event, self.steps, self.batches) = (event, steps, batches)
    }

    /// What the batch handler in that place of the list of handlers has made of it, if it wants it.
    func batch(_ place: Int) -> (any Sendable)? { batches.first { $0.place == place }?.event }

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
        for route in routes {
            guard case .batch(_, let apply) = route.handler.kind else { continue }
            let events = deliveries.compactMap { $0.batch(route.place) }
            if !events.isEmpty { try await apply(events, transaction) }
        }
    }
}
