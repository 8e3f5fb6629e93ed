import ArgumentParser
import Contracts
import LocalStack

struct Leads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Why leads have the scores they have.",
        subcommands: [Score.self, Rescoring.self]
    )

    struct Score: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print both scores of a lead, with what makes them.")
        @OptionGroup var options: StackOptions
        @Argument(help: "The lead's id.") var id: String
        @Flag(help: "Make the scores anew before, also those that were set by hand.") var anew = false

        func run() async throws {
            guard let id = LeadID(id) else { throw ValidationError("\(id) is no id of a lead.") }
            let scores = try await options.withClient { client in
                if anew { return try await client.ask(Rescore(leadID: id, reason: "on the command line"), patience: .seconds(5)).scores }
                return try await client.ask(GetLead(leadID: id), patience: .seconds(5)).scores
            }
            guard let scores else { return }
            Leads.show("qualification score", scores.qualification)
            Leads.show("lead score", scores.leadScore)
        }
    }

    struct Rescoring: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print how far the rescoring of all leads is.")
        @OptionGroup var options: StackOptions

        func run() async throws {
            let answer = try await options.withClient { try await $0.ask(GetRescoring(), patience: .seconds(5)) }
            let figures =
                "\(answer.done ?? 0) of \(answer.total ?? 0) leads, \(answer.changed ?? 0) changed, \(Int(answer.rate ?? 0)) leads/s"
            print("\(answer.state.rawValue): \(figures)")
        }
    }

    private static func show(_ name: String, _ breakdown: ScoreBreakdown) {
        let by = breakdown.setBy.map { " (set by \($0); the factors come to \(breakdown.computed))" } ?? ""
        print("\(name) \(breakdown.score)\(by)")
        for factor in breakdown.factors {
            let points = (factor.points > 0 ? "+" : "") + "\(factor.points)"
            print("  \(String(repeating: " ", count: max(0, 4 - points.count)))\(points)  \(factor.factor): \(factor.reason)")
        }
    }
}
