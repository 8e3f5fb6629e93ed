import Contracts
import Foundation
import Postgres

extension Transaction {
    /// Adds the campaign, and a message for every lead of its audience, set-based.
    ///
    /// All rows are there before the first is sent: what was not sent when we crash is in the table, not in a cursor.
    func insertCampaign(
        _ id: CampaignID,
        _ command: StartCampaign,
        by actor: Actor
    ) async throws -> (audience: Int, excluded: [String: Int]) {
        // The audience is counted from the rows that are made, so that both are of one snapshot.
        try await execute(
            """
            INSERT INTO campaigns (id, name, channel, filter, template, audience, excluded, started_by)
            VALUES (
                \(id.rawValue), \(command.name), \(command.channel.rawValue), \(JSONB(command.filter)),
                \(command.template.map { JSONB($0) }), 0, '{}', \(actor.id)
            )
            """
        )
        let counts = try await rows(
            """
            \(fragment: AudienceQuery.candidates(command.filter, command.channel)), queued AS (
                INSERT INTO messages (id, campaign_id, lead_id, channel, address)
                SELECT uuid_v7(), \(id.rawValue), c.lead_id, \(command.channel.rawValue), c.address
                FROM candidates AS c
                WHERE c.exclusion IS NULL
                ORDER BY c.qualification_score DESC, c.slug, c.lead_id
                RETURNING 1
            )
            SELECT NULL AS exclusion, count(*) AS leads FROM queued
            UNION ALL
            SELECT exclusion, count(*) FROM candidates WHERE exclusion IS NOT NULL GROUP BY exclusion
            """
        )
        var audience = 0
        var excluded: [String: Int] = [:]
        for row in counts {
            let leads: Int = try row.decode("leads")
            if let reason: String = try row.decodeIfPresent("exclusion") { excluded[reason] = leads } else { audience = leads }
        }
        try await execute(
            """
            UPDATE campaigns
            SET audience = \(audience), excluded = \(JSONB(excluded))
            WHERE id = \(id.rawValue)
            """
        )
        try await execute("SELECT pg_notify('campaign_work', '')")
        return (audience, excluded)
    }

    /// Ends the campaigns that have nothing left to send, and says what became of them.
    ///
    /// An unknown message is waited for until the policy has decided on it.
    func completeCampaigns() async throws -> [CampaignCompleted] {
        let done = try await rows(
            """
            UPDATE campaigns AS c
            SET state = 'completed', completed_at = now()
            WHERE c.id IN (
                SELECT o.id
                FROM campaigns AS o
                WHERE o.state = 'sending' AND NOT EXISTS (
                    SELECT FROM messages AS m
                    WHERE m.campaign_id = o.id AND m.state IN ('queued', 'sending', 'unknown') AND m.held_at IS NULL
                )
                FOR UPDATE SKIP LOCKED
            )
            RETURNING c.id, c.name, c.channel,
                (SELECT count(*) FROM messages AS m WHERE m.campaign_id = c.id AND m.sent_at IS NOT NULL) AS sent,
                (SELECT count(*) FROM messages AS m WHERE m.campaign_id = c.id AND m.state IN ('failed', 'bounced')) AS failed,
                (SELECT count(*) FROM messages AS m WHERE m.campaign_id = c.id AND m.state = 'skipped') AS skipped
            """
        )
        return try done.map { row in
            CampaignCompleted(
                campaignID: try row.id("id"),
                name: try row.decode("name"),
                channel: try row.value("channel"),
                sent: try row.decode("sent"),
                failed: try row.decode("failed"),
                skipped: try row.decode("skipped")
            )
        }
    }
}

extension SQLExecutor {
    /// What became of a campaign, counted from its messages; nil when there is none.
    func results(of campaign: CampaignID) async throws -> GetCampaignResults.Answer? {
        let found = try await row(
            """
            SELECT c.name, c.channel, c.state, c.audience, c.started_at, c.completed_at,
                count(*) FILTER (WHERE m.state = 'queued') AS queued,
                count(*) FILTER (WHERE m.state = 'sending') AS sending,
                count(*) FILTER (WHERE m.sent_at IS NOT NULL) AS sent,
                count(*) FILTER (WHERE m.state = 'delivered') AS delivered,
                count(*) FILTER (WHERE m.opened_at IS NOT NULL) AS opened,
                count(*) FILTER (WHERE m.opened_by_machine_at IS NOT NULL) AS opened_by_machine,
                count(*) FILTER (WHERE m.clicked_at IS NOT NULL) AS clicked,
                count(*) FILTER (WHERE m.clicked_by_machine_at IS NOT NULL) AS clicked_by_machine,
                count(*) FILTER (WHERE m.replied_at IS NOT NULL) AS replied,
                count(*) FILTER (WHERE m.state = 'bounced') AS bounced,
                count(*) FILTER (WHERE m.state = 'failed') AS failed,
                count(*) FILTER (WHERE m.state = 'skipped') AS skipped,
                count(*) FILTER (WHERE m.unsubscribed_at IS NOT NULL) AS unsubscribed,
                count(*) FILTER (WHERE m.state = 'unknown') AS unknown
            FROM campaigns AS c
            LEFT JOIN messages AS m ON m.campaign_id = c.id
            WHERE c.id = \(campaign.rawValue)
            GROUP BY c.id
            """
        )
        return try found.map { try GetCampaignResults.Answer(campaign, row: $0) }
    }
}

extension GetCampaignResults.Answer {
    fileprivate init(_ campaign: CampaignID, row: Row) throws {
        self.init(
            campaignID: campaign,
            name: try row.decode("name"),
            channel: try row.value("channel"),
            state: try row.decode("state"),
            audience: try row.decode("audience"),
            queued: try row.decode("queued"),
            sending: try row.decode("sending"),
            sent: try row.decode("sent"),
            delivered: try row.decode("delivered"),
            opened: try row.decode("opened"),
            openedByMachine: try row.decode("opened_by_machine"),
            clicked: try row.decode("clicked"),
            clickedByMachine: try row.decode("clicked_by_machine"),
            replied: try row.decode("replied"),
            bounced: try row.decode("bounced"),
            failed: try row.decode("failed"),
            skipped: try row.decode("skipped"),
            unsubscribed: try row.decode("unsubscribed"),
            unknown: try row.decode("unknown"),
            startedAt: try row.decode("started_at"),
            completedAt: try row.decodeIfPresent("completed_at")
        )
    }
}
