import Contracts
import Postgres

/// The bare statement that changes the stage of all leads and writes what the audit trail has of it, in one transaction of its own.
struct BareStageUpdate {
    let database: Database

    /// How many leads lists and commands mean: some are put aside.
    func livingLeads() async throws -> Int {
        try await database.row("SELECT count(*) AS living FROM leads WHERE archived_at IS NULL")?.decode("living") ?? 0
    }

    /// - Returns: leads in a second.
    func measure(to stage: SalesStage, changing count: Int) async throws -> Double {
        try await database.rate(
            of: """
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
                """,
            changing: count
        )
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
