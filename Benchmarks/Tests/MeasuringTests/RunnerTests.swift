import Measuring
import Synchronization
import Testing

@Suite("Which benchmarks run, and what becomes of them")
struct RunnerTests {
    private struct Broken: Error {}

    private struct Fixed: Benchmark {
        var rows: [RowPlan]
        var readings: [String: Reading]?

        init(_ names: [String], readings: [String: Reading]? = nil) {
            rows = names.map { RowPlan($0, unit: "ms", limits: "nothing", aim: .below(1)) }
            self.readings = readings ?? Dictionary(uniqueKeysWithValues: names.map { ($0, Reading(figure: 2, limits: 1)) })
        }

        static func failing(_ name: String) -> Fixed {
            var benchmark = Fixed([name])
            benchmark.readings = nil
            return benchmark
        }

        func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
            guard let readings else { throw Broken() }
            return Array(repeating: readings, count: runs)
        }
    }

    private let benchmarks: [any Benchmark] = [Fixed(["webhook/p50", "webhook/p99"]), Fixed(["import/rows"]), Fixed(["import/bytes"])]

    @Test(arguments: [
        ("", ["webhook/p50", "webhook/p99", "import/rows", "import/bytes"]),
        ("import", ["import/rows", "import/bytes"]),
        ("webhook/p99", ["webhook/p99"]),
        ("port", []),
    ])
    func `a prefix chooses rows by the beginning of their names`(prefix: String, names: [String]) async {
        let (results, failures) = await Runner(selection: Selection(prefix: prefix)).run(benchmarks)
        #expect(results.rows.map(\.name) == names)
        #expect(failures.isEmpty)
    }

    @Test func `a row whose aim does not hold is still a row`() async {
        let (results, _) = await Runner(selection: Selection(prefix: "import/rows")).run(benchmarks)
        #expect(results.rows.map(\.holds) == [false])
    }

    @Test func `one that fails is named, and the others are measured`() async {
        let (results, failures) = await Runner().run([Fixed.failing("a"), Fixed(["b"])])
        #expect(results.rows.map(\.name) == ["b"])
        #expect(failures.map(\.rows) == [["a"]])
    }

    @Test func `one that leaves a row out has failed`() async {
        let (results, failures) = await Runner().run([Fixed(["a", "b"], readings: ["a": Reading(figure: 1, limits: 1)])])
        #expect(results.rows.isEmpty)
        #expect((failures.first?.error as? MissingReading)?.row == "b")
    }

    @Test func `events are due at even distances`() {
        let loop = OpenLoop(rate: 100, count: 3)
        #expect((0..<3).map(loop.due) == [.zero, .milliseconds(10), .milliseconds(20)])
    }

    @Test(.timeLimit(.minutes(1))) func `a slow one holds up none behind it`() async throws {
        let fired = Mutex<Set<Int>>([])
        let last = AsyncStream.makeStream(of: Void.self)
        try await OpenLoop(rate: 1_000, count: 5).run { index, _ in
            // The first returns only once the last has begun: were they one after another, this would never end.
            if index == 4 { last.continuation.finish() }
            if index == 0 { for await _ in last.stream {} }
            fired.withLock { _ = $0.insert(index) }
        }
        #expect(fired.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test func `a thread fires all of them, in order and none too early`() async {
        let fired = Mutex<[Int]>([])
        let early = Mutex(0)
        await OpenLoop(rate: 1_000, count: 20).runOnThread { index, due in
            fired.withLock { $0.append(index) }
            if .now < due { early.withLock { $0 += 1 } }
        }
        #expect(fired.withLock { $0 } == Array(0..<20) && early.withLock { $0 } == 0)
    }
}
