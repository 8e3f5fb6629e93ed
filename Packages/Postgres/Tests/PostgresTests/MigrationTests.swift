import Foundation
import Postgres
import Testing

@Suite("Migrations", .timeLimit(.minutes(1)))
struct MigrationTests {
    private static let leads = Migration(1, "leads", Array("CREATE TABLE leads (id int); CREATE INDEX ON leads (id);".utf8))
    private static let names = Migration(2, "names", Array("ALTER TABLE leads ADD COLUMN name text;".utf8))

    private func migrator(_ database: Database, _ migrations: Migration...) throws -> Migrator {
        let schema = try #require(database.configuration.schema)
        return Migrator(database: database, schema: schema, sets: [MigrationSet(module: "lifecycle", migrations: migrations)])
    }

    @Test func `what is pending is applied in order, once`() async throws {
        let database = try await makeDatabase()
        #expect(try await migrator(database, Self.leads).migrate().map(\.version) == [1])
        #expect(try await migrator(database, Self.leads, Self.names).migrate().map(\.version) == [2])
        #expect(try await migrator(database, Self.leads, Self.names).migrate().isEmpty)
        #expect(try await database.query("SELECT * FROM leads").columns == ["id", "name"])
    }

    @Test func `the schema is made when it is not there`() async throws {
        let database = try await makeDatabase()
        let schema = "Made \(UUID().uuidString)"
        let sets = [MigrationSet(module: "lifecycle", migrations: [Self.leads])]
        try await Migrator(database: database, schema: schema, sets: sets).migrate()
        #expect(try await database.value("SELECT count(*) FROM \(identifier: schema).leads") == 0)
    }

    @Test func `status tells applied from pending, before and after, and changes nothing`() async throws {
        let database = try await makeDatabase()
        let both = try migrator(database, Self.leads, Self.names)
        #expect(try await both.status().map(\.state) == [.pending, .pending])
        #expect(try await database.value("SELECT to_regclass('schema_migrations') IS NULL") == true)
        try await migrator(database, Self.leads).migrate()
        let statuses = try await both.status()
        guard case .applied(let at) = statuses[0].state else {
            Issue.record("the first is not applied: \(statuses)")
            return
        }
        #expect(abs(at.timeIntervalSinceNow) < 600)
        #expect(statuses[1].state == .pending)
    }

    @Test func `an edited past is refused before anything is applied`() async throws {
        let database = try await makeDatabase()
        try await migrator(database, Self.leads).migrate()
        let edited = try migrator(database, Migration(1, "leads", Self.leads.sql + Array(" ".utf8)), Self.names)
        #expect(await databaseError { try await edited.migrate() }?.code == .migration)
        #expect(try await edited.status().map(\.state) == [.changed, .pending])
        #expect(try await database.query("SELECT * FROM leads").columns == ["id"])
    }

    @Test func `a database that a newer program has migrated is refused`() async throws {
        let database = try await makeDatabase()
        try await migrator(database, Self.leads, Self.names).migrate()
        let older = try migrator(database, Self.leads)
        #expect(await databaseError { try await older.migrate() }?.code == .migration)
        #expect(try await older.status().last?.state == .unknown)
    }

    @Test func `a migration that slips in before an applied one is refused`() async throws {
        let database = try await makeDatabase()
        try await migrator(database, Self.leads, Migration(5, "later", Array("SELECT 1".utf8))).migrate()
        let late = try migrator(database, Self.leads, Self.names, Migration(5, "later", Array("SELECT 1".utf8)))
        #expect(await databaseError { try await late.migrate() }?.code == .migration)
        #expect(try await late.status()[1].state == .outOfOrder)
    }

    @Test(arguments: [[2, 1], [1, 1], [0]])
    func `numbers that do not ascend from one are refused`(versions: [Int]) async throws {
        let database = try await makeDatabase()
        let sets = [MigrationSet(module: "m", migrations: versions.map { Migration($0, "x", Array("SELECT 1".utf8)) })]
        let schema = try #require(database.configuration.schema)
        let migrator = Migrator(database: database, schema: schema, sets: sets)
        #expect(await databaseError { try await migrator.migrate() }?.code == .migration)
    }

    @Test func `a migration that fails leaves nothing of itself and all before it`() async throws {
        let database = try await makeDatabase()
        let broken = Migration(2, "broken", Array("CREATE TABLE half (id int); SELECT nothing;".utf8))
        let error = await databaseError { try await migrator(database, Self.leads, broken).migrate() }
        #expect(error?.sqlState == .undefinedColumn)
        #expect(error?.message.contains("lifecycle 2 (broken)") == true)
        #expect(try await database.value("SELECT to_regclass('half') IS NULL") == true)
        #expect(try await migrator(database, Self.leads, Self.names).migrate().map(\.version) == [2])
    }

    @Test func `a migration that commits by itself is refused`() async throws {
        let database = try await makeDatabase()
        let error = await databaseError { try await migrator(database, Migration(1, "own", Array("COMMIT".utf8))).migrate() }
        #expect(error?.code == .invalidStatement)
    }

    @Test func `modules in one schema count for themselves`() async throws {
        let database = try await makeDatabase()
        let outbox = Migration(1, "outbox", Array("CREATE TABLE outbox (id int)".utf8))
        let schema = try #require(database.configuration.schema)
        let sets = [MigrationSet(module: "messaging", migrations: [outbox]), MigrationSet(module: "lifecycle", migrations: [Self.leads])]
        let applied = try await Migrator(database: database, schema: schema, sets: sets).migrate()
        #expect(applied.map(\.module) == ["messaging", "lifecycle"])
        #expect(try await migrator(database, Self.leads).migrate().isEmpty)
    }

    @Test func `of runners that start at once one works and the others find it done`() async throws {
        let database = try await makeDatabase(maximumConnections: 5, statementTimeout: .seconds(1))
        let slow = Migration(1, "slow", Array("SELECT pg_sleep(1.5); CREATE TABLE leads (id int);".utf8))
        let runner = try migrator(database, slow)
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 { group.addTask { try await runner.migrate().count } }
            return try await group.reduce(0, +)
        }
        #expect(applied == 1)
    }
}
