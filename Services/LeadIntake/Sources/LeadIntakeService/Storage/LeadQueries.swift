import Contracts
import Foundation
import Postgres

/// All SQL that reads single leads for people.
extension SQLExecutor {
    /// The lead, or the one that it was merged into.
    func lead(_ id: LeadID) async throws -> Lead? {
        let living: SQL = "(SELECT coalesce(merged_into, id) FROM leads WHERE id = \(id))"
        return try await row("SELECT \(fragment: LeadColumns.all) FROM leads WHERE id = \(fragment: living)").map(Lead.init)
    }
}
