import Contracts
package import Foundation
package import Postgres

/// All SQL on sessions, and on how often it was tried to begin one.
extension SQLExecutor {
    package func insertSession(_ token: SecretToken, of account: AccountID, at time: Date) async throws {
        try await execute(
            """
            INSERT INTO sessions (token_hash, account_id, created_at, last_seen_at)
            VALUES (\(token.hash), \(account), \(time), \(time))
            """
        )
    }

    /// Who holds the session, if it holds; writes down, now and then, that they were seen.
    package func account(session token: SecretToken, by rules: SessionRules, at now: Date) async throws -> Account? {
        let row = try await row(
            """
            SELECT \(fragment: accountColumns), s.created_at, s.last_seen_at
            FROM sessions AS s JOIN accounts AS a ON a.id = s.account_id
            WHERE s.token_hash = \(token.hash) AND a.disabled_at IS NULL
            """
        )
        guard let row else { return nil }
        let lastSeen: Date = try row.decode("last_seen_at")
        guard rules.holds(since: try row.decode("created_at"), lastSeen: lastSeen, at: now) else { return nil }
        if lastSeen + rules.seenInterval <= now {
            try await execute("UPDATE sessions SET last_seen_at = \(now) WHERE token_hash = \(token.hash) AND last_seen_at < \(now)")
        }
        return try Account(row)
    }

    package func deleteSession(_ token: SecretToken) async throws {
        try await execute("DELETE FROM sessions WHERE token_hash = \(token.hash)")
    }

    /// What can't hold any more, and counts that don't count.
    package func deleteStaleSignIns(_ rules: SessionRules, at now: Date) async throws {
        _ = try await pipeline([
            "DELETE FROM sessions WHERE created_at < \(now - rules.lifetime) OR last_seen_at < \(now - rules.idle)",
            "DELETE FROM sign_in_tries WHERE window_began_at < \(now - SignInThrottle.window)",
        ])
    }

    /// Counts one try, before it is looked at: those that come at once are counted one after another.
    ///
    /// - Returns: when to come again, where it is one too many.
    package func countTry(_ subject: SignInThrottle.Subject, at now: Date) async throws -> Date? {
        let row = try await row(
            """
            INSERT INTO sign_in_tries AS t (subject, tries, window_began_at)
            VALUES (\(subject.hash), 1, \(now))
            ON CONFLICT (subject) DO UPDATE SET
                tries = CASE WHEN t.window_began_at <= \(now - SignInThrottle.window) THEN 1 ELSE t.tries + 1 END,
                window_began_at = CASE WHEN t.window_began_at <= \(now - SignInThrottle.window) THEN \(now) ELSE t.window_began_at END
            RETURNING tries, window_began_at
            """
        )
        guard let row, try row.decode("tries", as: Int.self) > subject.limit else { return nil }
        return try row.decode("window_began_at", as: Date.self) + SignInThrottle.window
    }

    /// A good one did not count: the account begins anew, the address has one less. It isn't forgotten, or whoever has one account could
    /// guess at all the others.
    package func takeBackTry(email: String, of subjects: [SignInThrottle.Subject]) async throws {
        for subject in subjects {
            switch subject {
            case .account: try await execute("DELETE FROM sign_in_tries WHERE subject = \(subject.hash)")
            case .address: try await execute("UPDATE sign_in_tries SET tries = tries - 1 WHERE subject = \(subject.hash) AND tries > 0")
            }
        }
    }
}
