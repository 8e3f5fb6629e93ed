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

    /// As ``once(_:_:)`` for many at once, in three statements however many they are: for those who put what many asked for into one
    /// transaction.
    ///
    /// `body` is called once, with the positions of those that are to be done: those without a key, and of each key that was not used
    /// before the first that has it. It returns an answer for each of these.
    ///
    /// Keys are claimed in one order for all, so that two transactions with the same keys wait for each other one way.
    ///
    /// - Returns: one for each of `keys`, in their order; a `Problem` of status 422 where a key was used for another kind of answer.
    /// - Throws: what `body` throws; then all keys that it would have used are free again.
    public func once<Answer: Codable & Sendable>(
        each keys: [IdempotencyKey?],
        _ body: ([Int]) async throws -> [Answer]
    ) async throws -> [Result<Answer, Problem>] {
        let scope = CommandScope.current
        let claimed = try await claim(Set(keys.compactMap(\.self)), in: scope)
        var first: [IdempotencyKey: Int] = [:]
        for (position, key) in keys.enumerated() {
            if let key, first[key] == nil { first[key] = position }
        }
        let open = keys.indices.filter { position in
            guard let key = keys[position] else { return true }
            return claimed.contains(key) && first[key] == position
        }

        let answers = open.isEmpty ? [] : try await body(open)
        precondition(answers.count == open.count, "one answer is needed for each that is to be done")
        let done = Dictionary(uniqueKeysWithValues: zip(open, answers))
        try await record(done.compactMap { position, answer in keys[position].map { ($0, answer) } }, in: scope)
        let before = try await recordedAnswers(of: first.keys.filter { !claimed.contains($0) }, in: scope)

        return keys.enumerated().map { position, key in
            guard let key, claimed.contains(key) else {
                if let answer = done[position] { return .success(answer) }
                return Self.answer(key.flatMap { before[$0] })
            }
            return first[key].flatMap { done[$0] }.map(Result.success) ?? .failure(Self.reused)
        }
    }

    /// - Returns: those that nobody has used.
    private func claim(_ keys: Set<IdempotencyKey>, in scope: String) async throws -> Set<IdempotencyKey> {
        guard !keys.isEmpty else { return [] }
        let rows = try await rows(
            """
            INSERT INTO idempotency_keys (scope, key)
            SELECT \(scope), key FROM unnest(\(keys.map(\.rawValue))::text[]) AS given (key) ORDER BY key COLLATE "C"
            ON CONFLICT DO NOTHING
            RETURNING key
            """
        )
        return Set(try rows.map { IdempotencyKey(rawValue: try $0.decode("key")) })
    }

    private func record(_ answers: [(key: IdempotencyKey, answer: some Encodable)], in scope: String) async throws {
        guard !answers.isEmpty else { return }
        let texts = try answers.map { String(decoding: try WireJSON.encode($0.answer), as: UTF8.self) }
        try await execute(
            """
            UPDATE idempotency_keys SET answer = given.answer::jsonb
            FROM unnest(\(answers.map(\.key.rawValue))::text[], \(texts)::text[]) AS given (key, answer)
            WHERE scope = \(scope) AND idempotency_keys.key = given.key
            """
        )
    }

    private func recordedAnswers(of keys: [IdempotencyKey], in scope: String) async throws -> [IdempotencyKey: String] {
        guard !keys.isEmpty else { return [:] }
        let rows = try await rows(
            """
            SELECT key, answer::text AS answer FROM idempotency_keys
            WHERE scope = \(scope) AND key = ANY (\(keys.map(\.rawValue))::text[]) AND answer IS NOT NULL
            """
        )
        return try rows.reduce(into: [:]) { $0[IdempotencyKey(rawValue: try $1.decode("key"))] = try $1.decode("answer") }
    }

    private func recordedAnswer<Answer: Codable>(of key: IdempotencyKey, in scope: String) async throws -> Answer {
        let row = try await row(
            "SELECT answer::text AS answer FROM idempotency_keys WHERE scope = \(scope) AND key = \(key.rawValue)"
        )
        return try Self.answer(try row?.decodeIfPresent("answer", as: String.self)).get()
    }

    private static func answer<Answer: Codable>(_ recorded: String?) -> Result<Answer, Problem> {
        guard let recorded, let answer = try? WireJSON.decode(Answer.self, from: Data(recorded.utf8)) else { return .failure(reused) }
        return .success(answer)
    }

    private static var reused: Problem {
        Problem(
            "idempotency-key-reused",
            "The idempotency key was used for something else",
            status: 422,
            detail: "Each key stands for one request: take a new one."
        )
    }
}

/// Whose idempotency keys are meant: set while a command is answered, empty elsewhere.
enum CommandScope {
    @TaskLocal static var current = ""
}
