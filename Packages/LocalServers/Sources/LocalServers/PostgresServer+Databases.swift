import Foundation
import Synchronization

extension PostgresServer {
    /// One server for all tests of this process, started at the first call; fast, trusting, gone with the process.
    public static func shared() async throws -> PostgresServer {
        let task = sharedServer.withLock { server in
            if let server { return server }
            let started = Task { try await PostgresServer.start(durability: .fast) }
            server = started
            return started
        }
        return try await task.value
    }

    // A task, so that tests that start at once wait for the same server.
    private static let sharedServer = Mutex<Task<PostgresServer, any Error>?>(nil)

    /// Makes a database; it must not be there yet.
    public func createDatabase(_ name: String, owner: String? = nil) async throws {
        let owned = owner.map { " OWNER \(Self.quoted($0))" } ?? ""
        try await execute("CREATE DATABASE \(Self.quoted(name))\(owned)")
    }

    /// A new empty database for one test: its URL.
    public func makeDatabase() async throws -> String {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try await createDatabase(name)
        return url(database: name)
    }

    /// Runs statements as the superuser, through psql, and gives back what they print: columns by `|`, one row a line.
    ///
    /// For setting up roles and for looking in from outside; nothing is bound, so never with text from elsewhere. psql has `variables` in its
    /// environment.
    @discardableResult
    public func execute(
        _ statements: String,
        database: String = "postgres",
        variables: [String: String] = [:]
    ) async throws -> String {
        let output = NSTemporaryDirectory() + "plumbline-psql-\(UUID().uuidString)"
        let script = output + ".sql"
        defer {
            unlink(output)
            unlink(script)
        }
        // In a file that only we may read: a command's arguments are everybody's to read, and these may set passwords.
        guard FileManager.default.createFile(atPath: script, contents: Data(statements.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw LocalServerError(.cannotStart, "the file \(script) can't be written")
        }
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        environment.merge(variables) { $1 }
        environment["PGPASSWORD"] = superuserPassword
        let exit = try await ManagedProcess.start(
            .init(
                executable: Executables.postgres("psql"),
                arguments: [
                    "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1",
                    "--host", "127.0.0.1", "--port", String(port), "--username", "postgres", "--dbname", database,
                    "--file", script,
                ],
                environment: environment,
                logFile: output
            )
        ).waitForExit()
        let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard exit.isSuccess else { throw LocalServerError(.commandFailed, "psql refused: \(said)") }
        return said.trimmingCharacters(in: .newlines)
    }

    private static func quoted(_ identifier: String) -> String {
        "\"\(identifier.replacing("\"", with: "\"\""))\""
    }
}
