import Contracts
import LeadIntakeService
import Synchronization
import Testing

@Suite("Many requests in one commit", .timeLimit(.minutes(1)))
struct GroupCommitTests {
    private struct Broken: Error, Equatable { var item: Int }
    private struct Outage: Error {}

    /// Notes the batches, and holds each until it is let go.
    private final class Batches: Sendable {
        private let noted = Mutex<[[Int]]>([])
        private let gate: AsyncStream<Void>.Continuation
        private let passes: AsyncStream<Void>
        let isHeld: Bool

        init(isHeld: Bool) {
            self.isHeld = isHeld
            (passes, gate) = AsyncStream.makeStream()
        }

        var all: [[Int]] { noted.withLock { $0 } }
        func letGo() { gate.finish() }

        func work(_ items: [Int], _ isReady: @Sendable () -> Void = {}) async -> [Result<String, Problem>] {
            let isFirst = noted.withLock { noted in
                noted.append(items)
                return noted.count == 1
            }
            if isHeld, isFirst { for await _ in passes {} }
            return items.map { .success("done \($0)") }
        }
    }

    private static func limits<Answer>(
        places: Int = 1,
        batch: Int = 1_000,
        waiting: Int = 1_000
    ) -> GroupCommit<Int, Answer>.Limits {
        var limits = GroupCommit<Int, Answer>.Limits()
        (limits.places, limits.batch, limits.waiting) = (places, batch, waiting)
        return limits
    }

    private static func one(_ batches: Batches, batch: Int = 1_000, waiting: Int = 1_000) -> GroupCommit<Int, String> {
        GroupCommit(limits(batch: batch, waiting: waiting), isOnesFault: { !($0 is Outage) }, work: batches.work)
    }

    @Test func `one who comes alone is done at once, alone`() async throws {
        let batches = Batches(isHeld: false)
        let commit = Self.one(batches)
        for number in 0..<3 { #expect(try await commit(number) == "done \(number)") }
        #expect(batches.all == [[0], [1], [2]])
    }

    @Test func `those who come while one is under way are done together, each with his own answer`() async throws {
        let batches = Batches(isHeld: true)
        let commit = Self.one(batches)
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            group.addTask { (0, try await commit(0)) }
            try await eventually("the first is under way") { batches.all.count == 1 }
            for number in 1...20 { group.addTask { (number, try await commit(number)) } }
            try await eventually("the others wait") { commit.waiting == 20 }
            batches.letGo()
            for try await (number, answer) in group { #expect(answer == "done \(number)") }
        }
        #expect(batches.all.map(\.count) == [1, 20])
        #expect(batches.all.last.map(Set.init) == Set(1...20))
        #expect(try await commit(21) == "done 21", "the place is free again")
    }

    @Test func `a batch takes so much, and one that is heavier goes alone`() async throws {
        let batches = Batches(isHeld: true)
        let commit = Self.one(batches, batch: 10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await commit(0) }
            try await eventually("the first is under way") { batches.all.count == 1 }
            for (number, weight) in [(1, 4), (2, 4), (3, 4), (4, 50), (5, 0)] {
                group.addTask { _ = try await commit(number, weight: weight) }
                try await eventually("it waits") { commit.waiting == number }
            }
            batches.letGo()
            try await group.waitForAll()
        }
        #expect(batches.all == [[0], [1, 2], [3], [4], [5]])
    }

    @Test func `when the line is full the next one is told to come again`() async throws {
        let batches = Batches(isHeld: true)
        let commit = Self.one(batches, waiting: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask { _ = try await commit(number) }
                try await eventually("it is in") { batches.all.count + commit.waiting == number + 1 }
            }
            let problem = await #expect(throws: Problem.self) { try await commit(3) }
            #expect(problem?.status == 503)
            batches.letGo()
            try await group.waitForAll()
        }
    }

    @Test func `only who is at fault gets the error`() async throws {
        let batches = Batches(isHeld: true)
        let commit = GroupCommit<Int, String>(Self.limits(), isOnesFault: { !($0 is Outage) }) { items, _ in
            let results = await batches.work(items)
            if items.contains(13) { throw Broken(item: 13) }
            return results.enumerated().map { items[$0] == 7 ? .failure(.conflict("seven")) : $1 }
        }
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            group.addTask { (0, try await commit(0)) }
            try await eventually("the first is under way") { batches.all.count == 1 }
            for number in 1...20 {
                group.addTask {
                    do {
                        return (number, try await commit(number))
                    } catch let problem as Problem {
                        return (number, problem.title)
                    } catch let broken as Broken {
                        return (number, "broken \(broken.item)")
                    }
                }
            }
            try await eventually("the others wait") { commit.waiting == 20 }
            batches.letGo()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 0...20 {
            let expected =
                switch number {
                case 7: "It has changed meanwhile"
                case 13: "broken 13"
                default: "done \(number)"
                }
            #expect(answers[number] == expected)
        }
        #expect(batches.all.count <= 2 + 2 * 5, "halves, not each by itself")
    }

    @Test func `an outage is everybody's, and is not tried over and over`() async throws {
        let batches = Batches(isHeld: true)
        let commit = GroupCommit<Int, String>(Self.limits(), isOnesFault: { !($0 is Outage) }) { items, _ in
            _ = await batches.work(items)
            throw Outage()
        }
        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    await #expect(throws: Outage.self) { try await commit(number) } != nil
                }
            }
            try await eventually("all wait for the first") { commit.waiting == 9 }
            batches.letGo()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
        #expect(batches.all.map(\.count) == [1, 9])
    }

    @Test func `who goes away leaves the line, and what is under way is finished`() async throws {
        let batches = Batches(isHeld: true)
        let commit = Self.one(batches)
        let leading = Task { try await commit(0) }
        try await eventually("the first is under way") { batches.all.count == 1 }
        let leaving = Task { try await commit(1) }
        let staying = Task { try await commit(2) }
        try await eventually("two wait") { commit.waiting == 2 }
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        leading.cancel()
        batches.letGo()
        #expect(try await leading.value == "done 0")
        #expect(try await staying.value == "done 2")
        #expect(batches.all == [[0], [2]])
    }

    @Test func `so many places, so many transactions at once`() async throws {
        let running = Mutex((now: 0, most: 0))
        let commit = GroupCommit<Int, Int>(Self.limits(places: 3, waiting: 2_000), isOnesFault: { _ in true }) { items, _ in
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<10 { await Task.yield() }
            running.withLock { $0.now -= 1 }
            return items.map { .success($0) }
        }
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<2_000 { group.addTask { try await commit(number) } }
            return try await group.reduce(0, +)
        }
        #expect(sum == (0..<2_000).reduce(0, +))
        #expect(running.withLock { $0.most } <= 3)
        #expect(running.withLock { $0.now } == 0)
        #expect(commit.waiting == 0)
    }

    @Test func `while one waits for its commit the next ones work, up to so many`() async throws {
        let (commits, gate) = AsyncStream.makeStream(of: Void.self)
        let open = Mutex(0)
        var limits: GroupCommit<Int, Int>.Limits = Self.limits()
        limits.open = 3
        let commit = GroupCommit<Int, Int>(limits, isOnesFault: { _ in true }) { items, isReady in
            open.withLock { $0 += 1 }
            isReady()
            for await _ in commits { break }
            open.withLock { $0 -= 1 }
            return items.map { .success($0) }
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<5 {
                group.addTask { try await commit(number) }
                try await eventually("it works or waits") { open.withLock { $0 } + commit.waiting == number + 1 }
            }
            #expect(open.withLock { $0 } == 3 && commit.waiting == 2)
            gate.finish()
            var sum = 0
            for try await number in group { sum += number }
            #expect(sum == 10)
        }
        #expect(commit.waiting == 0)
    }
}
