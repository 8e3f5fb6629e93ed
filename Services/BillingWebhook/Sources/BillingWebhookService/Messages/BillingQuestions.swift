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
        try await database.customer(of: asked.command.leadID)
    }
}
