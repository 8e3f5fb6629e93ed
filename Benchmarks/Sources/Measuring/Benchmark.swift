/// Something worth measuring again and again. What it finds out is one or more rows.
///
/// To add one: conform a type of its own folder, and name it in the list in `Benchmarks.swift`.
package protocol Benchmark: Sendable {
    var rows: [RowPlan] { get }

    /// Measures `runs` times, on whatever it sets up for that and takes down again.
    ///
    /// - Returns: for each run a reading of every row, by the row's name.
    /// - Throws: when it can't be measured, or what was measured was not done right: a fast wrong answer is no figure.
    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]]
}

/// Which rows are asked for: those whose names begin with a prefix.
package struct Selection: Hashable, Sendable {
    package var prefix: String

    package init(prefix: String = "") {
        self.prefix = prefix
    }

    package func contains(_ row: RowPlan) -> Bool { row.name.hasPrefix(prefix) }

    /// The benchmarks that have such rows.
    package func of(_ benchmarks: [any Benchmark]) -> [any Benchmark] {
        benchmarks.filter { $0.rows.contains(where: contains) }
    }
}

/// Runs benchmarks one after another: they measure the same machine.
package struct Runner: Sendable {
    /// Why a benchmark gave no rows.
    package struct Failure: Sendable {
        package var rows: [String]
        package var error: any Error
    }

    package var runs: Int
    package var selection: Selection
    package var tell: @Sendable (String) -> Void

    package init(runs: Int = 3, selection: Selection = Selection(), tell: @escaping @Sendable (String) -> Void = { _ in }) {
        self.runs = runs
        self.selection = selection
        self.tell = tell
    }

    /// The rows that were asked for. One benchmark's failure doesn't keep the others from being measured.
    package func run(_ benchmarks: [any Benchmark]) async -> (results: Results, failures: [Failure]) {
        var rows: [Row] = []
        var failures: [Failure] = []
        for benchmark in selection.of(benchmarks) {
            let wanted = benchmark.rows.filter(selection.contains)
            do {
                let readings = try await benchmark.measure(runs: runs, tell: tell)
                rows += try wanted.map { plan in
                    let found = readings.compactMap { $0[plan.name] }
                    guard found.count == runs, let row = Row(plan, found) else { throw MissingReading(row: plan.name) }
                    return row
                }
            } catch {
                failures.append(Failure(rows: wanted.map(\.name), error: error))
            }
        }
        return (Results(rows), failures)
    }
}

/// A benchmark didn't keep its promise to read each of its rows in each run.
package struct MissingReading: Error, Hashable {
    package var row: String
}
