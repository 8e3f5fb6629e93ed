public import Contracts
import Foundation
import Logging
public import Messaging

/// The operator's connection to a running system: asks the services, as their owner would.
public struct StackClient: Sendable {
    public let nats: NATSClient
    private let commands: CommandClient

    /// Connects with the operator's credentials.
    ///
    /// - Throws: what NATS says when it can't be reached or refuses.
    public static func connect(to address: SystemAddress) async throws -> StackClient {
        var logger = Logger(label: "operator")
        logger.logLevel = .error
        let nats = NATSClient(
            NATSConfiguration(
                servers: [address.natsURL],
                authentication: .user("operator", password: address.operatorPassword),
                tls: address.natsCAFile.map { NATSConfiguration.TLS(caFile: $0) },
                name: "operator"
            ),
            logger: logger
        )
        try await nats.connect()
        return StackClient(nats: nats, commands: CommandClient(nats))
    }

    public static func connect(to plan: StackPlan) async throws -> StackClient { try await connect(to: plan.address) }

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
