import Contracts
import Foundation
import LocalStack
import Measuring
import Messaging

/// Lists of leads at a million, each filter, order and search by itself, asked over NATS as the console asks: with the total. Measured is
/// what lead-intake says that it took (`Server-Timing`): from when the command reached it until the answer was handed over.
///
/// A second stack with few leads is asked the same in turn, so that whatever else the machine does meanwhile meets both.
struct LeadLists: Benchmark {
    private let few = 10_000
    private let many = 1_000_000
    /// Of each question, in each run; asked in turn, so that none has the caches for itself.
    private let rounds = 60

    var rows: [RowPlan] {
        ListQuestion.groups.flatMap { group in
            [
                RowPlan("list-leads/\(group)-slowest-p95", unit: "ms", limits: "the same question at 10,000 leads", aim: .below(25)),
                RowPlan("list-leads/\(group)-growth", unit: "ms", limits: "the same question at 10,000 leads", aim: .ratioBelow(2)),
            ]
        }
    }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("list-leads: starting PostgreSQL, NATS and the services, twice")
        return try await withStack { small, smallClient in
            try await withStack { large, largeClient in
                for (stack, count) in [(small, few), (large, many)] {
                    tell("list-leads: filling in \(count) leads")
                    try await stack.withLeadDatabase { database in
                        try await ManyLeads(database: database).fill(1..<count + 1)
                        try await database.settleLeads()
                    }
                }
                let sides = [CommandClient(smallClient.nats), CommandClient(largeClient.nats)]
                var questions: [(name: String, sides: [ListQuestion])] = []
                for question in ListQuestion.all {
                    var both: [ListQuestion] = []
                    for commands in sides { both.append(try await self.question(question, commands)) }
                    questions.append((question.name, both))
                }
                var all: [[String: (small: Double, large: Double)]] = []
                for run in 1...runs {
                    tell("list-leads: run \(run) of \(runs)")
                    all.append(try await times(questions, sides))
                }
                return readings(all, tell)
            }
        }
    }

    /// For each group the question that is slowest, and the one that grew most, by the medians of all runs: the worst of each run would be the
    /// one that was disturbed most.
    private func readings(_ runs: [[String: (small: Double, large: Double)]], _ tell: (String) -> Void) -> [[String: Reading]] {
        func small(_ name: String) -> Double { Figures(runs.compactMap { $0[name]?.small }).median ?? 0 }
        func large(_ name: String) -> Double { Figures(runs.compactMap { $0[name]?.large }).median ?? 0 }
        func growth(_ name: String) -> Double { large(name) / max(small(name), 0.001) }
        func text(_ number: Double) -> String { String(format: "%.2f", number) }
        for name in ListQuestion.all.map(\.name) {
            tell("  \(name): \(text(large(name))) ms, with \(few) leads \(text(small(name))) ms: x \(text(growth(name)))")
        }
        var readings: [[String: Reading]] = runs.map { _ in [:] }
        for group in ListQuestion.groups {
            let names = ListQuestion.all.map(\.name).filter { $0.hasPrefix(group + "/") }
            for (row, worst) in [
                ("slowest-p95", names.max { large($0) < large($1) }), ("growth", names.max { growth($0) < growth($1) }),
            ] {
                guard let worst else { continue }
                tell("list-leads/\(group)-\(row): \(worst)")
                for (index, run) in runs.enumerated() {
                    guard let times = run[worst] else { continue }
                    readings[index]["list-leads/\(group)-\(row)"] = Reading(figure: times.large, limits: times.small)
                }
            }
        }
        return readings
    }

    /// The p95 of each question at both sizes, in milliseconds.
    private func times(
        _ questions: [(name: String, sides: [ListQuestion])],
        _ sides: [CommandClient]
    ) async throws -> [String: (small: Double, large: Double)] {
        var durations: [String: [[Duration]]] = [:]
        for round in 0..<rounds {
            for (name, asked) in questions {
                for side in round.isMultiple(of: 2) ? [0, 1] : [1, 0] {
                    let (_, took) = try await sides[side].timed(TimedList(list: asked[side].list), as: asked[side].actor)
                    guard let took else { throw BenchmarkFault(description: "lead-intake doesn't say how long it took") }
                    durations[name, default: [[], []]][side].append(took)
                }
            }
        }
        return durations.compactMapValues { times in
            guard let small = Figures(times[0]).percentile(95), let large = Figures(times[1]).percentile(95) else { return nil }
            return (small, large)
        }
    }

    /// The question at its page.
    private func question(_ question: ListQuestion, _ commands: CommandClient) async throws -> ListQuestion {
        var question = question
        for _ in 0..<question.pagesBefore {
            question.list.cursor = try await commands.call(question.list, as: question.actor).nextCursor
            guard question.list.cursor != nil else { throw BenchmarkFault(description: "\(question.name) has no such page") }
        }
        let found = try await commands.call(question.list, as: question.actor, timeout: .seconds(30)).leads.count
        guard found > 0 else { throw BenchmarkFault(description: "\(question.name) finds nothing") }
        return question
    }
}

/// ``ListLeads``, of whose answer no leads are made: nobody looks at them.
private struct TimedList: Command {
    struct Answer: Codable, Sendable {
        var total: Int
    }

    static var subject: Subject { ListLeads.subject }
    static var summary: String { ListLeads.summary }

    var list: ListLeads

    init(list: ListLeads) {
        self.list = list
    }

    init(from decoder: any Decoder) throws {
        list = try ListLeads(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try list.encode(to: encoder)
    }
}
