import Contracts
import Foundation
import LocalStack
import Measuring
import Postgres

/// All leads scored anew in the background, after a change of the file with the points; beside a bare UPDATE of the same rows.
///
/// The service also reads each lead, writes an audit row and tells the change to the others, which follow meanwhile on the same machine.
struct Rescoring: Benchmark {
    private let count = 200_000

    var rows: [RowPlan] {
        [RowPlan("rescoring/rate", unit: "leads/s", limits: "one bare UPDATE of the same scores", aim: .ratioAbove(0.1))]
    }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("rescoring: starting PostgreSQL, NATS and the services")
        let file = FileManager.default.temporaryDirectory.appending(path: "plumbline-bench-scoring-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        // All of them are at 30 or above: none is held at the end of the scale, where another base would change nothing.
        func write(base: Int) throws { try Data("{\"lead_score\": {\"base\": \(base)}}".utf8).write(to: file, options: .atomic) }
        try write(base: 10)

        return try await withStack(overrides: [ServiceName.leadIntake.rawValue: ["SCORING_FILE": file.path()]]) { stack, client in
            tell("rescoring: \(count) leads")
            try await stack.withLeadDatabase { try await ManyLeads(database: $0).fill(1..<count + 1) }
            return try await stack.withLeadDatabase { database in
                let bare = BareScoreUpdate(database: database)
                var readings: [[String: Reading]] = []
                for run in 1...runs {
                    tell("rescoring: run \(run) of \(runs)")
                    try await database.settleLeads()
                    let limit = try await bare.measure(changing: count)
                    try await database.settleLeads()
                    try write(base: 10 + 5 * run)
                    let answer = try await rescoring(on: stack, client)
                    guard answer.done == count, let start = answer.startedAt, let end = answer.finishedAt else {
                        throw BenchmarkFault(description: "not all were scored: \(answer)")
                    }
                    let figure = Double(count) / end.timeIntervalSince(start)
                    tell("  the service \(Int(figure)) leads/s, the bare statement \(Int(limit)) leads/s; \(answer.changed ?? 0) changed")
                    readings.append(["rescoring/rate": Reading(figure: figure, limits: limit)])
                }
                return readings
            }
        }
    }

    /// Starts lead-intake with the file as it is now, and waits until all leads are scored by it.
    private func rescoring(on stack: LocalStack, _ client: StackClient) async throws -> GetRescoring.Answer {
        let before = try await client.ask(GetRescoring(), patience: .seconds(30)).models
        try await stack.stop(.leadIntake)
        try await stack.start(ServiceName.leadIntake.rawValue)
        try await stack.waitUntilReady(.leadIntake)
        var answer = try await client.ask(GetRescoring(), patience: .seconds(30))
        try await wait(for: "the rescoring", patience: .seconds(900)) {
            answer = try await client.ask(GetRescoring(), patience: .seconds(30))
            return answer.models != before && answer.state == .finished
        }
        return answer
    }
}

/// The bare statement that changes the score of all leads, in one transaction of its own.
private struct BareScoreUpdate {
    let database: Database

    /// - Returns: leads in a second.
    func measure(changing count: Int) async throws -> Double {
        try await database.rate(
            of: "UPDATE leads SET lead_score = (lead_score + 1) % 101, version = version + 1, updated_at = now() WHERE erased_at IS NULL",
            changing: count
        )
    }
}
