public import Contracts
import Foundation
public import Postgres

extension Transaction {
    /// Runs `body` the first time that `key` is used; every later use gets the first answer, for as long as the key is kept (30 days).
    ///
    /// The key is claimed before the work: a repeat that arrives meanwhile waits for this transaction to end. When `body` throws, the key is
    /// free again with everything else. Within a command handler a key belongs to that command and its actor: the same key used by
    /// somebody else, or for another command, is another key.
    ///
    /// - Throws: what `body` throws; a `Problem` of status 422 when the key was used for something with another kind of answer.
    public func once<Answer: Codable & Sendable>(_ key: IdempotencyKey, _ body: () async throws -> Answer) async throws -> Answer {
        let scope = CommandScope.current
        let claimed = try await execute(
            "INSERT INTO idempotency_keys (scope, key) VALUES (\(scope), \(key.rawValue)) ON CONFLICT DO NOTHING"
        )
        guard claimed == 1 else { return try await recordedAnswer(of: key, in: scope) }

        let answer = try await body()
        let recorded = String(decoding: try WireJSON.encode(answer), as: UTF8.self)
        try await execute(
            "UPDATE idempotency_keys SET answer = \(recorded)::jsonb WHERE scope = \(scope) AND key = \(key.rawValue)"
        )
        return answer
    }

    private func recordedAnswer<Answer: Codable>(of key: IdempotencyKey, in scope: String) async throws -> Answer {
        let row = try await row(
            "SELECT answer::text AS answer FROM idempotency_keys WHERE scope = \(scope) AND key = \(key.rawValue)"
        )
        guard let text = try row?.decodeIfPresent("answer", as: String.self),
            let answer = try? WireJSON.decode(Answer.self, from: Data(text.utf8))
        else {
            throw Problem(
                "idempotency-key-reused",
                "The idempotency key was used for something else",
                status: 422,
                detail: "Each key stands for one request: take a new one."
            )
        }
        return answer
    }
}

/// Whose idempotency keys are meant: set while a command is answered, empty elsewhere.
enum CommandScope {
    @TaskLocal static var current = ""
}
