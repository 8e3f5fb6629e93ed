import Contracts
import Foundation

/// What travels with a command besides its JSON, as NATS headers.
struct CommandHeaders: Sendable {
    static let json = "application/json"
    static let problem = "application/problem+json"
    /// Well within what an index of PostgreSQL takes.
    static let maximumKeyLength = 512

    var actor: Actor
    var key: IdempotencyKey
    /// How long the caller still waits. A duration, since clocks differ.
    var timeout: Duration
    var trace: TraceContext

    init(actor: Actor, key: IdempotencyKey, timeout: Duration, trace: TraceContext) {
        self.actor = actor
        self.key = key
        self.timeout = timeout
        self.trace = trace
    }

    /// - Throws: a `Problem` when the caller doesn't say who asks.
    init(_ headers: NATSHeaders) throws {
        guard let id = headers["Plumbline-Actor"], let role = headers["Plumbline-Role"].flatMap({ Role(rawValue: $0) }) else {
            throw Problem.unauthorized("The command does not say who asks.")
        }
        actor = Actor(id: (id.removingPercentEncoding ?? id).withoutNUL, role: role)
        key = headers["Idempotency-Key"].map { IdempotencyKey(rawValue: $0.removingPercentEncoding ?? $0) } ?? .make()
        try Self.check(key)
        timeout = headers["Plumbline-Timeout-Ms"].flatMap { Int64($0) }.map { .milliseconds($0) } ?? .seconds(5)
        trace = headers["traceparent"].flatMap(TraceContext.init) ?? .make()
    }

    var fields: NATSHeaders {
        [
            "Content-Type": Self.json,
            // What a person typed may hold anything: a line break would start a header of its own.
            "Plumbline-Actor": actor.id.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "",
            "Plumbline-Role": actor.role.rawValue,
            "Plumbline-Timeout-Ms": String(timeout.milliseconds),
            "Idempotency-Key": key.rawValue.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "",
            "traceparent": trace.description,
        ]
    }

    /// - Throws: a `Problem` when the key can't be kept.
    static func check(_ key: IdempotencyKey) throws {
        guard 1...maximumKeyLength ~= key.rawValue.utf8.count, !key.rawValue.contains("\0") else {
            throw Problem(
                "invalid-idempotency-key",
                "The idempotency key is not valid",
                status: 400,
                detail: "A key has 1 to \(maximumKeyLength) bytes, and no U+0000."
            )
        }
    }
}
