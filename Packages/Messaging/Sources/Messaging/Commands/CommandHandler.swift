public import Contracts
import Foundation

/// One command: what is asked, by whom, and the key that makes a repeat harmless.
public struct Asked<Question: Command>: Sendable {
    public let command: Question
    public let actor: Actor
    public let key: IdempotencyKey
    /// When the caller stops waiting.
    public let deadline: ContinuousClock.Instant?
    public let trace: TraceContext?

    public init(
        command: Question,
        actor: Actor,
        key: IdempotencyKey,
        deadline: ContinuousClock.Instant? = nil,
        trace: TraceContext? = nil
    ) {
        self.command = command
        self.actor = actor
        self.key = key
        self.deadline = deadline
        self.trace = trace
    }
}

/// Answers one kind of command.
public struct CommandHandler: Sendable {
    public let subject: Subject
    let answer: @Sendable (Data, CommandHeaders, ContinuousClock.Instant) async throws -> Data

    /// Answers `Question`s. A thrown `Problem` goes to the caller as it is; of any other error the caller learns nothing.
    public static func answer<Question: Command>(
        _ type: Question.Type,
        _ answer: @escaping @Sendable (Asked<Question>) async throws -> Question.Answer
    ) -> Self {
        .answer(type, on: Question.subject, answer)
    }

    /// Answers `Question`s that are sent to `subject`: for those that every service answers, each on its own.
    public static func answer<Question: Command>(
        _ type: Question.Type,
        on subject: Subject,
        _ answer: @escaping @Sendable (Asked<Question>) async throws -> Question.Answer
    ) -> Self {
        let body = BodyReader(type)
        return Self(subject: subject) { payload, headers, deadline in
            let asked = Asked(
                command: try body.read(payload),
                actor: headers.actor,
                key: headers.key,
                deadline: deadline,
                trace: headers.trace
            )
            return try WireJSON.encode(try await answer(asked))
        }
    }
}
