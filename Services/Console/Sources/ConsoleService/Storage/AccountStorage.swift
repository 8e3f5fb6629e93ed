import Contracts
package import Foundation
package import Postgres

/// All SQL on accounts.
extension SQLExecutor {
    /// - Returns: whether it was stored; not, when the e-mail address or the staff id is another one's.
    package func insert(_ account: Account, password: PasswordHash, at time: Date) async throws -> Bool {
        try await execute(
            """
            INSERT INTO accounts (id, email, name, role, staff_id, password_hash, created_at)
            VALUES (\(account.id), \(account.email), \(account.name), \(account.role.rawValue), \(account.staffID), \(password.description), \(time))
            ON CONFLICT DO NOTHING
            """
        ) == 1
    }

    package func account(email: String) async throws -> (account: Account, password: String)? {
        try await row("SELECT \(fragment: accountColumns), a.password_hash FROM accounts AS a WHERE a.email = \(email)").map {
            (try Account($0), try $0.decode("password_hash"))
        }
    }

    package func accounts() async throws -> [Account] {
        try await rows("SELECT \(fragment: accountColumns) FROM accounts AS a ORDER BY a.email").map(Account.init)
    }

    /// Ends all their sessions too: who knew the old password may be signed in.
    ///
    /// - Returns: whether there is such an account.
    package func setPassword(_ password: PasswordHash, ofEmail email: String) async throws -> Bool {
        try await pipeline([
            "DELETE FROM sessions USING accounts AS a WHERE sessions.account_id = a.id AND a.email = \(email)",
            "UPDATE accounts SET password_hash = \(password.description) WHERE email = \(email)",
        ]).last?.rowsAffected == 1
    }

    /// Whoever is disabled is signed out; their tokens hold again when they are enabled.
    ///
    /// - Returns: whether there is such an account.
    package func setDisabled(_ time: Date?, ofEmail email: String) async throws -> Bool {
        try await pipeline([
            "DELETE FROM sessions USING accounts AS a WHERE sessions.account_id = a.id AND a.email = \(email) AND \(time != nil)",
            "UPDATE accounts SET disabled_at = \(time) WHERE email = \(email)",
        ]).last?.rowsAffected == 1
    }
}

let accountColumns: SQL = "a.id, a.email, a.name, a.role, a.staff_id, a.disabled_at IS NULL AS is_enabled"

extension Account {
    init(_ row: Row) throws {
        let role: String = try row.decode("role")
        self.init(
            id: try row.decode("id"),
            email: try row.decode("email"),
            name: try row.decode("name"),
            // Held to its words by the table.
            role: Role(rawValue: role) ?? .agent,
            staffID: try row.decode("staff_id"),
            isEnabled: try row.decode("is_enabled")
        )
    }
}
