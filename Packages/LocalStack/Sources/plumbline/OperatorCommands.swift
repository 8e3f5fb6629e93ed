import ArgumentParser
import Contracts
import LocalStack

extension StackOptions {
    /// Asks the services of the running system.
    func withClient<Result>(_ body: (StackClient) async throws -> Result) async throws -> Result {
        let client = try await StackClient.connect(to: address())
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Events that a service gave up on.",
        subcommands: [List.self, Replay.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print them, newest first, with their reasons.")
        @OptionGroup var options: StackOptions
        @Option(help: "Of one service only.") var service: String?
        @Option(help: "How many of each service.") var limit = 100

        func run() async throws {
            try await options.withClient { client in
                for name in try services(service) {
                    let letters = try await client.ask(ListDeadLetters(service: name, limit: limit), patience: .seconds(5)).deadLetters
                    for letter in letters {
                        print(
                            "\(name.rawValue) \(letter.id) \(letter.parkedAt) \(letter.type ?? "unreadable") \(letter.eventID): \(letter.reason)"
                        )
                    }
                    if letters.isEmpty { print("\(name.rawValue): none") }
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Apply them again: the named ones, or with --all every one.")
        @OptionGroup var options: StackOptions
        @Option(help: "Whose.") var service: String
        @Argument(help: "Their numbers, as `list` prints them.") var ids: [Int] = []
        @Flag(help: "All of them.") var all = false

        func run() async throws {
            guard all != !ids.isEmpty else { throw ValidationError("Name the events, or say --all.") }
            try await options.withClient { client in
                for name in try services(service) {
                    let answer = try await client.ask(ReplayDeadLetters(service: name, ids: all ? nil : ids), patience: .seconds(5))
                    print("\(name.rawValue): \(answer.replayed) applied")
                    for failure in answer.failed { print("  still there: \(failure)") }
                }
            }
        }
    }

    private static func services(_ name: String?) throws -> [ServiceName] {
        guard let name else { return StackPlan.services }
        guard let service = ServiceName(rawValue: name) else {
            throw ValidationError("There is no service \(name). There are: \(StackPlan.services.map(\.rawValue).joined(separator: ", ")).")
        }
        return [service]
    }
}
