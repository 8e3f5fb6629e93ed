import ArgumentParser
import Contracts
import LocalStack

struct VerifyStatusesOfLeads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-statuses",
        abstract: "Follow every lead's recorded facts again, and name the leads that stand elsewhere.",
        discussion: "The exit code is 0 only if every status is what the facts make of it, or was repaired."
    )
    @OptionGroup var options: StackOptions
    @Flag(help: "Set right what differs, with a decision of its own in the history, and an event that tells of it.") var repair = false

    func run() async throws {
        let account = try await options.withClient { client in
            var account = StatusAccount()
            var cursor: String?
            repeat {
                let page = try await client.ask(VerifyStatuses(cursor: cursor, repair: repair), patience: .seconds(60))
                account.leads += page.leads
                account.decisions += page.decisions
                account.differing += page.differences.count { !$0.isRepaired }
                for difference in page.differences { print(Self.line(difference)) }
                cursor = page.nextCursor
            } while cursor != nil
            print(account)
            return account
        }
        if account.differing > 0 { throw ExitCode(1) }
    }

    private static func line(_ difference: StatusDifference) -> String {
        let what =
            difference.stored == difference.replayed
            ? "is \(difference.stored), but not all that the rules know of it is kept as the facts have it"
            : "is kept as \(difference.stored); the facts make it \(difference.replayed)"
        return "\(difference.leadID) \(difference.field.rawValue) status \(what)\(difference.isRepaired ? ": repaired" : "")"
    }
}

struct ExplainStatusOfLead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-status",
        abstract: "Print in words how a lead came to its statuses, and what was ignored and why."
    )
    @OptionGroup var options: StackOptions
    @Argument(help: "The lead's id.") var id: String
    @Option(help: "How many decisions, newest first.") var limit = 50

    func run() async throws {
        guard let id = LeadID(id) else { throw ValidationError("\(id) is no id of a lead.") }
        print(try await options.withClient { try await $0.ask(ExplainStatus(leadID: id, limit: limit), patience: .seconds(5)) }.text)
    }
}
