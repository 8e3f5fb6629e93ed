import ArgumentParser
import Contracts
import Foundation
import Postgres

/// The command line of a service's executable: `run` (also without a word), `migrate`, `migrate status`, `settings`,
/// `settings json`, `routes`, `healthcheck`, and the service's own words for its operator.
public enum ServiceMain {
    /// Does what the command line asks and ends the process: 0 when done, 78 (`EX_CONFIG` of sysexits) when the
    /// settings are not in order, 64 for a command line that can't be understood, 1 for all else.
    public static func run<S: PlumblineService>(_ service: S.Type) async -> Never {
        do {
            switch try Invocation.parse(Array(CommandLine.arguments.dropFirst()), own: S.operatorCommands) {
            case .run:
                try await ServiceRunner<S>().run()
            case .migrate:
                try await ServiceRunner<S>().migrate()
            case .migrationStatus:
                try await ServiceRunner<S>().printMigrationStatus()
            case .settings:
                print(SettingsTable.markdown(of: Setting.common(to: S.name) + S.settings), terminator: "")
            case .settingsForPrograms:
                print(try SettingsTable.json(of: Setting.common(to: S.name) + S.settings))
            case .routes:
                for route in try await ServiceRunner<S>().routes() { print(route) }
            case .healthcheck:
                try await HealthCheck(S.name).run()
            case .own(let command):
                print(try await ServiceRunner<S>().run(command))
            case .help(let text):
                print(text)
            }
            exit(0)
        } catch let error as SettingsError {
            complain(error.faults.map { "\(S.name.rawValue): \($0)" })
            exit(78)
        } catch let error as Invocation.Misunderstood {
            complain([error.text])
            exit(64)
        } catch let error as DatabaseError {
            // For the operator at this terminal: which host, which role, which migration.
            complain(["\(S.name.rawValue): \(error.code): \(error.message)"])
            exit(1)
        } catch {
            complain(["\(S.name.rawValue): \(error)"])
            exit(1)
        }
    }

    private static func complain(_ lines: [String]) {
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// What a service's executable was asked to do.
enum Invocation {
    case run, migrate, migrationStatus, settings, settingsForPrograms, routes, healthcheck
    case own(any OperatorCommand)
    case help(String)

    struct Misunderstood: Error {
        var text: String
    }

    private struct Arguments: ParsableArguments {
        @Argument(help: "run, migrate, settings, routes or healthcheck.") var action = "run"
        @Argument(help: "Behind migrate: status, to see what is applied and what is not. Behind settings: json, for programs.")
        var detail: String?
    }

    static func parse(_ arguments: [String], own: [any OperatorCommand.Type] = []) throws -> Invocation {
        if let command = own.first(where: { $0.configuration.commandName == arguments.first }) {
            return try understood(by: command) { .own(try command.parse(Array(arguments.dropFirst()))) }
        }
        return try understood(by: Arguments.self, own: own) {
            let parsed = try Arguments.parse(arguments)
            switch (parsed.action, parsed.detail) {
            case ("run", nil): return .run
            case ("migrate", nil): return .migrate
            case ("migrate", "status"): return .migrationStatus
            case ("settings", nil): return .settings
            case ("settings", "json"): return .settingsForPrograms
            case ("routes", nil): return .routes
            case ("healthcheck", nil): return .healthcheck
            default:
                let ownWords = own.compactMap { $0.configuration.commandName }
                let words = ["run", "migrate", "migrate status", "settings", "settings json", "routes"] + ownWords
                throw ValidationError("Unknown: \(arguments.joined(separator: " ")). Use \(words.joined(separator: ", ")) or healthcheck.")
            }
        }
    }

    private static func understood<Words: ParsableArguments>(
        by words: Words.Type,
        own: [any OperatorCommand.Type] = [],
        _ parse: () throws -> Invocation
    ) throws -> Invocation {
        do {
            return try parse()
        } catch {
            let text = words.fullMessage(for: error)
            guard words.exitCode(for: error) == .success else { throw Misunderstood(text: text) }
            let lines = own.map { "  \($0.configuration.commandName ?? "")  \($0.configuration.abstract)" }
            return .help(([text] + (lines.isEmpty ? [] : ["FOR THE OPERATOR:"]) + lines).joined(separator: "\n"))
        }
    }
}
