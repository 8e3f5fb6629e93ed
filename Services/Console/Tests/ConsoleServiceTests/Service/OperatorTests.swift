import ArgumentParser
import ConsoleService
import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import ServiceKit
import Testing

@Suite("What an operator does at the console's own tables", .timeLimit(.minutes(2)))
struct OperatorTests {
    private func context(_ bench: Bench) throws -> OperatorContext {
        let settings = try Settings(Setting.common(to: .console) + ConsoleService.settings, values: ["DATABASE_URL": bench.databaseURL])
        return OperatorContext(settings: settings, database: bench.database, logger: quietLogger)
    }

    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "plumbline-password-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func signIn(_ client: any TestClientProtocol, _ password: String) async throws -> HTTPResponse.Status {
        try await client.post("/sign-in", [:], .init(form: ["email": "ann@example.com", "password": password])).status
    }

    @Test func `an account is made once, signs in, and is given another password`() async throws {
        try await Bench.serving { bench, client in
            let context = try context(bench)
            let path = try file("ann's long password\n")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let arguments = [
                "--email", "Ann@example.com", "--name", "Ann", "--role", "agent", "--staff-id", "ann", "--password-file", path,
            ]
            let add = try AddAccount.parse(arguments)
            #expect(try await add.run(context) == "account ann@example.com: staff id ann, role agent")
            await #expect(throws: OperatorError.self) { try await add.run(context) }
            #expect(try await signIn(client, "ann's long password") == .seeOther)
            #expect(try await ListAccounts().run(context) == "ann@example.com\tagent\tann\tenabled\tAnn")

            let other = try file("another long password")
            defer { try? FileManager.default.removeItem(atPath: other) }
            _ = try await SetPassword.parse(["--email", "ann@example.com", "--password-file", other]).run(context)
            #expect(try await signIn(client, "ann's long password") == .unauthorized)
            #expect(try await signIn(client, "another long password") == .seeOther)
            _ = try await DisableAccount.parse(["--email", "ann@example.com"]).run(context)
            #expect(try await signIn(client, "another long password") == .unauthorized)
            _ = try await EnableAccount.parse(["--email", "ann@example.com"]).run(context)
            #expect(try await signIn(client, "another long password") == .seeOther)
            for path in [path, other] { try FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test func `what can't be an account is refused, and a password is never an argument`() async throws {
        let bench = try await Bench()
        let context = try context(bench)
        let short = try file("short")
        defer { try? FileManager.default.removeItem(atPath: short) }
        for arguments in [
            ["--email", "ann", "--name", "Ann", "--role", "agent", "--password-file", short],
            ["--email", "ann@example.com", "--name", "Ann", "--role", "agent", "--password-file", short],
            ["--email", "ann@example.com", "--name", "Ann", "--role", "agent", "--password-file", "/nowhere"],
        ] {
            let add = try AddAccount.parse(arguments)
            await #expect(throws: OperatorError.self) { try await add.run(context) }
        }
        #expect(throws: (any Error).self) {
            try AddAccount.parse(["--email", "a@example.com", "--name", "A", "--role", "agent", "--password", "x"])
        }
        #expect(throws: (any Error).self) { try AddAccount.parse(["--email", "a@example.com", "--name", "A", "--role", "owner"]) }
        #expect(try await bench.database.accounts().isEmpty)
        await bench.close()
    }

    @Test func `a token is shown once, listed without its secret, and revoked`() async throws {
        try await Bench.serving { bench, client in
            let context = try context(bench)
            _ = try await bench.account("ann", .agent)
            let add = try AddToken.parse(["--email", "ann@example.com", "--name", "n8n", "--expires-in-days", "30"])
            let token = try await add.run(context)
            let bearer: HTTPFields = [.authorization: "Bearer \(token)"]
            #expect(token.hasPrefix("plt_"))
            #expect(try await client.get("/api/v1/crm/tasks", bearer).status == .ok)
            let listed = try await ListTokens().run(context)
            #expect(listed.contains("ann@example.com\tuntil ") && listed.contains("\tused ") && listed.hasSuffix("\tn8n"))
            #expect(!listed.contains(token))
            #expect(try await bench.tables(holding: token.lowercased()).isEmpty)
            let id = try #require(listed.split(separator: "\t").first.map(String.init))
            _ = try await RevokeToken.parse(["--id", id]).run(context)
            #expect(try await client.get("/api/v1/crm/tasks", bearer).status == .unauthorized)
            #expect(try await ListTokens().run(context).contains("\trevoked "))
            await #expect(throws: OperatorError.self) { try await RevokeToken.parse(["--id", "nonsense"]).run(context) }
            let nobodys = try AddToken.parse(["--email", "bob@example.com", "--name", "x"])
            await #expect(throws: OperatorError.self) { try await nobodys.run(context) }
        }
    }
}
