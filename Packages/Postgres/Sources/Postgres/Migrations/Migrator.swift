import Foundation
import Logging

/// Brings one schema to where the binary wants it, and says where it is.
///
/// The ledger is the table `schema_migrations` in the schema itself. Runners that start at the same time wait for each other.
public struct Migrator: Sendable {
    private let database: Database
    private let schema: String
    private let sets: [MigrationSet]

    public init(database: Database, schema: String, sets: [MigrationSet]) {
        self.database = database
        self.schema = schema
        self.sets = sets
    }

    /// Applies what is pending, each migration in a transaction of its own, and returns what it applied.
    ///
    /// - Throws: ``DatabaseError`` with code `migration`, before anything is applied, when an applied migration was edited, is unknown
    ///   to this binary, or one before it is missing; the server's error when a migration fails: those before it stay applied.
    @discardableResult
    public func migrate() async throws -> [MigrationStatus] {
        if let fault = MigrationPlan.fault(in: sets) { throw fault }
        return try await database.withConnection { connection in
            // Neither the wait for another runner nor a long migration is a statement that runs too long.
            try await connection.execute("SET statement_timeout = 0")
            try await connection.execute("SELECT pg_advisory_lock(hashtextextended(\("plumbline.migrations." + schema), 0))")
            try await makeLedger(connection)
            let plan = try await plan(connection)
            if let refusal = plan.refusal { throw refusal }
            var applied: [MigrationStatus] = []
            for step in plan.pending {
                applied.append(try await apply(step, connection))
            }
            return applied
        }
    }

    /// What is applied and what is pending. Changes nothing, and works before the first migration.
    public func status() async throws -> [MigrationStatus] {
        if let fault = MigrationPlan.fault(in: sets) { throw fault }
        return try await database.withConnection { try await plan($0).statuses }
    }

    private func apply(_ step: MigrationPlan.Step, _ connection: Connection) async throws -> MigrationStatus {
        let migration = step.migration
        let path = "\"\(schema.replacing("\"", with: "\"\""))\", public"
        do {
            let appliedAt: Date = try await connection.transaction { transaction in
                try await transaction.execute("SELECT set_config('search_path', \(path), true)")
                try await transaction.script(String(decoding: migration.sql, as: UTF8.self))
                let row = try await transaction.row(
                    """
                    INSERT INTO \(identifier: schema).schema_migrations (module, version, name, checksum)
                    VALUES (\(step.module), \(migration.version), \(migration.name), \(step.checksum))
                    RETURNING applied_at
                    """
                )
                guard let row else { throw DatabaseError(.migration, "The ledger took no row") }
                return try row.decode("applied_at")
            }
            database.logger.info(
                "Migration applied",
                metadata: ["module": "\(step.module)", "version": "\(migration.version)", "name": "\(migration.name)"]
            )
            return MigrationStatus(module: step.module, version: migration.version, name: migration.name, state: .applied(at: appliedAt))
        } catch var error as DatabaseError where error.code == .server || error.code == .invalidStatement {
            error.message = "Migration \(step.module) \(migration.version) (\(migration.name)): \(error.message)"
            throw error
        }
    }

    private func makeLedger(_ connection: Connection) async throws {
        // Asked first: a role that may not create anything may still find all that it needs.
        if try await hasLedger(connection) { return }
        let exists = try await connection.row("SELECT FROM pg_namespace WHERE nspname = \(schema)") != nil
        if !exists { try await connection.execute("CREATE SCHEMA \(identifier: schema)") }
        try await connection.execute(
            """
            CREATE TABLE \(identifier: schema).schema_migrations (
                module text NOT NULL,
                version bigint NOT NULL CHECK (version > 0),
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                PRIMARY KEY (module, version)
            )
            """
        )
    }

    private func plan(_ connection: Connection) async throws -> MigrationPlan {
        let all = sets.flatMap { set in set.migrations.map { (module: set.module, migration: $0) } }
        let checksums: [String] = try await connection.rows(
            """
            SELECT encode(sha256(file), 'hex') AS checksum
            FROM unnest(\(all.map { Data($0.migration.sql) })) WITH ORDINALITY AS files (file, number)
            ORDER BY number
            """
        ).map { try $0.decode("checksum") }
        let steps = zip(all, checksums).map { MigrationPlan.Step(module: $0.module, migration: $0.migration, checksum: $1) }
        return MigrationPlan(steps: steps, ledger: try await ledger(connection))
    }

    private func hasLedger(_ connection: Connection) async throws -> Bool {
        try await connection.row("SELECT FROM pg_tables WHERE schemaname = \(schema) AND tablename = 'schema_migrations'") != nil
    }

    private func ledger(_ connection: Connection) async throws -> [MigrationPlan.LedgerRow] {
        guard try await hasLedger(connection) else { return [] }
        return try await connection.rows(
            """
            SELECT module, version, name, checksum, applied_at
            FROM \(identifier: schema).schema_migrations
            """
        ).map { row in
            MigrationPlan.LedgerRow(
                module: try row.decode("module"),
                version: try row.decode("version"),
                name: try row.decode("name"),
                checksum: try row.decode("checksum"),
                appliedAt: try row.decode("applied_at")
            )
        }
    }
}
