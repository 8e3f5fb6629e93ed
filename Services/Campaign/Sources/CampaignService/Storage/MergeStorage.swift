import Contracts
import Foundation
import Postgres

/// All SQL of leads that were found to be one.
extension Transaction {
    /// Hangs all that is of `merged` on `lead`, or on the one that this was merged into itself: messages, and with them their links and hits,
    /// replies, suppressions. Merges may become known in any order, and before the leads themselves.
    ///
    /// What a campaign has not sent yet to the one it does not send, if it wrote or will write to the other.
    func merge(_ merged: LeadID, into lead: LeadID) async throws {
        let survivor = try await survivors(of: [lead])[lead] ?? lead
        guard survivor != merged else { return }
        let (from, to) = (merged.rawValue, survivor.rawValue)
        let results = try await pipeline([
            """
            INSERT INTO audience (lead_id, merged_into) VALUES (\(from), \(to))
            ON CONFLICT (lead_id) DO UPDATE SET merged_into = excluded.merged_into
            """,
            "UPDATE audience SET merged_into = \(to) WHERE merged_into = \(from)",
            """
            -- A link from before sites were told apart.
            UPDATE audience AS kept
            SET site_slug = gone.site_slug, site_url = gone.site_url, site_screenshot_url = gone.site_screenshot_url
            FROM audience AS gone
            WHERE kept.lead_id = \(to) AND gone.lead_id = \(from) AND kept.erased_at IS NULL
                AND kept.site_slug IS NULL AND gone.site_slug IS NOT NULL AND gone.site_id IS NULL
            """,
            "UPDATE sites SET lead_id = \(to), came_along = true WHERE lead_id = \(from)",
            .showSite(of: [survivor]),
            Self.skip(of: from, where: "other.lead_id = \(to) AND other.state <> 'skipped'"),
            Self.skip(
                of: to,
                where: """
                    other.lead_id = \(from) AND other.state NOT IN ('queued', 'skipped')
                        AND (other.state <> 'sending' OR other.handed_over_at IS NOT NULL)
                    """
            ),
            "UPDATE messages SET lead_id = \(to), written_to = coalesce(written_to, lead_id) WHERE lead_id = \(from)",
            "UPDATE replies SET lead_id = \(to) WHERE lead_id = \(from)",
            "UPDATE suppressions SET lead_id = \(to) WHERE lead_id = \(from)",
            "UPDATE webhook_deliveries SET lead_id = \(to) WHERE lead_id = \(from)",
            "SELECT FROM audience WHERE lead_id = \(to) AND erased_at IS NOT NULL",
        ])
        if results.last?.rows.isEmpty == false { try await erase(survivor) }
    }

    /// Leaves out messages that are still with us, of campaigns that have such an `other` one. A worker that has claimed one finds it gone.
    private static func skip(of lead: UUID, where other: SQL) -> SQL {
        """
        UPDATE messages AS m
        SET state = 'skipped', reason = 'merged', lease_token = NULL, lease_expires_at = NULL
        WHERE m.lead_id = \(lead) AND (m.state = 'queued' OR m.state = 'sending' AND m.handed_over_at IS NULL) AND EXISTS (
            SELECT FROM messages AS other
            WHERE other.campaign_id = m.campaign_id AND other.channel = m.channel AND \(fragment: other)
        )
        """
    }

    /// Those of `leads` that were merged, with the leads that they are now.
    func survivors(of leads: [LeadID]) async throws -> [LeadID: LeadID] {
        let rows = try await rows(
            "SELECT lead_id, merged_into FROM audience WHERE lead_id = ANY (\(leads.map(\.rawValue))) AND merged_into IS NOT NULL"
        )
        return Dictionary(try rows.map { (try $0.id("lead_id"), try $0.id("merged_into")) }) { first, _ in first }
    }
}
