import Foundation
import Postgres
import Testing

@Suite("SQL")
struct SQLTests {
    @Test func `every interpolated value is bound and none becomes text`() {
        let name = "x'); DROP TABLE leads; --"
        let sql: SQL = "SELECT \(name), \(7), \(Int?.none)"
        #expect(sql.text == "SELECT $1, $2, $3")
        #expect(sql.description == sql.text)
    }

    @Test func `a fragment brings its values along and is renumbered`() {
        let filter: SQL = "city = \("Wien") AND rating > \(4.0)"
        let sql: SQL = "SELECT \(1) FROM leads WHERE \(fragment: filter) LIMIT \(10)"
        #expect(sql.text == "SELECT $1 FROM leads WHERE city = $2 AND rating > $3 LIMIT $4")
    }

    @Test func `parts are joined with their separator`() {
        let parts: [SQL] = ["a = \(1)", "b = \(2)", "c IS NULL"]
        #expect(SQL.joined(parts, separator: " AND ").text == "a = $1 AND b = $2 AND c IS NULL")
        #expect(SQL.joined([], separator: ", ").text.isEmpty)
    }

    @Test func `more than nine placeholders are renumbered by their whole number`() {
        let inner = SQL.joined((1...11).map { "\($0)" }, separator: ",")
        let sql: SQL = "VALUES (\(0), \(fragment: inner))"
        #expect(sql.text == "VALUES ($1, $2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)")
    }

    @Test func `an identifier is quoted, whatever is in it`() {
        let sql: SQL = "SELECT * FROM \(identifier: #"a"; DROP TABLE b"#)"
        #expect(sql.text == #"SELECT * FROM "a""; DROP TABLE b""#)
    }

    @Test func `hand-made text keeps the dollars inside its quotes when it is spliced`() {
        let made = SQL(unsafe: "a = '$1' AND b = $1", [5])
        let sql: SQL = "\(1) \(fragment: made)"
        #expect(sql.text == "$1 a = '$1' AND b = $2")
    }

    @Test(arguments: ["", "a\0b"])
    func `a name that PostgreSQL could not have fails the statement`(name: String) async throws {
        let database = try await makeDatabase()
        let error = await databaseError { try await database.execute("SELECT FROM \(identifier: name)") }
        #expect(error?.code == .invalidStatement)
    }
}
