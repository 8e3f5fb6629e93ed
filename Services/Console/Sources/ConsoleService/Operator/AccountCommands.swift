package import ArgumentParser
package import Contracts
import Foundation
import Postgres
package import ServiceKit

/// Where a password is read from: never an argument, which everybody on the machine can see.
package struct PasswordOption: ParsableArguments {
    @Option(name: .customLong("password-file"), help: "A file with the password; without it the first line of the input is it.")
    package var file: String?

    package init() {}

    func password() throws -> String {
        let text: String
        if let file {
            guard let read = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw OperatorError("\(file) can't be read as a text in UTF-8")
            }
            text = read.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        } else {
            text = readLine(strippingNewline: true) ?? ""
        }
        if let fault = AccountRules.fault(ofPassword: text) { throw OperatorError(fault) }
        return text
    }

    func hash() throws -> PasswordHash { try PasswordHash(try password(), cost: .standard) }
}

package struct AddAccount: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add-account",
        abstract: "Makes an account for somebody of the staff; its password is read from the input."
    )

    @Option(help: "Whom it is for; they sign in with it.") package var email: String
    @Option(help: "Their name.") package var name: String
    @Option(
        help: "agent, manager or admin.",
        transform: { text in
            guard let role = Role(rawValue: text) else { throw ValidationError("it must be agent, manager or admin") }
            return role
        }
    )
    package var role: Role
    @Option(name: .customLong("staff-id"), help: "What leads are assigned to; the e-mail address if nothing is said.")
    package var staffID: String?
    @OptionGroup package var password: PasswordOption

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let email = AccountRules.email(email)
        let account = Account(id: .make(), email: email, name: name, role: role, staffID: staffID ?? email)
        let faults = AccountRules.faults(email: email, name: name, staffID: account.staffID)
        guard faults.isEmpty else { throw OperatorError(faults.joined(separator: "; ")) }
        guard try await context.database.insert(account, password: try password.hash(), at: Date()) else {
            throw OperatorError("there is an account with the e-mail address \(email) or the staff id \(account.staffID)")
        }
        return "account \(email): staff id \(account.staffID), role \(role.rawValue)"
    }
}

package struct ListAccounts: OperatorCommand {
    package static let configuration = CommandConfiguration(commandName: "list-accounts", abstract: "Lists the accounts of the staff.")

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let accounts = try await context.database.accounts()
        return accounts.map { account in
            [account.email, account.role.rawValue, account.staffID, account.isEnabled ? "enabled" : "disabled", account.name]
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }
}

package struct SetPassword: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "set-password",
        abstract: "Sets an account's password, read from the input, and ends its sessions."
    )

    @Option(help: "Whose.") package var email: String
    @OptionGroup package var password: PasswordOption

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let email = AccountRules.email(email)
        guard try await context.database.setPassword(try password.hash(), ofEmail: email) else { throw OperatorError.noAccount(email) }
        return "account \(email): the password is set, and nobody is signed in with the old one"
    }
}

package struct DisableAccount: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "disable-account",
        abstract: "Ends an account's sessions, and lets neither it nor its tokens in any more."
    )

    @Option(help: "Whose.") package var email: String

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let email = AccountRules.email(email)
        guard try await context.database.setDisabled(Date(), ofEmail: email) else { throw OperatorError.noAccount(email) }
        return "account \(email): disabled"
    }
}

package struct EnableAccount: OperatorCommand {
    package static let configuration = CommandConfiguration(
        commandName: "enable-account",
        abstract: "Lets an account that was disabled in again, with its password and its tokens."
    )

    @Option(help: "Whose.") package var email: String

    package init() {}

    package func run(_ context: OperatorContext) async throws -> String {
        let email = AccountRules.email(email)
        guard try await context.database.setDisabled(nil, ofEmail: email) else { throw OperatorError.noAccount(email) }
        return "account \(email): enabled"
    }
}

extension OperatorError {
    static func noAccount(_ email: String) -> Self { Self("there is no account with the e-mail address \(email)") }
}
