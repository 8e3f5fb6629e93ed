import Contracts
import Foundation
import Postgres

/// What may have put an end to a lead.
struct LeadFate: Sendable {
    var erasedAt: Date?
    /// The lead that it is now.
    var mergedInto: LeadID?
}

/// All SQL of merging.
extension Transaction {
    func fate(of lead: LeadID) async throws -> LeadFate {
        let row = try await row("SELECT erased_at, merged_into FROM leads WHERE id = \(lead)")
        return LeadFate(erasedAt: try row?.decodeIfPresent("erased_at"), mergedInto: try row?.decodeIfPresent("merged_into"))
    }

    /// Moves all that hangs on `merged` to `lead`; both are locked.
    func move(from merged: LeadID, to lead: LeadID, at time: Date) async throws {
        _ = try await pipeline([
            "UPDATE lead_notes SET lead_id = \(lead) WHERE lead_id = \(merged)",
            "UPDATE lead_audit SET lead_id = \(lead) WHERE lead_id = \(merged)",
            """
            INSERT INTO lead_records (lead_id, digest, import_id, line, record, received_at)
            SELECT \(lead), digest, import_id, line, record, received_at FROM lead_records WHERE lead_id = \(merged)
            ON CONFLICT DO NOTHING
            """,
            "DELETE FROM lead_records WHERE lead_id = \(merged)",
            """
            UPDATE leads SET profiles = ARRAY(SELECT unnest(leads.profiles) UNION SELECT unnest(merged.profiles) ORDER BY 1 LIMIT 10)
            FROM leads AS merged
            WHERE leads.id = \(lead) AND merged.id = \(merged)
            """,
            // What came back came from the other's address, which stays only where this one has none, or the same.
            """
            UPDATE leads SET engagement = ARRAY(
                SELECT unnest(leads.engagement)
                UNION
                SELECT unnest(
                    CASE WHEN leads.email IS NULL OR leads.email = merged.email THEN merged.engagement
                    ELSE array_remove(merged.engagement, 'bounced') END
                )
                ORDER BY 1
            )
            FROM leads AS merged
            WHERE leads.id = \(lead) AND merged.id = \(merged) AND merged.engagement <> '{}'
            """,
            "UPDATE leads SET merged_into = \(lead) WHERE merged_into = \(merged)",
            // Its place id is the other's now, if that had none. Else it keeps it, so that its listing leads to the other when it comes again.
            """
            UPDATE leads SET
                merged_into = survivor.id, version = leads.version + 1, updated_at = \(time), archived_at = coalesce(leads.archived_at, \(time)),
                gmb_id = CASE WHEN survivor.gmb_id IS NOT NULL THEN leads.gmb_id END
            FROM leads AS survivor
            WHERE leads.id = \(merged) AND survivor.id = \(lead)
            """,
        ])
    }

    /// The leads that were merged into this one.
    func leadsMerged(into lead: LeadID) async throws -> [LeadID] {
        try await rows("SELECT id FROM leads WHERE merged_into = \(lead) ORDER BY id").map { try $0.decode("id") }
    }
}
