public import Contracts
import Foundation
import Metrics

/// Sends commands to their owners over NATS request/reply.
public struct CommandClient: Sendable {
    private let client: NATSClient

    public init(_ client: NATSClient) {
        self.client = client
    }

    /// The owner's answer.
    ///
    /// When the connection is lost meanwhile, the command is sent again with the same key: its owner does it once.
    ///
    /// - Throws: the `Problem` that the owner answered with, or one of status 503 when nobody answered within `timeout`; then it may have
    ///   been done, and a repeat with the same key is safe.
    public func call<Asked: Command>(
        _ command: Asked,
        as actor: Actor,
        key: IdempotencyKey = .make(),
        timeout: Duration = Asked.patience
    ) async throws -> Asked.Answer {
        try await timed(command, as: actor, key: key, timeout: timeout).answer
    }

    /// The same, with how long its owner took: from when the command reached it until the answer was handed over; `nil` where it doesn't say.
    public func timed<Asked: Command>(
        _ command: Asked,
        as actor: Actor,
        key: IdempotencyKey = .make(),
        timeout: Duration = Asked.patience
    ) async throws -> (answer: Asked.Answer, took: Duration?) {
        try CommandHeaders.check(key)
        let deadline = ContinuousClock.now + timeout
        let payload = try WireJSON.encode(command)
        let trace = (TraceContext.current ?? .make()).child()
        let subject = command.subject.description
        let answer = try await ask(subject, payload, until: deadline) { left in
            CommandHeaders(actor: actor, key: key, timeout: left, trace: trace)
        }
        if answer.headers["Content-Type"] == CommandHeaders.problem {
            throw (try? WireJSON.decode(Problem.self, from: answer.payload)) ?? Problem.internalError
        }
        let took = answer.headers[ServerTiming.header].flatMap(ServerTiming.init)?.total
        return (try WireJSON.decode(Asked.Answer.self, from: answer.payload), took)
    }

    private func ask(
        _ subject: String,
        _ payload: Data,
        until deadline: ContinuousClock.Instant,
        _ headers: (Duration) -> CommandHeaders
    ) async throws -> NATSMessage {
        while true {
            let left = deadline - .now
            guard left > .zero else { throw Self.unavailable(subject, "did not answer in time") }
            do {
                return try await client.request(subject, headers: headers(left).fields, payload: payload, timeout: left)
            } catch let error as NATSError {
                switch error.code {
                case .disconnected:
                    do {
                        try await client.connected(within: deadline - .now)
                    } catch is NATSError {
                        throw Self.unavailable(subject, "can't be reached")
                    }
                case .noResponders:
                    // Behind a restart of the server its clients come back one by one.
                    let back = client.connectedSince.map { $0 + Self.patience } ?? .now
                    guard .now < back else { throw Self.unavailable(subject, "is not running") }
                    try await Task.sleep(for: .milliseconds(50))
                case .timeout: throw Self.unavailable(subject, "did not answer in time")
                case .tooLarge: throw Problem("too-large", "The command is too large", status: 413)
                default: throw Self.unavailable(subject, "can't be reached")
                }
            }
        }
    }

    /// How long after a connection was made its owner may be missing.
    private static let patience = Duration.seconds(3)

    private static func unavailable(_ subject: String, _ what: String) -> Problem {
        let owner = subject.split(separator: ".").dropFirst().first.map(String.init) ?? subject
        return .unavailable("\(owner) \(what).")
    }
}
