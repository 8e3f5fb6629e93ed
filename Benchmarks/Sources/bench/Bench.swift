import ArgumentParser
import Foundation
import Logging
import Measuring

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures Plumbline on this machine, as it is shipped: prints a table and writes .bench/results.json."
    )

    @Argument(help: "Only rows whose names begin so.") var only = ""
    @Option(help: "Each figure is the median of so many runs.") var runs = 3
    @Option(help: "Where the rows are written, as JSON.") var output = ".bench/results.json"
    @Flag(help: "Print the rows' names, and measure nothing.") var list = false

    func validate() throws {
        guard runs > 0 else { throw ValidationError("At least one run is needed.") }
        guard !Selection(prefix: only).of(benchmarks).isEmpty else {
            throw ValidationError(
                "No row's name begins with \(only). There are: \(benchmarks.flatMap(\.rows).map(\.name).joined(separator: ", "))."
            )
        }
    }

    func run() async throws {
        if list {
            for row in benchmarks.flatMap(\.rows) { print("\(row.name)  \(row.aim.text(unit: row.unit))") }
            return
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .error
            return handler
        }
        // The table alone goes to the standard output.
        let runner = Runner(runs: runs, selection: Selection(prefix: only)) { Self.complain($0) }
        let (results, failures) = await runner.run(benchmarks)

        let file = URL(filePath: output)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try results.json().write(to: file, options: .atomic)
        print(results.table)

        // An aim that doesn't hold is a finding, and said in the table; what couldn't be measured is a failure.
        for failure in failures { Self.complain("Not measured: \(failure.rows.joined(separator: ", ")): \(failure.error)") }
        if !failures.isEmpty { throw ExitCode.failure }
    }

    private static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
