public import Foundation

/// One step of a schema: a file that is embedded in the binary, run once, and never edited afterwards.
public struct Migration: Hashable, Sendable {
    /// The number in front of the file's name. Ascending within its set; gaps are allowed.
    public var version: Int
    public var name: String
    /// The file's bytes: SQL without parameters and without BEGIN or COMMIT.
    public var sql: [UInt8]

    public init(_ version: Int, _ name: String, _ sql: [UInt8]) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}

/// The migrations of one module. A schema may have several modules, each with numbers of its own.
public struct MigrationSet: Hashable, Sendable {
    /// Written in the ledger, so never renamed.
    public var module: String
    public var migrations: [Migration]

    public init(module: String, migrations: [Migration]) {
        self.module = module
        self.migrations = migrations
    }
}

/// One migration as the binary and the ledger see it together.
public struct MigrationStatus: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case pending
        case applied(at: Date)
        /// Applied, but with other bytes than the binary has now.
        case changed
        /// Pending, but one behind it is applied already.
        case outOfOrder
        /// Applied, but not in the binary: a newer one was here.
        case unknown
    }

    public var module: String
    public var version: Int
    public var name: String
    public var state: State

    public init(module: String, version: Int, name: String, state: State) {
        self.module = module
        self.version = version
        self.name = name
        self.state = state
    }
}
