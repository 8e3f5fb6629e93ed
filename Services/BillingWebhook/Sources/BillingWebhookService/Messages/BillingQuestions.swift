import Contracts
import Messaging
import Postgres

/// What others ask of billing.
struct BillingQuestions: Sendable {
    let database: Database

    func figures(_ asked: Asked<GetBillingFigures>) async throws -> GetBillingFigures.Answer {
        try await database.billingFigures()
    }

    func customer(_ asked: Asked<GetCustomer>) async throws -> GetCustomer.Answer {
        let lead = try await database.survivor(of: asked.command.leadID)
        // Agents work on their own leads, and on those that are nobody's yet.
        if asked.actor.role < .manager, let assignee = try await database.assignee(of: lead), assignee != asked.actor.id {
            throw Problem.forbidden(needs: .manager)
        }
        return try await database.customer(of: lead)
    }
}
