import ArgumentParser
import Contracts
import Foundation
import LocalStack

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "API keys for the intake endpoints.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key. It is shown this once.")
        @OptionGroup var options: StackOptions
        @Option(help: "What the key may do: intake or export; may be given several times.") var scope: [String]
        @Option(help: "For people, to know the key again.") var name = "command line"
        @Option(help: "Requests a second that it may send for long; without it the service's setting INTAKE_RATE holds.") var rate: Double?
        @Option(help: "Requests that it may send at once, after a pause; twice the rate, if nothing is said.") var burst: Int?

        func run() async throws {
            let command = CreateAPIKey(name: name, scopes: scope, rate: rate, burst: burst)
            print(try await options.withClient { try await $0.ask(command, patience: .seconds(5)) }.key)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the keys, newest first, without their secrets.")
        @OptionGroup var options: StackOptions

        func run() async throws {
            let keys = try await options.withClient { try await $0.ask(ListAPIKeys(), patience: .seconds(5)) }.keys
            for key in keys { print(Keys.line(key)) }
            if keys.isEmpty { print("none") }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a key for good: within 5 seconds it is refused everywhere.")
        @OptionGroup var options: StackOptions
        @Argument(help: "Its id, as `list` prints it.") var id: String

        func run() async throws {
            guard let id = APIKeyID(id) else { throw ValidationError("\(id) is no id of a key: see `plumbline keys list`.") }
            print(Keys.line(try await options.withClient { try await $0.ask(RevokeAPIKey(keyID: id), patience: .seconds(5)) }))
        }
    }

    private static func line(_ key: APIKeyListing) -> String {
        var words = ["\(key.id)", "'\(key.name)'", key.scopes.joined(separator: ",")]
        if let rate = key.rate { words.append("\(rate)/s") }
        if let burst = key.burst { words.append("burst \(burst)") }
        words.append("made \(RFC3339.string(from: key.createdAt)) by \(key.createdBy)")
        words.append(key.lastUsedAt.map { "used \(RFC3339.string(from: $0))" } ?? "never used")
        if let revoked = key.revokedAt { words.append("revoked \(RFC3339.string(from: revoked))") }
        return words.joined(separator: " ")
    }
}
