import Contracts
import Foundation
import Hummingbird
import Postgres
import ServiceKit

/// Lets in who has an API key of the scope, as often as the key may.
struct IntakeGate: Sendable {
    let keys: APIKeyRing
    var now: @Sendable () -> Date = WallClock.now

    /// Who sends the request.
    ///
    /// - Throws: a problem of status 401 without a good key, of 403 when the key is for something else, and of 429 when it comes too often.
    func admit(_ request: Request, scope: APIScope = .intake) async throws -> StoredAPIKey {
        guard let token = request.bearerToken else {
            throw Problem.unauthorized("Send an API key: Authorization: Bearer plb_... (plumbline keys create --scope \(scope.rawValue)).")
        }
        guard let secret = APISecret(token), let key = try await keys.key(hash: secret.hash, at: now()) else {
            throw Problem.unauthorized("The API key is not known, or was revoked.")
        }
        guard key.scopes.contains(scope.rawValue) else {
            throw Problem("forbidden", "Not allowed", status: 403, detail: "The API key has not the scope \(scope.rawValue).")
        }
        let notice = keys.take(key)
        if let refusal = notice.refusal("The API key") { throw refusal }
        RateNotices.current?.note(notice)
        return key
    }
}

extension IdempotencyKey {
    /// What a client calls its request, apart from other clients' and from those of commands.
    func scoped(to client: StoredAPIKey) -> IdempotencyKey {
        IdempotencyKey(rawValue: "intake:\(client.id):\(rawValue)")
    }
}

extension Request {
    /// The `Idempotency-Key` header.
    ///
    /// - Throws: a `Problem` of status 400 when it is empty or longer than 255 characters.
    func checkedIdempotencyKey() throws -> IdempotencyKey? {
        guard let key = idempotencyKey else { return nil }
        guard (1...255).contains(key.rawValue.utf8.count) else {
            throw Problem(
                "invalid-idempotency-key",
                "The Idempotency-Key is not valid",
                status: 400,
                detail: "It must have 1 to 255 characters."
            )
        }
        return key
    }
}
