public import ArgumentParser
public import Logging
public import Postgres

/// One more word of a service's command line, for what an operator does at its own tables: `console add-account`.
///
/// Its name is its configuration's `commandName`.
public protocol OperatorCommand: ParsableCommand, Sendable {
    /// Does it; the tables are those of this version already.
    ///
    /// - Returns: what is printed.
    func run(_ context: OperatorContext) async throws -> String
}

/// What an operator's command works on.
public struct OperatorContext: Sendable {
    public let settings: Settings
    public let database: Database
    public let logger: Logger

    public init(settings: Settings, database: Database, logger: Logger) {
        self.settings = settings
        self.database = database
        self.logger = logger
    }
}

/// What an operator has asked for can't be done, and why: exit code 1.
public struct OperatorError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
