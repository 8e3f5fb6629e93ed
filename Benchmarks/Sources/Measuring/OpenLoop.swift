import Foundation

/// Fires at fixed times, whatever became of those before: a slow answer makes nobody wait to ask, so that the time that
/// others would have waited is measured and not left out (known as coordinated omission).
package struct OpenLoop: Hashable, Sendable {
    /// Per second.
    package var rate: Int
    package var count: Int

    package init(rate: Int, count: Int) {
        self.rate = rate
        self.count = count
    }

    /// When the one at `index` is due, from the start.
    package func due(_ index: Int) -> Duration { .seconds(1) * index / rate }

    /// Calls `fire` for each, at its time; those that are late are called at once. Returns when all have returned.
    ///
    /// - Parameter fire: is told its number, and when it was due: what it measures counts from there.
    /// - Throws: what the first `fire` that fails throws; those that are under way are cancelled.
    package func run(
        _ fire: @escaping @Sendable (_ index: Int, _ due: ContinuousClock.Instant) async throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for index in 0..<count {
                let time = start + due(index)
                try await Task.sleep(until: time, tolerance: .zero, clock: .continuous)
                group.addTask { try await fire(index, time) }
            }
        }
    }

    /// The same from a thread of its own, for a `fire` that only hands something over. A task that sleeps a thousand times a second wakes
    /// several threads each time, on the machine that is measured. This thread may sleep: nothing else is to run on it.
    package func runOnThread(_ fire: @escaping @Sendable (_ index: Int, _ due: ContinuousClock.Instant) -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                let start = ContinuousClock.now
                for index in 0..<count {
                    let time = start + due(index)
                    let wait = ContinuousClock.now.duration(to: time)
                    if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                    fire(index, time)
                }
                continuation.resume()
            }
            thread.name = "open loop"
            thread.start()
        }
    }
}
