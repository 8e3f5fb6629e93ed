import Foundation
import Synchronization

/// Something that the sandbox counts.
public enum SandboxCounter: String, CaseIterable, Sendable {
    /// Mails taken, and those of them that came a second time: the same recipient and Message-ID.
    case mails
    case mailsRepeated = "mails_repeated"
    /// Recipients refused with 550.
    case mailsRefused = "mails_refused"
    /// Texts taken, and those of them that came a second time: the same number and words.
    case texts
    case textsRepeated = "texts_repeated"
    /// Texts refused by the API: opted out (21610) or no such number (21211).
    case textsRefused = "texts_refused"
    case textsUndelivered = "texts_undelivered"

    case scans, prefetches, opens, clicks, previews, unsubscribes, replies, stops, checkouts, declines, payments, cancellations

    /// Webhooks and callbacks that were taken with 2xx, without the second copies.
    case deliveries
    case duplicates
    /// Attempts that failed and were made again.
    case retries
    /// What nobody took in time.
    case givenUp = "given_up"
    /// A person followed a link and didn't find what it promised.
    case deadEnds = "dead_ends"
}

/// What has happened, and how much is still to happen.
final class SandboxLedger: Sendable {
    private struct State {
        var counts: [SandboxCounter: Int] = [:]
        var pending = 0
        var waiting: [UUID: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    var pending: Int { state.withLock { $0.pending } }
    var counts: [SandboxCounter: Int] { state.withLock { $0.counts } }

    func count(_ counter: SandboxCounter, by number: Int = 1) {
        state.withLock { $0.counts[counter, default: 0] += number }
    }

    func begin() {
        state.withLock { $0.pending += 1 }
    }

    func end() {
        let waiting: [AsyncStream<Void>.Continuation] = state.withLock { state in
            state.pending -= 1
            guard state.pending == 0 else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Returns once nothing is pending.
    func idle() async throws {
        let key = UUID()
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            if state.pending == 0 { continuation.finish() } else { state.waiting[key] = continuation }
        }
        defer { _ = state.withLock { $0.waiting.removeValue(forKey: key) } }
        for await _ in ends {}
        try Task.checkCancellation()
    }
}

/// Runs what was asked for, whoever asked; all of it ends with `run()`.
final class Activities: Sendable {
    typealias Work = @Sendable () async -> Void

    private let ledger: SandboxLedger
    private let works: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    init(ledger: SandboxLedger) {
        self.ledger = ledger
        (works, continuation) = AsyncStream.makeStream(of: Work.self)
    }

    /// Counts as pending from now on until it is done.
    func start(_ work: @escaping Work) {
        ledger.begin()
        continuation.yield(work)
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            for await work in works {
                group.addTask { [ledger] in
                    await work()
                    ledger.end()
                }
            }
            group.cancelAll()
        }
    }
}
