import Contracts
import Foundation
import LocalStack
import Measuring
import Messaging

/// One command that puts 100,000 leads into a stage, answered once all are committed; beside the bare statement that changes the same rows and
/// writes the same audit rows.
///
/// The command also tells each change to the other services, which follow meanwhile on the same machine: that is part of what it takes.
struct BulkStage: Benchmark {
    /// One in fifty of them is archived: nearly 100,000 are not, and those are meant.
    private let filled = 102_000

    var rows: [RowPlan] {
        [
            RowPlan(
                "bulk-stage/rate",
                unit: "leads/s",
                limits: "one bare UPDATE of the same rows with the same audit rows",
                aim: .ratioAbove(0.5)
            )
        ]
    }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("bulk-stage: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            try await stack.withLeadDatabase { try await ManyLeads(database: $0).fill(1..<filled + 1) }
            return try await stack.withLeadDatabase { database in
                let bare = BareStageUpdate(database: database)
                let commands = CommandClient(client.nats)
                let count = try await bare.livingLeads()
                var readings: [[String: Reading]] = []
                for run in 1...runs {
                    tell("bulk-stage: run \(run) of \(runs)")
                    // Each of the two changes every lead, and finds the table as the other does: without what earlier changes left behind.
                    try await database.settleLeads()
                    let limit = try await bare.measure(to: .proposal, changing: count)
                    try await database.settleLeads()
                    let start = ContinuousClock.now
                    let answer = try await commands.call(
                        BulkUpdateStage(targets: LeadTargets(filter: LeadFilter()), stage: .callback, reason: "bench"),
                        as: .operator,
                        timeout: .seconds(900)
                    )
                    let figure = Double(count) / ((ContinuousClock.now - start) / .seconds(1))
                    guard answer == BulkChange(changed: count) else { throw BenchmarkFault(description: "not all were changed: \(answer)") }
                    try await bare.check(.callback, count)
                    tell("  the command \(Int(figure)) leads/s, the bare statement \(Int(limit)) leads/s")
                    readings.append(["bulk-stage/rate": Reading(figure: figure, limits: limit)])
                }
                return readings
            }
        }
    }
}
