import Contracts
import Foundation
import Postgres

/// All SQL on `adoptions`.
extension Transaction {
    /// Lets one adoption after another work: two at once would both find a row that neither has taken over.
    func takeTurnToAdopt() async throws {
        try await execute("SELECT pg_advisory_xact_lock(hashtext('lead_intake adoption'))")
    }

    func keep(_ adopted: [FindAdopted.Found], at time: Date) async throws {
        guard !adopted.isEmpty else { return }
        try await execute(
            """
            INSERT INTO adoptions (origin_table, origin_id, lead_id, adopted_at)
            SELECT origin_table, origin_id, lead_id, \(time)
            FROM unnest(
                \(adopted.map(\.origin.table))::text[], \(adopted.map(\.origin.id))::text[], \(adopted.map(\.leadID))::uuid[]
            ) AS given (origin_table, origin_id, lead_id)
            """
        )
    }

    func insert(_ notes: [(note: LeadNote, lead: LeadID)]) async throws {
        guard !notes.isEmpty else { return }
        try await execute(
            """
            INSERT INTO lead_notes (id, lead_id, type, author, text, created_at)
            SELECT id, lead_id, type, author, text, created_at
            FROM unnest(
                \(notes.map(\.note.id))::uuid[], \(notes.map(\.lead))::uuid[], \(notes.map(\.note.type.rawValue))::text[],
                \(notes.map(\.note.author))::text[], \(notes.map(\.note.text))::text[], \(notes.map(\.note.createdAt))::timestamptz[]
            ) AS given (id, lead_id, type, author, text, created_at)
            """
        )
    }

    /// The leads that `leads` are now, those that were merged followed; without those that were erased.
    func living(_ leads: [LeadID]) async throws -> [LeadID: LeadID] {
        try await rows(
            """
            SELECT leads.id, living.id AS living
            FROM leads JOIN leads AS living ON living.id = coalesce(leads.merged_into, leads.id)
            WHERE leads.id = ANY (\(leads)::uuid[]) AND living.erased_at IS NULL
            """
        ).reduce(into: [:]) { $0[try $1.decode("id", as: LeadID.self)] = try $1.decode("living", as: LeadID.self) }
    }

    /// Names and place ids of the leads that have one of `slugs`.
    func leads(withSlugs slugs: [String]) async throws -> [String: (name: String, gmbID: String?)] {
        try await rows("SELECT slug, name, gmb_id FROM leads WHERE slug = ANY (\(slugs)::text[]) AND erased_at IS NULL")
            .reduce(into: [:]) { $0[try $1.decode("slug")] = (try $1.decode("name"), try $1.decodeIfPresent("gmb_id")) }
    }
}

extension SQLExecutor {
    /// The leads that rows of the predecessor's have become; of a lead that was merged, the one that stays.
    func adopted(_ origins: [AdoptionOrigin]) async throws -> [AdoptionOrigin: LeadID] {
        guard !origins.isEmpty else { return [:] }
        return try await rows(
            """
            SELECT origin_table, origin_id, coalesce(leads.merged_into, leads.id) AS lead_id
            FROM unnest(\(origins.map(\.table))::text[], \(origins.map(\.id))::text[]) AS given (origin_table, origin_id)
            JOIN adoptions USING (origin_table, origin_id)
            JOIN leads ON leads.id = adoptions.lead_id
            """
        ).reduce(into: [:]) {
            $0[AdoptionOrigin(try $1.decode("origin_table"), try $1.decode("origin_id"))] = try $1.decode("lead_id", as: LeadID.self)
        }
    }
}
