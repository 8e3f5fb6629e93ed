package import Contracts
package import Foundation
package import Postgres

package enum APITokenMark {}
package typealias APITokenID = Identifier<APITokenMark>

/// A token as an operator sees it: never the secret.
package struct APIToken: Hashable, Sendable {
    package var id: APITokenID
    package var email: String
    package var name: String
    package var createdAt: Date
    package var expiresAt: Date?
    package var lastUsedAt: Date?
    package var revokedAt: Date?
}

/// All SQL on API tokens.
extension SQLExecutor {
    /// - Returns: the token's id; none when there is no such account.
    package func insertToken(
        _ token: SecretToken,
        named name: String,
        ofEmail email: String,
        expiresAt: Date?,
        at time: Date
    ) async throws -> APITokenID? {
        try await row(
            """
            INSERT INTO api_tokens (id, token_hash, account_id, name, created_at, expires_at)
            SELECT \(APITokenID.make(at: time)), \(token.hash), id, \(name), \(time), \(expiresAt) FROM accounts WHERE email = \(email)
            RETURNING id
            """
        )?.decode("id")
    }

    /// Whose the token is, if it is good; writes down at most once a minute that it was used.
    package func account(token: SecretToken, at now: Date) async throws -> Account? {
        let row = try await row(
            """
            SELECT \(fragment: accountColumns), t.last_used_at
            FROM api_tokens AS t JOIN accounts AS a ON a.id = t.account_id
            WHERE t.token_hash = \(token.hash) AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > \(now))
                AND a.disabled_at IS NULL
            """
        )
        guard let row else { return nil }
        if try row.decodeIfPresent("last_used_at", as: Date.self).map({ $0 + 60 <= now }) ?? true {
            try await execute("UPDATE api_tokens SET last_used_at = \(now) WHERE token_hash = \(token.hash)")
        }
        return try Account(row)
    }

    package func tokens() async throws -> [APIToken] {
        try await rows(
            """
            SELECT t.id, a.email, t.name, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
            FROM api_tokens AS t JOIN accounts AS a ON a.id = t.account_id
            ORDER BY a.email, t.created_at
            """
        ).map { row in
            APIToken(
                id: try row.decode("id"),
                email: try row.decode("email"),
                name: try row.decode("name"),
                createdAt: try row.decode("created_at"),
                expiresAt: try row.decodeIfPresent("expires_at"),
                lastUsedAt: try row.decodeIfPresent("last_used_at"),
                revokedAt: try row.decodeIfPresent("revoked_at")
            )
        }
    }

    /// - Returns: whether there is such a token.
    package func revokeToken(_ id: APITokenID, at time: Date) async throws -> Bool {
        try await execute("UPDATE api_tokens SET revoked_at = coalesce(revoked_at, \(time)) WHERE id = \(id)") == 1
    }
}
