import Contracts
import Foundation
import Postgres

/// All SQL that reads single leads for people.
extension SQLExecutor {
    func lead(_ id: LeadID) async throws -> Lead? {
        try await row("SELECT \(fragment: LeadColumns.all) FROM leads WHERE id = \(id)")?.decode(Lead.self)
    }
}
