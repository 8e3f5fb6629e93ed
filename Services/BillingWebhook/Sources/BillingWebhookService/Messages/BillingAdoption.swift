import Contracts
import Foundation
import Messaging
import Postgres

/// Takes customers, subscriptions and payments over from a predecessor's database: each of them once, by the provider's ids.
///
/// What is told of them are the same events as of any other: with the times at which things happened.
struct BillingAdoption: Sendable {
    let database: Database

    func adopt(_ asked: Asked<AdoptBilling>) async throws -> AdoptionAnswer {
        guard asked.actor.role == .admin else { throw Problem.forbidden(needs: .admin) }
        let command = asked.command
        let count = command.customers.count + command.subscriptions.count + command.payments.count
        guard (1...1_000).contains(count) else {
            throw Problem.invalid([Problem.FieldError(pointer: "", detail: "must have 1 to 1000 rows, and has \(count)")])
        }
        do {
            return try await database.transaction { transaction in
                let leads = command.customers.map(\.leadID) + command.subscriptions.map(\.leadID) + command.payments.map(\.leadID)
                for lead in Set(leads).sorted() { try await transaction.execute(.lockMoney(of: lead)) }
                var results: [AdoptionResult] = []
                for customer in command.customers { results.append(try await transaction.adopt(customer)) }
                for subscription in command.subscriptions { results.append(try await transaction.adopt(subscription)) }
                for payment in command.payments { results.append(try await transaction.adopt(payment)) }
                if command.dryRun == true { throw Undone(answer: AdoptionAnswer(results: results)) }
                return AdoptionAnswer(results: results)
            }
        } catch let undone as Undone {
            return undone.answer
        }
    }

    /// A dry run does everything, and then undoes it.
    private struct Undone: Error {
        var answer: AdoptionAnswer
    }
}
