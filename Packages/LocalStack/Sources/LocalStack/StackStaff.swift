import Contracts
import Foundation
import LocalServers

/// Who signs in to the console of a stack.
extension LocalStack {
    /// The account that a stack on one's own machine begins with, an admin's.
    public static let firstAccount = "demo@plumbline.example"

    /// The file with its password, which nobody but the stack's owner may read; nil as long as there is no such account.
    public var firstPasswordFile: String? {
        FileManager.default.fileExists(atPath: directory.firstPassword) ? directory.firstPassword : nil
    }

    /// Makes that account with a random password, once.
    ///
    /// - Throws: ``StackError`` with what the console says.
    public func makeFirstAccount() async throws {
        guard firstPasswordFile == nil else { return }
        // Under another name until the account has it: an end between the two leaves no password that isn't one.
        let written = directory.newFirstPassword
        try directory.write(StackPlan.randomToken() + "\n", to: written)
        do {
            try await console([
                "add-account", "--email", Self.firstAccount, "--name", "Demo", "--role", "admin", "--password-file", written,
            ])
        } catch is StackError {
            try await console(["set-password", "--email", Self.firstAccount, "--password-file", written])
        }
        try FileManager.default.moveItem(atPath: written, toPath: directory.firstPassword)
    }

    /// Runs one of the console's own commands, as its operator would.
    ///
    /// - Returns: what it wrote.
    /// - Throws: ``StackError`` with the same, when the console refuses.
    @discardableResult
    public func console(_ arguments: [String]) async throws -> String {
        let output = NSTemporaryDirectory() + "plumbline-console-\(EventID.make())"
        defer { unlink(output) }
        let exit = try await ManagedProcess.start(
            ManagedProcess.Configuration(
                executable: "\(plan.executables)/\(ServiceName.console.rawValue)",
                arguments: arguments,
                environment: environment(of: ServiceName.console.rawValue),
                logFile: output
            )
        ).waitForExit()
        let said = try String(contentsOfFile: output, encoding: .utf8)
        guard exit.isSuccess else { throw StackError("console \(arguments.first ?? "") didn't do it:\n\(said)") }
        return said
    }
}
