import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// Applies a batch: in one transaction, or, where that fails, in halves, down to the events that are at fault.
extension StreamConsumer {
    /// A class: it is handed on several times, and there is much in it to be copied.
    final class Item: Sendable {
        let message: JetStreamMessage
        let delivery: Delivery
        /// It has failed before.
        let hasFailed: Bool

        init(_ message: JetStreamMessage, _ delivery: Delivery, hasFailed: Bool = false) {
            (self.message, self.delivery, self.hasFailed) = (message, delivery, hasFailed)
        }
    }

    /// - Throws: ``LostTurn`` when what isn't settled is to come again, to whoever has the turn then.
    func process(_ items: [Item], on place: any Transacting) async throws {
        let (together, alone) = await sorted(items)
        try await apply(together[...], on: place)
        for item in alone { try await applyAlone(item, on: place) }
    }

    /// Parts what is new from what has failed before, which is not applied with others again; what comes before its time is put off.
    private func sorted(_ items: [Item]) async -> (together: [Item], alone: [Item]) {
        let repeated = items.filter { $0.message.deliveries > 1 }.map(\.delivery.id)
        if repeated.isEmpty { return (items, []) }
        guard let waits = await persistently({ try await Inbox(consumer: consumer).waits(of: repeated, in: $0) }) else {
            items.forEach { $0.message.nak(delay: options.putOffDelay) }
            return ([], [])
        }
        var together: [Item] = []
        var alone: [Item] = []
        for item in items {
            guard let wait = waits[item.delivery.id.rawValue] else {
                together.append(item)
                continue
            }
            if wait > .milliseconds(20) {
                item.message.nak(delay: wait)
            } else {
                alone.append(Item(item.message, item.delivery, hasFailed: true))
            }
        }
        return (together, alone)
    }

    private func apply(_ items: ArraySlice<Item>, on place: any Transacting) async throws {
        guard items.count > 1 else {
            if let item = items.first { try await applyAlone(item, on: place) }
            return
        }
        var backoff = Backoff()
        while true {
            do {
                try await place.transaction(.init()) { transaction in
                    var new = try await Inbox(consumer: consumer).claim(items.map(\.delivery.id), in: transaction)
                    // Removing also drops the second of two deliveries of one event in the same batch.
                    let deliveries = items.map(\.delivery).filter { new.remove($0.id.rawValue) != nil }
                    try await routes.apply(deliveries, in: transaction)
                }
                return settle(items)
            } catch {
                if case .waitForDatabase = Verdict(error) {
                    if lanes != nil { throw LostTurn(because: error) }
                    if await wait(&backoff, error) { continue }
                    return items.forEach { $0.message.nak() }
                }
                logger.debug("the batch failed, applying its halves", metadata: ["error": "\(error)", "events": "\(items.count)"])
                let middle = items.startIndex + items.count / 2
                try await apply(items[..<middle], on: place)
                return try await apply(items[middle...], on: place)
            }
        }
    }

    private func settle(_ items: ArraySlice<Item>) {
        JetStreamMessage.ack(items.lazy.map(\.message))
        Counter(label: "plumbline_events_consumed_total", dimensions: [("stream", stream)]).increment(by: items.count)
    }

    private func applyAlone(_ item: Item, on place: any Transacting) async throws {
        let (message, delivery) = (item.message, item.delivery)
        var backoff = Backoff()
        while true {
            do {
                try await place.transaction(.init()) { transaction in
                    let inbox = Inbox(consumer: consumer)
                    guard try await inbox.claim([delivery.id], in: transaction) == [delivery.id.rawValue] else { return }
                    try await routes.apply([delivery], in: transaction)
                    if item.hasFailed { try await inbox.forgetFailures(of: [delivery.id], in: transaction) }
                }
                return settle([item])
            } catch {
                switch Verdict(error) {
                case .waitForDatabase:
                    if lanes != nil { throw LostTurn(because: error) }
                    guard await wait(&backoff, error) else { return message.nak() }
                case .putOff:
                    logger.warning("an event met an outage", metadata: delivery.logMetadata.merging(["error": "\(error)"]) { $1 })
                    return message.nak(delay: options.putOffDelay)
                case .retry(let delay, let reason):
                    return await retry(item, after: delay, reason: reason)
                case .park(let reason):
                    return await park(message, id: delivery.id, type: delivery.event.type, reason: reason)
                }
            }
        }
    }

    /// - Returns: false when the service is shutting down instead.
    func wait(_ backoff: inout Backoff, _ error: any Error) async -> Bool {
        logger.warning("the database is away, waiting", metadata: ["error": "\(error)"])
        await pause(backoff.next())
        return !isEnding
    }
}

/// 50 ms, doubled up to a second.
struct Backoff {
    private var wait = Duration.milliseconds(50)

    mutating func next() -> Duration {
        defer { wait = min(wait * 2, .seconds(1)) }
        return wait
    }
}
