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
        try await standingsFollowingMerges(of: leads).standings
    }

    /// The same, with the leads that some of them were merged into: what is heard of the one is about the other.
    ///
    /// In one order, whoever locks, and all at once: else two transactions would wait for each other. Rows that the transaction adds are
    /// locked too, so those that it will need without their standing are named as well.
    func standingsFollowingMerges(
        of leads: some Sequence<LeadID>,
        beside others: [LeadID] = []
    ) async throws -> (standings: [LeadID: LeadStanding], survivors: [LeadID: LeadID]) {
        var ids = Array(Set(leads))
        guard !ids.isEmpty else { return ([:], [:]) }
        while true {
            let results = try await pipeline([Self.ensureStanding(of: ids + others), Self.lock(ids)])
            let found = try results[1].rows.map(LeadStanding.init)
            let standings = Dictionary(uniqueKeysWithValues: found.map { ($0.leadID, $0) })
            let survivors = Self.survivors(among: standings)
            // One may have been merged on while it was waited for: then there is one more to be locked.
            let unlocked = Set(survivors.values).subtracting(standings.keys)
            if unlocked.isEmpty { return (standings, survivors) }
            ids += unlocked
        }
    }

    private static func lock(_ leads: [LeadID]) -> SQL {
        """
        SELECT lead_id, contact_status, contact_held, contact_marks::text AS contact_marks, website_status,
            website_marks::text AS website_marks, version, changed_at, is_erased, merged_into
        FROM lead_statuses
        WHERE lead_id = ANY (\(leads)::uuid[] || ARRAY(
            WITH RECURSIVE chain (lead_id) AS (
                SELECT merged_into FROM lead_statuses WHERE lead_id = ANY (\(leads)::uuid[]) AND merged_into IS NOT NULL
                UNION
                SELECT next.merged_into
                FROM chain JOIN lead_statuses AS next USING (lead_id)
                WHERE next.merged_into IS NOT NULL
            )
            SELECT lead_id FROM chain
        ))
        ORDER BY lead_id
        FOR UPDATE
        """
    }

    /// The ends of the chains of merges, as far as they are known.
    private static func survivors(among standings: [LeadID: LeadStanding]) -> [LeadID: LeadID] {
        var survivors: [LeadID: LeadID] = [:]
        for standing in standings.values {
            guard var last = standing.mergedInto else { continue }
            while let next = standings[last]?.mergedInto { last = next }
            survivors[standing.leadID] = last
        }
        return survivors
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
        // What refers to the standings comes before their update: a foreign key locks nothing anew in rows that we hold, but in our own
        // new versions of them it would.
        var statements = [Self.append(ledger.entries)]
        if let milestones = Self.reach(ledger.entries) { statements.append(milestones) }
        if let update = try Self.update(ledger) { statements.append(update) }
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

    private static func update(_ ledger: StatusLedger) throws -> SQL? {
        let standings = ledger.changed
        guard !standings.isEmpty else { return nil }
        let contactMarks = try standings.map { ledger.hasNewContactMarks($0) ? try ColumnJSON.text($0.contact.marks) : nil }
        let websites = standings.map { ledger.hasNewWebsite($0) ? $0.website : nil }
        return """
            UPDATE lead_statuses AS known
            SET contact_status = new.contact_status, contact_held = new.contact_held,
                contact_marks = coalesce(new.contact_marks::jsonb, known.contact_marks),
                website_status = coalesce(new.website_status, known.website_status),
                website_marks = coalesce(new.website_marks::jsonb, known.website_marks),
                changed_at = CASE WHEN known.version = new.version THEN known.changed_at ELSE now() END,
                version = new.version
            FROM unnest(
                \(standings.map(\.leadID))::uuid[],
                \(standings.map(\.contact.status.rawValue))::text[], \(standings.map(\.contact.held?.rawValue))::text[],
                \(contactMarks)::text[],
                \(websites.map(\.?.status.rawValue))::text[], \(try websites.map { try $0.map { try ColumnJSON.text($0.marks) } })::text[],
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
    // As PostgreSQL prints the columns' defaults.
    private static let noContactMarks = (#"{"sms": {}, "email": {}}"#, ContactMarks())
    private static let noWebsiteMarks = ("{}", WebsiteMarks())

    init(_ row: Row) throws {
        self.init(
            try row.decode("lead_id"),
            contact: ContactState(
                status: try row.word("contact_status"),
                held: try row.wordIfPresent("contact_held"),
                marks: try row.decodeJSON("contact_marks", or: Self.noContactMarks)
            ),
            website: WebsiteState(
                status: try row.word("website_status"),
                marks: try row.decodeJSON("website_marks", or: Self.noWebsiteMarks)
            ),
            version: try row.decode("version"),
            changedAt: try row.decode("changed_at"),
            isErased: try row.decode("is_erased"),
            mergedInto: try row.decodeIfPresent("merged_into")
        )
    }
}
