import Contracts
import Foundation
import Logging
import Postgres

/// A predecessor's database, as it stood at one moment: read in one transaction that can't write, a few rows at a time.
package struct Predecessor: Sendable {
    private let transaction: Transaction
    /// The columns of each table that is there.
    private let columns: [String: Set<String>]

    /// The tables that anything is known of.
    package static let tables = [
        "businesses", "sites", "site_versions", "generated_sites", "campaigns", "customers", "subscriptions", "payments", "coverage_grid",
        "sms_opt_outs", "support_tickets", "edit_requests",
    ]

    /// Lends the database to `body`.
    ///
    /// - Throws: what `body` throws; `DatabaseError` when it can't be reached or read.
    package static func open<Result: Sendable>(_ url: String, _ body: (Predecessor) async throws -> Result) async throws -> Result {
        var logger = Logger(label: "predecessor")
        logger.logLevel = .error
        let configuration = DatabaseConfiguration(
            url: PredecessorAddress.forLibpq(url),
            maximumConnections: 1,
            waitTimeout: .seconds(30),
            applicationName: "plumbline adopt"
        )
        let database = Database(configuration, logger: logger)
        do {
            // All tables as of one moment, and never again from the beginning: what was read was sent already.
            let options = TransactionOptions(isolation: .repeatableRead, readOnly: true, maximumAttempts: 1)
            let result = try await database.transaction(options) { transaction in
                try await transaction.pipeline([
                    "SET LOCAL TimeZone = 'UTC'",
                    // Between two batches it waits for the services, as long as they take.
                    "SET LOCAL idle_in_transaction_session_timeout = 0",
                    "SET LOCAL statement_timeout = 0",
                ])
                return try await body(Predecessor(transaction: transaction, columns: try await columns(in: transaction)))
            }
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    private static func columns(in transaction: Transaction) async throws -> [String: Set<String>] {
        try await transaction.rows(
            """
            SELECT name, attname AS attribute
            FROM unnest(\(tables)::text[]) AS known (name)
            JOIN pg_attribute ON attrelid = to_regclass(name) AND attnum > 0 AND NOT attisdropped
            """
        ).reduce(into: [:]) { $0[try $1.decode("name", as: String.self), default: []].insert(try $1.decode("attribute")) }
    }

    package func has(_ table: String) -> Bool { columns[table] != nil }

    package func has(_ column: String, in table: String) -> Bool { columns[table]?.contains(column) == true }

    /// `column` of a table under its alias, as text; NULL where an older copy has no such column.
    func text(_ alias: String, _ column: String, of table: String) -> String {
        has(column, in: table) ? "\(alias).\"\(column)\"::text" : "NULL::text"
    }

    /// All rows of a table, in the order of their ids.
    package func rows(of table: String, size: Int = 500, _ body: ([PredecessorRow]) async throws -> Void) async throws {
        guard has(table) else { return }
        try await rows(of: table, "SELECT to_jsonb(t)::text AS record FROM \(table) AS t \(order("t", table))", size: size) { rows in
            try await body(rows.map(\.row))
        }
    }

    func order(_ alias: String, _ table: String) -> String {
        has("id", in: table) ? "ORDER BY \(alias).id" : ""
    }

    /// The rows of a query: `record` is the table's row, the other columns come as they are named.
    ///
    /// `query` is made of names in this source only.
    func rows(
        of table: String,
        _ query: String,
        size: Int,
        _ body: ([(row: PredecessorRow, more: Row)]) async throws -> Void
    ) async throws {
        try await transaction.execute(SQL(unsafe: "DECLARE adopted NO SCROLL CURSOR FOR \(query)"))
        while true {
            let rows = try await transaction.rows(SQL(unsafe: "FETCH FORWARD \(size) FROM adopted"))
            if rows.isEmpty { break }
            try await body(rows.map { (try PredecessorRow(table: table, record: try $0.decode("record")), $0) })
        }
        try await transaction.execute("CLOSE adopted")
    }

    package func count(of table: String) async throws -> Int {
        has(table) ? try await count("SELECT count(*) AS count FROM \(table)") : 0
    }

    /// `query` is made of names in this source only.
    func count(_ query: String) async throws -> Int {
        try await transaction.row(SQL(unsafe: query))?.decode("count") ?? 0
    }
}
