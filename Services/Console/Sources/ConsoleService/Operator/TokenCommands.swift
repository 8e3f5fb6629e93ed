package import ArgumentParser
import Contracts
import Foundation
import Postgres
package import ServiceKit

package struct AddToken: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add-token",
        abstract: "Makes an API token that may do what an account may, and prints it: it can't be shown again."
    )

    @Option(help: "Whose it is.") package var email: String
    @Option(help: "What it is for.") package var name: String
    @Option(name: .customLong("expires-in-days"), help: "After how many days it ends; never, if nothing is said.")
    package var days: Int?

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let (email, now, token) = (AccountRules.email(email), Date(), SecretToken.make(prefix: SecretToken.apiPrefix))
        guard (1...200).contains(name.count) else { throw OperatorError("--name must have 1 to 200 characters") }
        guard days.map({ (1...3_650).contains($0) }) ?? true else { throw OperatorError("--expires-in-days must be 1 to 3650") }
        let end = days.map { now + Double($0) * 86_400 }
        guard try await context.database.insertToken(token, named: name, ofEmail: email, expiresAt: end, at: now) != nil else {
            throw OperatorError.noAccount(email)
        }
        return token.text
    }
}

package struct ListTokens: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list-tokens",
        abstract: "Lists the API tokens, without their secrets."
    )

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        try await context.database.tokens().map { token in
            let state =
                token.revokedAt.map { "revoked \(RFC3339.string(from: $0))" }
                ?? token.expiresAt.map { "until \(RFC3339.string(from: $0))" } ?? "no end"
            let used = token.lastUsedAt.map { "used \(RFC3339.string(from: $0))" } ?? "never used"
            return [token.id.description, token.email, state, used, token.name].joined(separator: "\t")
        }.joined(separator: "\n")
    }
}

package struct RevokeToken: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "revoke-token",
        abstract: "Ends an API token, from the next request on."
    )

    @Option(help: "Its id, as list-tokens has it.") package var id: String

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        guard let token = APITokenID(id), try await context.database.revokeToken(token, at: Date()) else {
            throw OperatorError("there is no token with the id \(id)")
        }
        return "token \(token): revoked"
    }
}
