import Contracts
import Foundation
import Postgres

/// A key as it is stored: never the secret.
struct StoredAPIKey: Decodable, Sendable {
    var id: APIKeyID
    var name: String
    var scopes: [String]
}

extension SQLExecutor {
    /// - Returns: whether it was stored; not, when `key` was used to make one before.
    func insertAPIKey(
        _ id: APIKeyID,
        name: String,
        hash: Data,
        scopes: [String],
        by actor: Actor,
        key: IdempotencyKey,
        at time: Date
    ) async throws -> Bool {
        try await execute(
            """
            INSERT INTO api_keys (id, name, key_hash, scopes, created_by, idempotency_key, created_at)
            VALUES (\(id), \(name), \(hash), \(scopes), \(actor.id), \(key.rawValue), \(time))
            ON CONFLICT (idempotency_key) DO NOTHING
            """
        ) == 1
    }

    /// The key with this hash, if it is still good; remembers its use, to the minute.
    func useAPIKey(hash: Data, at time: Date) async throws -> StoredAPIKey? {
        try await row(
            """
            WITH used AS (
                UPDATE api_keys SET last_used_at = \(time)
                WHERE key_hash = \(hash) AND revoked_at IS NULL
                    AND (last_used_at IS NULL OR last_used_at < \(time)::timestamptz - interval '1 minute')
            )
            SELECT id, name, scopes FROM api_keys WHERE key_hash = \(hash) AND revoked_at IS NULL
            """
        )?.decode(StoredAPIKey.self)
    }
}
