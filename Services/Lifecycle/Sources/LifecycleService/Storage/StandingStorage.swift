package import Contracts
import Foundation
import Messaging
package import Postgres

/// All SQL on `lead_statuses`.
extension Transaction {
    /// Where the leads stand, locked to the end of the transaction: decisions about one lead are made one after another.
    ///
    /// A lead that is heard of for the first time stands at the beginning.
    func standings(of leads: some Sequence<LeadID>) async throws -> [LeadID: LeadStanding] {
        let ids = Array(Set(leads))
        guard !ids.isEmpty else { return [:] }
        let results = try await pipeline([
            Self.ensureStanding(of: ids),
            // In one order, whoever locks: else two batches would wait for each other.
            """
            SELECT lead_id, contact_status, contact_held, contact_marks::text AS contact_marks, website_status,
                website_marks::text AS website_marks, version, changed_at, is_erased, merged_into
            FROM lead_statuses
            WHERE lead_id = ANY (\(ids)::uuid[])
            ORDER BY lead_id
            FOR UPDATE
            """,
        ])
        let standings = try results[1].rows.map(LeadStanding.init)
        return Dictionary(uniqueKeysWithValues: standings.map { ($0.leadID, $0) })
    }

    /// The same, with the leads that some of them were merged into: what is heard of the one is about the other.
    func standingsFollowingMerges(
        of leads: some Sequence<LeadID>
    ) async throws -> (standings: [LeadID: LeadStanding], survivors: [LeadID: LeadID]) {
        var standings = try await standings(of: leads)
        var survivors: [LeadID: LeadID] = [:]
        let merged = standings.values.filter { $0.mergedInto != nil }.map(\.leadID)
        while !merged.isEmpty {
            survivors = try await self.survivors(of: merged)
            let unlocked = Set(survivors.values).subtracting(standings.keys)
            if unlocked.isEmpty { break }
            // Asked again once they are locked: one may have been merged on while it was waited for.
            standings.merge(try await self.standings(of: unlocked)) { first, _ in first }
        }
        return (standings, survivors)
    }

    /// Adds rows for leads that have none.
    static func ensureStanding(of leads: [LeadID]) -> SQL {
        """
        INSERT INTO lead_statuses (lead_id)
        SELECT lead_id FROM unnest(\(leads)::uuid[]) AS given (lead_id)
        WHERE NOT EXISTS (SELECT FROM lead_statuses AS known WHERE known.lead_id = given.lead_id)
        ORDER BY lead_id
        ON CONFLICT DO NOTHING
        """
    }

    /// Writes down a ledger: the standings, every decision, the milestones, what is to be told of it, and how sites follow it.
    func record(_ ledger: StatusLedger, sites moves: [SiteMove] = []) async throws {
        guard !ledger.entries.isEmpty else { return }
        var statements = [Self.append(ledger.entries)]
        let changed = ledger.changed
        if !changed.isEmpty { statements.append(try Self.update(changed)) }
        if let milestones = Self.reach(ledger.entries) { statements.append(milestones) }
        let events: [(event: any Event, time: Date, trace: TraceContext?)] = ledger.entries.compactMap { entry in
            entry.event.map { (event: $0, time: entry.fact.occurredAt, trace: entry.trace) }
        }
        let results = try await pipeline(statements + moves.flatMap(\.preparations) + moves.map(\.update), publishing: events)
        try await tell(moves, as: results.suffix(moves.count))
    }

    /// Where the next leads behind `cursor` stand, in the order of their ids; not locked.
    func standings(after cursor: LeadID?, limit: Int) async throws -> [LeadStanding] {
        let behind: SQL = if let cursor { "WHERE lead_id > \(cursor)" } else { "" }
        return try await rows(
            """
            SELECT lead_id, contact_status, contact_held, contact_marks::text AS contact_marks, website_status,
                website_marks::text AS website_marks, version, changed_at, is_erased, merged_into
            FROM lead_statuses
            \(fragment: behind)
            ORDER BY lead_id
            LIMIT \(limit)
            """
        ).map(LeadStanding.init)
    }

    private static func update(_ standings: [LeadStanding]) throws -> SQL {
        """
        UPDATE lead_statuses AS known
        SET contact_status = new.contact_status, contact_held = new.contact_held, contact_marks = new.contact_marks::jsonb,
            website_status = new.website_status, website_marks = new.website_marks::jsonb,
            changed_at = CASE WHEN known.version = new.version THEN known.changed_at ELSE now() END,
            version = new.version
        FROM unnest(
            \(standings.map(\.leadID))::uuid[],
            \(standings.map(\.contact.status.rawValue))::text[], \(standings.map(\.contact.held?.rawValue))::text[],
            \(try standings.map { try ColumnJSON.text($0.contact.marks) })::text[],
            \(standings.map(\.website.status.rawValue))::text[], \(try standings.map { try ColumnJSON.text($0.website.marks) })::text[],
            \(standings.map(\.version))::bigint[]
        ) AS new (lead_id, contact_status, contact_held, contact_marks, website_status, website_marks, version)
        WHERE known.lead_id = new.lead_id
        """
    }
}

extension SQLExecutor {
    /// Where the lead stands; none when nothing was ever heard of it. What was merged into another stands where that one does.
    package func standingIfKnown(of lead: LeadID) async throws -> LeadStanding? {
        let standing = try await ownStanding(of: lead)
        guard standing?.mergedInto != nil, let survivor = try await survivors(of: [lead])[lead] else { return standing }
        return try await ownStanding(of: survivor)
    }

    private func ownStanding(of lead: LeadID) async throws -> LeadStanding? {
        try await row(
            """
            SELECT lead_id, contact_status, contact_held, contact_marks::text AS contact_marks, website_status,
                website_marks::text AS website_marks, version, changed_at, is_erased, merged_into
            FROM lead_statuses
            WHERE lead_id = \(lead)
            """
        ).map(LeadStanding.init)
    }
}

extension LeadStanding {
    init(_ row: Row) throws {
        self.init(
            try row.decode("lead_id"),
            contact: ContactState(
                status: try row.word("contact_status"),
                held: try row.wordIfPresent("contact_held"),
                marks: try row.decodeJSON("contact_marks")
            ),
            website: WebsiteState(status: try row.word("website_status"), marks: try row.decodeJSON("website_marks")),
            version: try row.decode("version"),
            changedAt: try row.decode("changed_at"),
            isErased: try row.decode("is_erased"),
            mergedInto: try row.decodeIfPresent("merged_into")
        )
    }
}
