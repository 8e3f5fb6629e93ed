package import Contracts
import Foundation
import Postgres

/// A key as it is stored: never the secret.
package struct StoredAPIKey: Decodable, Sendable {
    package var id: APIKeyID
    var name: String
    var scopes: [String]
    /// Its own limit, if it has one.
    var rate: Double?
    var burst: Int?
}

extension SQLExecutor {
    /// - Returns: whether it was stored; not, when `key` was used to make one before.
    func insertAPIKey(
        _ id: APIKeyID,
        name: String,
        hash: Data,
        scopes: [String],
        rate: Double?,
        burst: Int?,
        by actor: Actor,
        key: IdempotencyKey,
        at time: Date
    ) async throws -> Bool {
        try await execute(
            """
            INSERT INTO api_keys (id, name, key_hash, scopes, rate, burst, created_by, idempotency_key, created_at)
            VALUES (\(id), \(name), \(hash), \(scopes), \(rate), \(burst), \(actor.id), \(key.rawValue), \(time))
            ON CONFLICT (idempotency_key) DO NOTHING
            """
        ) == 1
    }

    /// The key with this hash, if it is still good.
    func apiKey(hash: Data) async throws -> StoredAPIKey? {
        try await row("SELECT id, name, scopes, rate, burst FROM api_keys WHERE key_hash = \(hash) AND revoked_at IS NULL")?
            .decode(StoredAPIKey.self)
    }

    func noteUses(of keys: [APIKeyID: Date]) async throws {
        guard !keys.isEmpty else { return }
        // In one order for all instances, so that two wait for each other one way.
        let ordered = keys.sorted { $0.key < $1.key }
        try await execute(
            """
            WITH used AS (
                SELECT given.id, given.used_at
                FROM unnest(\(ordered.map(\.key))::uuid[], \(ordered.map(\.value))::timestamptz[]) AS given (id, used_at)
                JOIN api_keys ON api_keys.id = given.id
                WHERE last_used_at IS NULL OR last_used_at < used_at - interval '1 minute'
                ORDER BY given.id
                FOR NO KEY UPDATE OF api_keys
            )
            UPDATE api_keys SET last_used_at = greatest(last_used_at, used.used_at) FROM used WHERE api_keys.id = used.id
            """
        )
    }

    /// All of them, the newest first.
    func apiKeys() async throws -> [APIKeyListing] {
        try await rows("SELECT \(fragment: APIKeyColumns.shown) FROM api_keys ORDER BY created_at DESC, id DESC")
            .map { try $0.decode(APIKeyListing.self) }
    }

    /// Ends a key, from now on or from when it was ended before.
    ///
    /// - Returns: `nil` when there is none.
    func revokeAPIKey(_ id: APIKeyID, at time: Date) async throws -> APIKeyListing? {
        try await row(
            """
            UPDATE api_keys SET revoked_at = coalesce(revoked_at, \(time)) WHERE id = \(id)
            RETURNING \(fragment: APIKeyColumns.shown)
            """
        )?.decode(APIKeyListing.self)
    }
}

private enum APIKeyColumns {
    static let shown: SQL = "id, name, scopes, rate, burst, created_by, created_at, last_used_at, revoked_at"
}
