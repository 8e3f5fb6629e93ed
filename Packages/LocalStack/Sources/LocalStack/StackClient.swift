public import Contracts
import Foundation
import Logging
public import Messaging

/// The operator's connection to a stack: asks the services, as their owner would.
public struct StackClient: Sendable {
    public let nats: NATSClient
    private let commands: CommandClient

    /// Connects with the operator's credentials.
    ///
    /// - Throws: what NATS says when it can't be reached or refuses.
    public static func connect(to plan: StackPlan) async throws -> StackClient {
        var logger = Logger(label: "operator")
        logger.logLevel = .error
        let nats = NATSClient(
            NATSConfiguration(
                servers: [plan.natsURL],
                authentication: .user("operator", password: plan.secret(of: "operator")),
                name: "operator"
            ),
            logger: logger
        )
        try await nats.connect()
        return StackClient(nats: nats, commands: CommandClient(nats))
    }

    /// Asks, and asks again with the same key while the owner is away: services may be restarted meanwhile.
    ///
    /// - Throws: the owner's `Problem`; one of status 503 only after `patience`.
    public func ask<Question: Command>(
        _ command: Question,
        key: IdempotencyKey = .make(),
        patience: Duration = .seconds(150)
    ) async throws -> Question.Answer {
        let end = ContinuousClock.now + patience
        while true {
            do {
                return try await commands.call(command, as: .operator, key: key)
            } catch let problem as Problem where problem.status >= 500 && ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    public func close() async { await nats.drain() }
}
