import Contracts
import Foundation
import Postgres

extension Transaction {
    /// Writes when leads that are locked were last in touch with us, and nothing else of them.
    func updateLastContact(of leads: [Lead]) async throws {
        try await execute(
            """
            UPDATE leads SET version = given.version, last_contact_at = given.last_contact_at, updated_at = given.updated_at
            FROM unnest(
                \(leads.map(\.id))::uuid[], \(leads.map(\.version))::int8[], \(leads.map(\.lastContactAt))::timestamptz[],
                \(leads.map(\.updatedAt))::timestamptz[]
            ) AS given (id, version, last_contact_at, updated_at)
            WHERE leads.id = given.id
            """
        )
    }
}
