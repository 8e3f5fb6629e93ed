import Contracts
import Foundation
import LocalServers
import LocalStack
import Logging
import Postgres

/// The bare statement that changes the stage of all leads and writes what the audit trail has of it, in one transaction of its own.
struct BareStageUpdate {
    private let database: Database

    static func with<Result>(_ stack: LocalStack, _ body: (BareStageUpdate) async throws -> Result) async throws -> Result {
        let configuration = DatabaseConfiguration(
            url: stack.postgres.url(database: "plumbline"),
            maximumConnections: 1,
            applicationName: "bench",
            schema: "lead_intake"
        )
        let database = Database(configuration, logger: Logger(label: "bench"))
        do {
            let result = try await body(BareStageUpdate(database: database))
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    /// Waits until all that was told is published, and clears the table of what earlier changes left behind.
    func prepare() async throws {
        // lead-intake scores what was filled in behind its back; the bare statement would pass over leads that change meanwhile.
        try await wait(for: "the end of the rescoring", patience: .seconds(600)) {
            try await database.row("SELECT NOT EXISTS (SELECT FROM rescorings WHERE state = 'running') AS is_done")?.decode("is_done")
                == true
        }
        try await wait(for: "an empty outbox", patience: .seconds(600)) {
            try await database.row("SELECT NOT EXISTS (SELECT FROM outbox) AS is_empty")?.decode("is_empty") == true
        }
        try await database.withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            try await connection.execute("VACUUM ANALYZE leads")
            try await connection.execute("VACUUM ANALYZE lead_audit")
            try await connection.execute("CHECKPOINT")
        }
    }

    /// How many leads lists and commands mean: some are put aside.
    func livingLeads() async throws -> Int {
        try await database.row("SELECT count(*) AS living FROM leads WHERE archived_at IS NULL")?.decode("living") ?? 0
    }

    /// - Returns: leads in a second.
    func measure(to stage: SalesStage, changing count: Int) async throws -> Double {
        try await database.withConnection { connection in
            try await connection.execute("SET statement_timeout = 0")
            let start = ContinuousClock.now
            let changed = try await connection.execute(
                """
                WITH before AS (
                    SELECT id, sales_stage FROM leads
                    WHERE archived_at IS NULL AND sales_stage <> \(stage.rawValue)
                    ORDER BY id
                    FOR NO KEY UPDATE
                ), changed AS (
                    UPDATE leads SET sales_stage = \(stage.rawValue), version = version + 1, updated_at = now()
                    FROM before
                    WHERE leads.id = before.id
                    RETURNING leads.id, leads.version, before.sales_stage, leads.updated_at
                )
                INSERT INTO lead_audit (lead_id, version, field, value_before, value_after, actor, reason, changed_at)
                SELECT id, version, 'sales_stage', sales_stage, \(stage.rawValue), 'bench', 'bench', updated_at FROM changed
                """
            )
            let rate = Double(count) / ((ContinuousClock.now - start) / .seconds(1))
            guard changed == count else { throw BenchmarkFault(description: "the bare statement changed \(changed) leads") }
            return rate
        }
    }

    /// That all leads are in the stage, each with its row in the trail.
    func check(_ stage: SalesStage, _ count: Int) async throws {
        let row = try await database.row(
            """
            SELECT count(*) AS found FROM leads
            JOIN lead_audit AS audit ON audit.lead_id = leads.id AND audit.version = leads.version
            WHERE sales_stage = \(stage.rawValue) AND audit.field = 'sales_stage' AND audit.value_after = \(stage.rawValue)
            """
        )
        let found: Int? = try row?.decode("found")
        guard found == count else { throw BenchmarkFault(description: "\(found ?? 0) leads have the stage and its trail") }
    }
}
