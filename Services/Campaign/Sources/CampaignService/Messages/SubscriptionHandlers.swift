import Contracts
import Foundation
import Messaging
import Postgres

/// What the holder of an unsubscribe link may do.
struct SubscriptionHandlers: Sendable {
    let database: Database

    /// - Returns: false when there is no such message.
    func unsubscribe(_ message: MessageID, source: UnsubscribeSource) async throws -> Bool {
        try await change(message) { try await $0.unsubscribe($1, source: source, at: Date()) }
    }

    /// - Returns: false when there is no such message.
    func resubscribe(_ message: MessageID) async throws -> Bool {
        try await change(message) { _ = try await $0.resubscribe($1, source: .page, at: Date()) }
    }

    private func change(
        _ message: MessageID,
        _ change: (Transaction, MessageRow) async throws -> Void
    ) async throws -> Bool {
        try await database.transaction { transaction in
            guard let row = try await transaction.messageForUpdate(message) else { return false }
            try await transaction.acceptAsProven(row)
            try await change(transaction, row)
            return true
        }
    }
}
