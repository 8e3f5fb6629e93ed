import Synchronization
import Testing

@testable import Messaging

@Suite("Lanes", .timeLimit(.minutes(1)))
struct LanesTests {
    private func lanes(_ count: Int = 4, crowd: Int = 50, patience: Duration = .seconds(3_600)) -> Lanes<String> {
        Lanes(count: count, room: 1_000, crowd: crowd, patience: patience)
    }

    @Test func `one worker takes what has come for all lanes, and the others rest`() async throws {
        let lanes = lanes()
        for number in 0..<20 { lanes.add("\(number)", about: "\(number)") }
        let batch = await lanes.next(limit: 500, for: 0)
        #expect(batch?.count == 20)
        lanes.add("later", about: "later")
        lanes.wake()
        async let other = lanes.next(limit: 500, for: 1)
        // The first one is done: whoever asks now, gets it.
        #expect(await lanes.next(limit: 500, for: 0) == ["later"])
        lanes.end()
        #expect(await other == nil)
    }

    @Test func `so much that it is worth another transaction is taken by another worker`() async throws {
        let lanes = lanes(crowd: 10)
        for number in 0..<40 { lanes.add("\(number)", about: "\(number)") }
        var taken: [String] = []
        for worker in 0..<2 { taken += try #require(await lanes.next(limit: 500, for: worker)) }
        #expect(Set(taken).count == taken.count && taken.count >= 20)
    }

    @Test func `what comes beside one that is held up doesn't wait for it`() async throws {
        let lanes = lanes(patience: .zero)
        lanes.add("slow", about: "0")
        #expect(await lanes.next(limit: 500, for: 0) == ["slow"])
        // Some of these are about what is in the first one's hands, and wait.
        for number in 1..<20 { lanes.add("\(number)", about: "\(number)") }
        let batch = try #require(await lanes.next(limit: 500, for: 1))
        #expect(!batch.isEmpty && batch.count < 19)
        let rest = try #require(await lanes.next(limit: 500, for: 0))
        #expect(batch.count + rest.count == 19)
    }

    @Test func `no more than the limit is taken, and the rest stays in its order`() async throws {
        let lanes = lanes()
        for number in 0..<10 { lanes.add("\(number)", about: "the same") }
        #expect(await lanes.next(limit: 4, for: 2) == ["0", "1", "2", "3"])
        #expect(await lanes.next(limit: 500, for: 2) == (4..<10).map(String.init))
    }

    @Test(arguments: [1, 3, 30]) func `each thing's events are applied in their order, by one at a time`(crowd: Int) async throws {
        let (count, subjects) = (4_000, 37)
        let lanes = Lanes<Told>(count: 4, room: 200, crowd: crowd, patience: .microseconds(200))
        let watch = Watch()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    while let batch = await lanes.next(limit: 20, for: worker) {
                        watch.begin(batch)
                        await Task.yield()
                        if watch.end(batch) == count { lanes.end() }
                    }
                }
            }
            var next: [Int: Int] = [:]
            for _ in 0..<count {
                let subject = Int.random(in: 0..<subjects)
                lanes.add(Told(subject: subject, number: next[subject, default: 0]), about: "\(subject)")
                next[subject, default: 0] += 1
                if Int.random(in: 0..<7) == 0 {
                    lanes.wake()
                    try? await lanes.waitForRoom()
                }
            }
            lanes.wake()
        }
        #expect(watch.done == count && watch.faults == 0)
    }
}

private struct Told: Sendable {
    var subject: Int
    var number: Int
}

/// Sees what is in whose hands, and in which order.
private final class Watch: Sendable {
    private let state = Mutex<(inHand: Set<Int>, next: [Int: Int], done: Int, faults: Int)>(([], [:], 0, 0))

    var done: Int { state.withLock { $0.done } }
    var faults: Int { state.withLock { $0.faults } }

    func begin(_ batch: [Told]) {
        let held = Set(batch.map(\.subject))
        state.withLock { state in
            if !state.inHand.isDisjoint(with: held) { state.faults += 1 }
            state.inHand.formUnion(held)
        }
    }

    /// How many are done now.
    func end(_ batch: [Told]) -> Int {
        state.withLock { state in
            for told in batch {
                if state.next[told.subject, default: 0] != told.number { state.faults += 1 }
                state.next[told.subject] = told.number + 1
            }
            state.inHand.subtract(batch.map(\.subject))
            state.done += batch.count
            return state.done
        }
    }
}
