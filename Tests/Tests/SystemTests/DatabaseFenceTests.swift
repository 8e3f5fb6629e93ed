import Contracts
import Foundation
import LocalServers
import LocalStack
import Logging
import Postgres
import Testing

/// Each service's two roles with the credentials that they really have, and everything in the database that is not their own.
@Suite("Fences in the database", .timeLimit(.minutes(5)))
struct DatabaseFenceTests {
    @Test(arguments: StackPlan.services)
    func `keep a service's role, and the owner of its tables, from every foreign table`(service: ServiceName) async throws {
        let stack = try await TestSystem.shared().stack
        let foreign = try await objects(in: stack).filter { $0.schema != service.schema }
        let schemas = Set(foreign.map(\.schema))
        #expect(schemas.isSuperset(of: StackPlan.services.filter { $0 != service }.map(\.schema)))
        for url in [stack.databaseURL(of: service), stack.migrationURL(of: service)] {
            try await with(url) { database in
                for object in foreign {
                    for statement in object.statements { try await expectRefused(statement, by: database) }
                }
                for schema in schemas.union(["public"]) {
                    try await expectRefused("CREATE TABLE \"\(schema)\".mine (n int)", by: database)
                    try await expectRefused("DROP SCHEMA \"\(schema)\" CASCADE", by: database)
                }
            }
        }
    }

    @Test(arguments: StackPlan.services)
    func `let a service's role read and write its own rows, and nothing more`(service: ServiceName) async throws {
        let stack = try await TestSystem.shared().stack
        let own = try await objects(in: stack).filter { $0.schema == service.schema }
        try await with(stack.databaseURL(of: service)) { database in
            for table in own where table.kind == "r" {
                try await rolledBack(database) { transaction in
                    try await transaction.execute(SQL(unsafe: "SELECT FROM \(table.name) LIMIT 1"))
                    try await transaction.execute(SQL(unsafe: "DELETE FROM \(table.name) WHERE false"))
                    try await transaction.execute(SQL(unsafe: "LOCK TABLE \(table.name) IN ROW EXCLUSIVE MODE"))
                }
                for statement in [
                    "ALTER TABLE \(table.name) ADD COLUMN mine int", "DROP TABLE \(table.name) CASCADE", "TRUNCATE \(table.name) CASCADE",
                ] {
                    try await expectRefused(statement, by: database)
                }
            }
            let role = service.schema
            for statement in [
                "CREATE TABLE \(role).mine (n int)", "CREATE FUNCTION \(role).mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE TEMPORARY TABLE mine (n int)", "CREATE SCHEMA mine", "DROP SCHEMA \(role) CASCADE", "CREATE EXTENSION pgcrypto",
                "CREATE ROLE mine", "ALTER ROLE \(role) SUPERUSER", "ALTER ROLE \(role)_owner PASSWORD 'mine'", "SET ROLE \(role)_owner",
                "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres", "GRANT \(role)_owner TO \(role)",
                "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT pg_read_file('/etc/passwd')", "SELECT * FROM pg_authid", "CHECKPOINT",
            ] {
                try await expectRefused(statement, by: database)
            }
        }
    }

    @Test(arguments: StackPlan.services)
    func `open no other database to a service`(service: ServiceName) async throws {
        let stack = try await TestSystem.shared().stack
        for database in ["postgres", "template1"] {
            let url = stack.postgres.url(database: database, user: service.schema, password: stack.plan.secret(of: service.rawValue))
            await #expect(throws: DatabaseError.self) { try await with(url) { try await $0.execute("SELECT 1") } }
        }
        let wrong = stack.postgres.url(database: "plumbline", user: service.schema, password: "wrong")
        await #expect(throws: DatabaseError.self) { try await with(wrong) { try await $0.execute("SELECT 1") } }
    }

    @Test func `leave no service with a role that is more than a role`() async throws {
        let powers = try await TestSystem.shared().stack.postgres.execute(
            """
            SELECT rolname FROM pg_roles
            WHERE rolname NOT LIKE 'pg\\_%' AND rolname <> 'postgres'
                AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
                    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))
            """
        )
        #expect(powers.isEmpty)
    }

    // MARK: -

    private struct Object: Sendable {
        var schema: String
        var name: String
        /// As `pg_class` says it: `r` for a table, `S` for a sequence.
        var kind: String

        var statements: [String] {
            kind == "S"
                ? ["SELECT nextval('\(name)')", "SELECT * FROM \(name)"]
                : [
                    "SELECT * FROM \(name) LIMIT 1", "SELECT count(*) FROM \(name)", "INSERT INTO \(name) DEFAULT VALUES",
                    "DELETE FROM \(name)", "TRUNCATE \(name) CASCADE", "LOCK TABLE \(name) IN ACCESS SHARE MODE",
                    "ALTER TABLE \(name) ADD COLUMN mine int", "DROP TABLE \(name) CASCADE", "COPY \(name) TO STDOUT",
                ]
        }
    }

    /// All tables, views and sequences of all services, as the superuser sees them.
    private func objects(in stack: LocalStack) async throws -> [Object] {
        let lines = try await stack.postgres.execute(
            """
            SELECT nspname, format('%I.%I', nspname, relname), relkind FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
            """,
            database: "plumbline"
        )
        return try lines.split(separator: "\n").map { line in
            let parts = line.split(separator: "|").map(String.init)
            try #require(parts.count == 3)
            return Object(schema: parts[0], name: parts[1], kind: parts[2])
        }
    }

    private func with<Answer: Sendable>(_ url: String, _ body: (Database) async throws -> Answer) async throws -> Answer {
        var logger = Logger(label: "fence")
        logger.logLevel = .critical
        let database = Database(DatabaseConfiguration(url: url, maximumConnections: 1, applicationName: "fence"), logger: logger)
        let answer: Result<Answer, any Error>
        do { answer = .success(try await body(database)) } catch { answer = .failure(error) }
        await database.close()
        return try answer.get()
    }

    private struct RolledBack: Error {}

    private func rolledBack(_ database: Database, _ body: (Transaction) async throws -> Void) async throws {
        do {
            try await database.transaction { transaction in
                try await body(transaction)
                throw RolledBack()
            }
        } catch is RolledBack {}
    }

    /// Rolled back where it isn't refused: the stack is everybody's.
    private func expectRefused(_ statement: String, by database: Database) async throws {
        do {
            try await rolledBack(database) { _ = try await $0.query(SQL(unsafe: statement)) }
            Issue.record("it was not refused: \(statement)")
        } catch let error as DatabaseError {
            #expect(error.sqlState == .insufficientPrivilege, "\(statement): \(error.message)")
        }
    }
}
