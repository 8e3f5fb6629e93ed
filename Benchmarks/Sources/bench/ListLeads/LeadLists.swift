import Contracts
import Foundation
import LocalStack
import Measuring

/// Lists of leads at a million, each filter, order and search by itself, asked over NATS as the console asks: with the total, the first page.
struct LeadLists: Benchmark {
    private let few = 10_000
    private let many = 1_000_000
    /// Of each question, in each run; asked in turn, so that none has the caches for itself.
    private let rounds = 20

    private static let groups = ["filters", "orders", "search"]

    var rows: [RowPlan] {
        Self.groups.flatMap { group in
            [
                RowPlan("list-leads/\(group)-slowest-p95", unit: "ms", limits: "the same question at 10,000 leads", aim: .below(25)),
                RowPlan("list-leads/\(group)-growth", unit: "ms", limits: "the same question at 10,000 leads", aim: .ratioBelow(2)),
            ]
        }
    }

    func measure(runs: Int, tell: @Sendable (String) -> Void) async throws -> [[String: Reading]] {
        tell("list-leads: starting PostgreSQL, NATS and the services")
        return try await withStack { stack, client in
            try await ManyLeads.with(stack) { leads in
                try await leads.fill(1..<few + 1)
                let small = try await times(runs, of: few, client, tell)
                tell("list-leads: filling up to \(many) leads")
                try await leads.fill(few + 1..<many + 1)
                let large = try await times(runs, of: many, client, tell)
                return (0..<runs).map { run in readings(small[run], large[run], tell) }
            }
        }
    }

    private func readings(_ small: [String: Double], _ large: [String: Double], _ tell: (String) -> Void) -> [String: Reading] {
        var readings: [String: Reading] = [:]
        for group in Self.groups {
            let names = large.keys.filter { $0.hasPrefix(group) }.sorted()
            func ratio(_ name: String) -> Double { large[name, default: 0] / max(small[name, default: 0], 0.001) }
            for (row, worst) in [
                ("slowest-p95", names.max { large[$0, default: 0] < large[$1, default: 0] }),
                ("growth", names.max { ratio($0) < ratio($1) }),
            ] {
                guard let worst, let figure = large[worst], let limit = small[worst] else { continue }
                tell("  \(row): \(worst) takes \(figure) ms, with \(few) leads \(limit) ms")
                readings["list-leads/\(group)-\(row)"] = Reading(figure: figure, limits: limit)
            }
        }
        return readings
    }

    /// For each run the p95 of each question, in milliseconds.
    private func times(
        _ runs: Int,
        of count: Int,
        _ client: StackClient,
        _ tell: (String) -> Void
    ) async throws -> [[String: Double]] {
        let questions = Self.questions
        for question in questions {
            let answer = try await client.ask(question.list)
            guard answer.total > 0 else { throw BenchmarkFault(description: "\(question.name) finds nothing") }
        }
        var all: [[String: Double]] = []
        for run in 1...runs {
            tell("list-leads: run \(run) of \(runs) with \(count) leads")
            var durations: [String: [Duration]] = [:]
            for _ in 0..<rounds {
                for question in questions {
                    let start = ContinuousClock.now
                    _ = try await client.ask(question.list)
                    durations[question.name, default: []].append(.now - start)
                }
            }
            all.append(durations.compactMapValues { Figures($0).percentile(95) })
        }
        return all
    }

    private struct Question {
        var name: String
        var list: ListLeads
    }

    private static var questions: [Question] {
        func filter(_ name: String, _ say: (inout LeadFilter) -> Void) -> Question {
            Question(name: "filters/\(name)", list: ListLeads(LeadFilter(say), limit: 50))
        }
        func search(_ text: String) -> Question {
            Question(name: "search/\(text)", list: ListLeads(LeadFilter { $0.search = text }, limit: 50))
        }
        let end = Date(timeIntervalSince1970: 1_760_000_000)
        let orders = LeadSort.Column.allCases.flatMap { column in
            [true, false].map { descending in
                Question(
                    name: "orders/\(column.rawValue) \(descending ? "down" : "up")",
                    list: ListLeads(sort: LeadSort(by: column, descending: descending), limit: 50)
                )
            }
        }
        let filters = [
            filter("stage") { $0.stages = [.won] },
            filter("stages") { $0.stages = [.negotiation, .qualified] },
            filter("source") { $0.sources = [.referral] },
            filter("assigned") { $0.assignedTo = ["agent-7"] },
            filter("unassigned") { $0.isUnassigned = true },
            filter("own and unassigned") { ($0.assignedTo, $0.isUnassigned) = (["agent-7"], true) },
            filter("created") { $0.createdFrom = end.addingTimeInterval(-400_000) },
            filter("updated") { ($0.updatedFrom, $0.updatedBefore) = (end.addingTimeInterval(-400_000), end) },
            filter("qualification score") { $0.minQualificationScore = 95 },
            filter("lead score") { $0.maxLeadScore = 3 },
            filter("rating") { $0.minRating = 4.9 },
            filter("category") { $0.categories = ["category 40"] },
            filter("city") { $0.cities = [GeneratedLead.word(7)] },
            filter("state") { $0.states = ["s7"] },
            filter("e-mail") { $0.hasEmail = true },
            filter("phone, no website") { ($0.hasPhone, $0.hasWebsite) = (true, false) },
            filter("hot") { $0.isHot = true },
            filter("tags any") { $0.tagsAny = ["tag17", "tag9"] },
            filter("tags all") { $0.tagsAll = ["vip"] },
            filter("many at once") { ($0.stages, $0.sources, $0.minRating, $0.hasEmail) = ([.new], [.referral], 4, true) },
        ]
        let words = (0..<2).map { GeneratedLead.word(300 + $0) }
        let texts = [
            words[0], String(words[1].prefix(3)), "\(words[0]) taller", "\(words[0])x", "cafe \(words[1])", "5022000", "+502 2000 5123",
        ]
        return filters + orders + texts.map(search)
    }
}
