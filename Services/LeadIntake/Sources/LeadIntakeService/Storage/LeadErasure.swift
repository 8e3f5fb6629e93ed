import Contracts
import Foundation
import Messaging
import Postgres

/// All SQL that takes personal data away for good.
extension Transaction {
    /// Leaves the lead's id and its figures, and that something was changed when and by whom; everything that tells who it was goes.
    ///
    /// - Returns: the lead's version.
    func erase(_ lead: LeadID, at time: Date) async throws -> Int {
        try await forget(lead)
        // The answer to who wrote a note has no more of the lead than that.
        try await execute(
            "UPDATE idempotency_keys SET answer = NULL WHERE answer ->> 'id' IN (SELECT id::text FROM lead_notes WHERE lead_id = \(lead))"
        )
        // Remarks quote the values that were left out of its rows.
        try await execute(
            """
            DELETE FROM import_remarks USING lead_records AS record
            WHERE record.lead_id = \(lead) AND import_remarks.import_id = record.import_id AND import_remarks.line = record.line
            """
        )
        try await execute("DELETE FROM lead_records WHERE lead_id = \(lead)")
        try await execute("DELETE FROM lead_notes WHERE lead_id = \(lead)")
        try await execute("UPDATE lead_audit SET value_before = NULL, value_after = NULL, reason = NULL WHERE lead_id = \(lead)")
        return try await row(
            """
            UPDATE leads SET
                version = version + 1, slug = 'erased-' || id, gmb_id = NULL, business_key = NULL, name = 'Erased lead',
                address = NULL, postal_code = NULL, latitude = NULL, longitude = NULL, phone = NULL, email = NULL, website_url = NULL,
                profiles = '{}', opening_hours = NULL, first_name = NULL, last_name = NULL, title = NULL, company = NULL, tags = '{}',
                next_follow_up_at = NULL, updated_at = \(time), archived_at = coalesce(archived_at, \(time)), erased_at = \(time)
            WHERE id = \(lead)
            RETURNING version
            """
        )?.decode("version") ?? 0
    }
}
