import Contracts
import Foundation
import LocalServers
import LocalStack

/// A throw-away system of the executables beside this one, with people in the sandbox who do nothing by themselves; `overrides` are settings
/// of single services, by their names.
func withStack<Result>(
    overrides: [String: [String: String]] = [:],
    _ body: (LocalStack, StackClient) async throws -> Result
) async throws -> Result {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let rates = [
        "BOUNCE", "SCANNER", "OPEN", "UNSUBSCRIBE", "CLICK", "UNDELIVERED", "STOP", "TEXT_CLICK", "REPLY", "BUY", "CANCEL", "DUPLICATE",
        "REORDERED",
    ]
    let plan = try StackPlan.make(
        executables: URL(filePath: own).deletingLastPathComponent().path,
        sandbox: StackPlan.SandboxPlan(settings: Dictionary(uniqueKeysWithValues: rates.map { ("SANDBOX_RATE_\($0)", "0") })),
        // As somebody would give it who has a million leads: a quarter of 8 GB (PostgreSQL's manual, "Resource Consumption").
        overrides: ["postgres": ["shared_buffers": "2GB"]].merging(overrides) { _, given in given }
    )
    let stack = try await LocalStack.start(plan)
    do {
        let client = try await StackClient.connect(to: plan)
        let result = try await body(stack, client)
        await client.close()
        try await stack.stop()
        return result
    } catch {
        let logs = stack.complaints
        try? await stack.stop()
        throw BenchmarkFault(description: "\(error)\(logs)")
    }
}

extension LocalStack {
    /// What the services wrote of troubles, and which of them have ended: for who wonders why something can't be measured.
    fileprivate var complaints: String {
        StackPlan.services.map(\.rawValue).map { name in
            let lines = endOfLog(name, lines: 200).split(separator: "\n").filter { !$0.contains("\"level\":\"info\"") }.suffix(5)
            let state = process(name)?.exit.map { "\n\(name) has ended: \($0)" } ?? ""
            return state + lines.map { "\n\(name): \($0.prefix(600))" }.joined()
        }.joined()
    }
}

/// Something took longer than any figure of interest, or was not done right.
struct BenchmarkFault: Error, CustomStringConvertible {
    var description: String
}

/// Asks every 20 ms until `isSo`.
///
/// - Throws: ``BenchmarkFault`` after `patience`, naming what was waited for.
func wait(for what: String, patience: Duration = .seconds(120), until isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + patience
    while try await !isSo() {
        guard ContinuousClock.now < end else { throw BenchmarkFault(description: "waited \(patience) for \(what), in vain") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Does `work` for all of them, so many at a time; the results in the order of `items`.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    width: Int = 16,
    _ work: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: items.count)
        for (index, item) in items.enumerated() {
            if index >= width, let (done, result) = try await group.next() { results[done] = result }
            group.addTask { (index, try await work(item)) }
        }
        for try await (done, result) in group { results[done] = result }
        return results.compactMap(\.self)
    }
}
