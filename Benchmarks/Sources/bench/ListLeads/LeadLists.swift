import Contracts
import Foundation
import LocalStack
import Measuring
import Messaging

/// Lists of leads at a million, each filter, order and search by itself, asked over NATS as the console asks: with the total.
struct LeadLists: Benchmark {
    private let few = 10_000
    private let many = 1_000_000
    /// Of each question, in each run; asked in turn, so that none has the caches for itself.
    private let rounds = 40

    var rows: [RowPlan] {
        ListQuestion.groups.flatMap { group in
            [
                RowPlan("list-leads/\(group)-slowest-p95", unit: "ms", limits: "the same question at 10,000 leads", aim: .below(25)),
                // Of those whose page is as full at both: a longer answer takes longer, whatever it takes to find it.
                RowPlan("list-leads/\(group)-growth", unit: "ms", limits: "the same question at 10,000 leads", aim: .ratioBelow(2)),
            ]
        }
    }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("list-leads: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            try await stack.withLeadDatabase { database in
                let leads = ManyLeads(database: database)
                let commands = CommandClient(client.nats)
                try await leads.fill(1..<few + 1)
                let (small, full) = try await times(runs, of: few, commands, tell)
                tell("list-leads: filling up to \(many) leads")
                try await leads.fill(few + 1..<many + 1)
                let (large, _) = try await times(runs, of: many, commands, tell)
                return readings(small, large, full, tell)
            }
        }
    }

    /// For each group the question that is slowest, and the one that grew most, by the medians of all runs: the worst of each run would be the
    /// one that was disturbed most.
    private func readings(
        _ small: [[String: Double]],
        _ large: [[String: Double]],
        _ full: Set<String>,
        _ tell: (String) -> Void
    ) -> [[String: Reading]] {
        func median(_ runs: [[String: Double]], _ name: String) -> Double { Figures(runs.compactMap { $0[name] }).median ?? 0 }
        func growth(_ name: String) -> Double { median(large, name) / max(median(small, name), 0.001) }
        func text(_ number: Double) -> String { String(format: "%.2f", number) }
        for question in ListQuestion.all {
            let name = question.name
            tell("  \(name): \(text(median(large, name))) ms, with \(few) leads \(text(median(small, name))) ms: x \(text(growth(name)))")
        }
        var readings: [[String: Reading]] = small.map { _ in [:] }
        for group in ListQuestion.groups {
            let names = ListQuestion.all.map(\.name).filter { $0.hasPrefix(group + "/") }
            for (row, worst) in [
                ("slowest-p95", names.max { median(large, $0) < median(large, $1) }),
                ("growth", names.filter(full.contains).max { growth($0) < growth($1) }),
            ] {
                guard let worst else { continue }
                tell("list-leads/\(group)-\(row): \(worst)")
                for run in readings.indices {
                    guard let figure = large[run][worst], let limit = small[run][worst] else { continue }
                    readings[run]["list-leads/\(group)-\(row)"] = Reading(figure: figure, limits: limit)
                }
            }
        }
        return readings
    }

    /// For each run the p95 of each question, in milliseconds; and the questions whose page is full.
    private func times(
        _ runs: Int,
        of count: Int,
        _ commands: CommandClient,
        _ tell: (String) -> Void
    ) async throws -> ([[String: Double]], full: Set<String>) {
        var questions: [ListQuestion] = []
        var full: Set<String> = []
        for question in ListQuestion.all {
            let (atItsPage, found) = try await self.question(question, commands)
            questions.append(atItsPage)
            if found == question.list.limit { full.insert(question.name) }
        }
        var all: [[String: Double]] = []
        for run in 1...runs {
            tell("list-leads: run \(run) of \(runs) with \(count) leads")
            var durations: [String: [Duration]] = [:]
            for _ in 0..<rounds {
                for question in questions {
                    let start = ContinuousClock.now
                    _ = try await commands.call(question.list, as: question.actor)
                    durations[question.name, default: []].append(.now - start)
                }
            }
            all.append(durations.compactMapValues { Figures($0).percentile(95) })
        }
        return (all, full)
    }

    /// The question at its page, and how many leads are on it.
    private func question(_ question: ListQuestion, _ commands: CommandClient) async throws -> (ListQuestion, found: Int) {
        var question = question
        for _ in 0..<question.pagesBefore {
            question.list.cursor = try await commands.call(question.list, as: question.actor).nextCursor
            guard question.list.cursor != nil else { throw BenchmarkFault(description: "\(question.name) has no such page") }
        }
        let found = try await commands.call(question.list, as: question.actor, timeout: .seconds(30)).leads.count
        guard found > 0 else { throw BenchmarkFault(description: "\(question.name) finds nothing") }
        return (question, found)
    }
}
