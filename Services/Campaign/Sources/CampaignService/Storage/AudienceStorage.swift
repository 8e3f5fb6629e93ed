import Contracts
import Foundation
import Messaging
import Postgres

/// A lead's status on one of the two scales.
struct StatusChange<Status: Hashable & Sendable>: Hashable, Sendable {
    var lead: LeadID
    var status: Status
    var event: EventID
}

/// All SQL that keeps the audience up to date: one statement for a whole batch of events.
///
/// Every write is an upsert that looks whether it is the newer one: events of three streams meet here, late and out of order. So
/// of a batch only what is newest of each lead has to be written.
extension Transaction {
    /// Takes leads' snapshots over, save where a newer one is here or the lead was erased.
    ///
    /// Addresses are in one spelling here, by which suppressions and "once per address" hold.
    func keep(_ snapshots: [Lead]) async throws {
        let leads = newest(snapshots, of: \.id) { $0.version < $1.version }
        guard !leads.isEmpty else { return }
        try await execute(
            """
            INSERT INTO audience AS a (
                lead_id, lead_version, slug, name, first_name, email, phone, category, city, state, country,
                rating, review_count, qualification_score, lead_created_at, archived_at
            )
            SELECT * FROM unnest(
                \(leads.map(\.id.rawValue)), \(leads.map(\.version))::int[], \(leads.map(\.slug)), \(leads.map(\.name)),
                \(leads.map(\.firstName)), \(leads.map { $0.email?.lowercased() }), \(leads.map(\.phone)),
                \(leads.map(\.category)), \(leads.map(\.city)), \(leads.map(\.state)), \(leads.map(\.country)),
                \(leads.map(\.rating)), \(leads.map(\.reviewCount))::int[],
                \(leads.map { min(max($0.qualificationScore, 0), 100) })::int[], \(leads.map(\.createdAt)), \(leads.map(\.archivedAt))
            )
            ON CONFLICT (lead_id) DO UPDATE SET
                lead_version = excluded.lead_version,
                slug = excluded.slug,
                name = excluded.name,
                first_name = excluded.first_name,
                email = excluded.email,
                phone = excluded.phone,
                category = excluded.category,
                city = excluded.city,
                state = excluded.state,
                country = excluded.country,
                rating = excluded.rating,
                review_count = excluded.review_count,
                qualification_score = excluded.qualification_score,
                lead_created_at = excluded.lead_created_at,
                archived_at = excluded.archived_at
            WHERE a.lead_version < excluded.lead_version AND a.erased_at IS NULL
            """
        )
    }

    func keep(_ changes: [StatusChange<ContactStatus>]) async throws {
        let changes = newest(changes, of: \.lead) { $0.event < $1.event }
        guard !changes.isEmpty else { return }
        try await execute(
            """
            INSERT INTO audience AS a (lead_id, contact_status, contact_status_event)
            SELECT * FROM unnest(
                \(changes.map(\.lead.rawValue)), \(changes.map(\.status.rawValue)), \(changes.map(\.event.rawValue))
            )
            ON CONFLICT (lead_id) DO UPDATE SET
                contact_status = excluded.contact_status,
                contact_status_event = excluded.contact_status_event
            WHERE a.contact_status_event IS NULL OR a.contact_status_event < excluded.contact_status_event
            """
        )
    }

    func keep(_ changes: [StatusChange<WebsiteStatus>]) async throws {
        let changes = newest(changes, of: \.lead) { $0.event < $1.event }
        guard !changes.isEmpty else { return }
        try await execute(
            """
            INSERT INTO audience AS a (lead_id, website_status, website_status_event)
            SELECT * FROM unnest(
                \(changes.map(\.lead.rawValue)), \(changes.map(\.status.rawValue)), \(changes.map(\.event.rawValue))
            )
            ON CONFLICT (lead_id) DO UPDATE SET
                website_status = excluded.website_status,
                website_status_event = excluded.website_status_event
            WHERE a.website_status_event IS NULL OR a.website_status_event < excluded.website_status_event
            """
        )
    }

    /// In one statement no row can be written twice; and rows are locked in the same order by all, so that batches can't deadlock.
    private func newest<Value>(_ values: [Value], of lead: (Value) -> LeadID, _ isOlder: (Value, Value) -> Bool) -> [Value] {
        Dictionary(values.map { (lead($0), $0) }) { isOlder($1, $0) ? $0 : $1 }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Blanks what we hold of a person. Suppressions stay, under what the address can be recognised by: they are how we keep the promise
    /// not to write again.
    func erase(_ lead: LeadID) async throws {
        let id = lead.rawValue
        let addresses: SQL = """
            SELECT email FROM audience WHERE lead_id = \(id)
            UNION SELECT phone FROM audience WHERE lead_id = \(id)
            UNION SELECT address FROM messages WHERE lead_id = \(id)
            """
        let ofLead: SQL = "(lead_id = \(id) OR address IN (\(fragment: addresses))) AND address NOT LIKE 'sha256:%'"
        _ = try await pipeline([
            """
            INSERT INTO suppressions (channel, address, reason, source, created_at, lifted_at, lifted_source)
            SELECT channel, erased_address(address), reason, split_part(source, ':', 1), created_at, lifted_at, split_part(lifted_source, ':', 1)
            FROM suppressions
            WHERE \(fragment: ofLead)
            ON CONFLICT (channel, address) DO UPDATE SET
                reason = excluded.reason, source = excluded.source, lifted_at = NULL, lifted_source = NULL
            WHERE excluded.lifted_at IS NULL
            """,
            "DELETE FROM suppressions WHERE \(fragment: ofLead)",
            // Texts from nobody we knew then have the number in them all the same, without its plus sign, which a form writes as %2B.
            """
            UPDATE webhook_deliveries SET body = '', query = ''
            WHERE lead_id IS NULL AND state <> 'waiting' AND EXISTS (
                SELECT FROM (\(fragment: addresses)) AS known (address)
                WHERE address <> '' AND position(convert_to(ltrim(address, '+'), 'UTF8') IN body) > 0
            )
            """,
            """
            INSERT INTO audience AS a (lead_id, erased_at)
            VALUES (\(id), now())
            ON CONFLICT (lead_id) DO UPDATE SET
                slug = '', name = '', first_name = NULL, email = NULL, phone = NULL, category = NULL, city = NULL, state = NULL,
                country = NULL, rating = NULL, review_count = NULL, site_id = NULL, site_slug = NULL, site_url = NULL,
                site_screenshot_url = NULL, erased_at = coalesce(a.erased_at, now())
            """,
            """
            UPDATE hits
            SET user_agent = ''
            WHERE message_id IN (SELECT id FROM messages WHERE lead_id = \(id))
            """,
            // Mail servers name the address in their reasons; those of messages that were left out are our own words.
            """
            UPDATE messages
            SET address = '', links = '{}', content_hash = NULL, reason = CASE WHEN state = 'skipped' THEN reason END
            WHERE lead_id = \(id)
            """,
            "DELETE FROM sites WHERE lead_id = \(id)",
            // As with messages: servers name the address.
            """
            UPDATE notices
            SET reason = CASE WHEN state IN ('queued', 'sending') THEN 'erased' END, lease = NULL,
                state = CASE WHEN state IN ('queued', 'sending') THEN CASE WHEN handed_over_at IS NULL THEN 'dropped' ELSE 'unknown' END ELSE state END
            WHERE lead_id IN (SELECT lead_id FROM audience WHERE lead_id = \(id) OR merged_into = \(id))
            """,
            "UPDATE replies SET body = '' WHERE lead_id = \(id)",
            "UPDATE webhook_deliveries SET body = '', query = '' WHERE lead_id = \(id)",
        ])
        try await forget(lead)
    }
}
