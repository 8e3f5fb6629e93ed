import Contracts
import Foundation
import Logging
import Messaging
import Outbound
import Postgres

/// What the staff does with subscriptions.
struct SubscriptionCommands: Sendable {
    let database: Database
    let api: RecurrenteAPI?
    let logger: Logger

    /// The provider first: only what it has ended has ended. Its own notice of it comes later, and is no news then.
    func cancel(_ asked: Asked<CancelSubscription>) async throws -> SubscriptionSummary {
        guard asked.actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
        let id = asked.command.subscriptionID
        guard let known = try await database.subscriptionSummary(id) else { throw Problem.subscriptionNotFound(id) }
        guard known.state != .cancelled else { return known }
        guard let api else { throw Problem.unavailable("RECURRENTE_SECRET_KEY is not set: nothing can be cancelled at the provider.") }
        do {
            try await api.cancel(subscription: known.providerID)
        } catch let refused as RecurrenteAPI.Refused {
            logger.error("Recurrente did not cancel", metadata: ["subscription.id": "\(id)", "error": "\(refused)"])
            throw Problem(
                "provider-refused",
                "The payment provider refused",
                status: 502,
                detail: "The subscription \(known.providerID) goes on: Recurrente answered \(refused.status)."
            )
        } catch let error as OutboundError {
            logger.error("Recurrente can't be reached", metadata: ["subscription.id": "\(id)", "error": "\(error)"])
            throw Problem.unavailable("The payment provider can't be reached; whether the subscription goes on is not known. Try again.")
        }
        return try await database.transaction { transaction in
            try await transaction.endSubscription(providerID: known.providerID, at: Date())
            guard let ended = try await transaction.subscriptionSummary(id) else { throw Problem.subscriptionNotFound(id) }
            return ended
        }
    }
}

extension Problem {
    fileprivate static func subscriptionNotFound(_ id: SubscriptionID) -> Self {
        Self("subscription-not-found", "There is no such subscription", status: 404, detail: "No subscription has the id \(id).")
    }
}
