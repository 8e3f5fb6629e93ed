import Contracts
import Foundation
import Postgres

/// By what a lead may be recognised, the surest first.
struct LeadKeys: Hashable, Sendable {
    var id: LeadID?
    var gmbID: String?
    var slug: String?
    /// Only of business data that has none of the others.
    var businessKey: String?
}

/// A lead that may become a row, with what the others need not see.
struct NewLead: Sendable {
    var lead: Lead
    var profiles: [String]
    var businessKey: String?
}

/// All SQL that finds and writes leads: always many at once.
extension Transaction {
    /// The leads that `keys` recognise, by the position of the keys.
    func leads(matching keys: [LeadKeys]) async throws -> [Int: (lead: Lead, by: MatchedBy)] {
        let rows = try await rows(
            """
            SELECT wanted.number, found.rank, lead.*
            FROM unnest(
                \(keys.map(\.id))::uuid[], \(keys.map(\.gmbID))::text[], \(keys.map(\.slug))::text[], \(keys.map(\.businessKey))::text[]
            ) WITH ORDINALITY AS wanted (id, gmb_id, slug, business_key, number)
            CROSS JOIN LATERAL (
                SELECT 0 AS rank, coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.id = wanted.id
                UNION ALL
                SELECT 1 AS rank, coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.gmb_id = wanted.gmb_id
                UNION ALL
                SELECT 2 AS rank, coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.slug = wanted.slug
                UNION ALL
                SELECT 3 AS rank, coalesce(merged_into, id) AS lead_id FROM leads WHERE leads.business_key = wanted.business_key
                ORDER BY rank
                LIMIT 1
            ) AS found
            CROSS JOIN LATERAL (SELECT \(fragment: LeadColumns.all) FROM leads WHERE id = found.lead_id) AS lead
            """
        )
        return try rows.reduce(into: [:]) { found, row in
            let by = MatchedBy.byRank[try row.decode("rank", as: Int.self)]
            found[try row.decode("number", as: Int.self) - 1] = (try Lead(row), by)
        }
    }

    /// Inserts those that are new by every key; the unique constraints decide, also against transactions that run at the same time.
    ///
    /// - Returns: the ids of those that are rows now.
    func insert(_ new: [NewLead]) async throws -> Set<LeadID> {
        let rows = try await rows(.insert(new))
        return Set(try rows.map { try $0.decode("id", as: LeadID.self) })
    }

    /// The leads, each locked to the end of the transaction; in the order of their ids, so that nobody waits for somebody who waits for him.
    func lockedLeads(_ ids: [LeadID], onlyLiving: Bool = false) async throws -> [Lead] {
        try await rows(.lockedLeads(ids, onlyLiving: onlyLiving)).map(Lead.init)
    }

    /// Writes leads that are locked, as they are now.
    func update(_ leads: [Lead]) async throws {
        guard !leads.isEmpty else { return }
        try await execute(
            """
            UPDATE leads SET
                version = given.version, slug = given.slug, name = given.name, gmb_id = given.gmb_id, category = given.category,
                subcategory = given.subcategory, address = given.address, city = given.city, state = given.state,
                postal_code = given.postal_code, country = given.country, latitude = given.latitude, longitude = given.longitude,
                phone = given.phone, email = given.email, website_url = given.website_url, rating = given.rating,
                review_count = given.review_count, photo_count = given.photo_count, opening_hours = given.opening_hours,
                first_name = given.first_name, last_name = given.last_name, title = given.title, company = given.company,
                source = given.source, acquisition_cost_minor = given.acquisition_cost_minor,
                acquisition_cost_currency = given.acquisition_cost_currency, sales_stage = given.sales_stage,
                assigned_to = given.assigned_to, qualification_score = given.qualification_score, lead_score = given.lead_score,
                conversion_probability = given.conversion_probability, last_contact_at = given.last_contact_at,
                next_follow_up_at = given.next_follow_up_at, call_attempts = given.call_attempts,
                tags = ARRAY(SELECT jsonb_array_elements_text(given.tags)), updated_at = given.updated_at,
                archived_at = given.archived_at
            FROM unnest(
                \(leads.map(\.id))::uuid[], \(leads.map(\.version))::int8[], \(leads.map(\.slug))::text[],
                \(leads.map(\.name))::text[], \(leads.map(\.gmbID))::text[], \(leads.map(\.category))::text[],
                \(leads.map(\.subcategory))::text[], \(leads.map(\.address))::text[], \(leads.map(\.city))::text[],
                \(leads.map(\.state))::text[], \(leads.map(\.postalCode))::text[], \(leads.map(\.country))::text[],
                \(leads.map(\.latitude))::float8[], \(leads.map(\.longitude))::float8[], \(leads.map(\.phone))::text[],
                \(leads.map(\.email))::text[], \(leads.map(\.websiteURL))::text[], \(leads.map(\.rating))::float8[],
                \(leads.map(\.reviewCount))::int8[], \(leads.map(\.photoCount))::int8[],
                \(leads.map { $0.openingHours.map(JSONB.init) })::jsonb[], \(leads.map(\.firstName))::text[],
                \(leads.map(\.lastName))::text[], \(leads.map(\.title))::text[], \(leads.map(\.company))::text[],
                \(leads.map(\.source.rawValue))::text[], \(leads.map(\.acquisitionCost?.minorUnits))::int8[],
                \(leads.map(\.acquisitionCost?.currency.code))::text[], \(leads.map(\.salesStage.rawValue))::text[],
                \(leads.map(\.assignedTo))::text[], \(leads.map(\.qualificationScore))::int8[],
                \(leads.map(\.leadScore))::int8[], \(leads.map(\.conversionProbability))::float8[],
                \(leads.map(\.lastContactAt))::timestamptz[], \(leads.map(\.nextFollowUpAt))::timestamptz[],
                \(leads.map { $0.callAttempts ?? 0 })::int8[], \(leads.map { JSONB($0.tags) })::jsonb[],
                \(leads.map(\.updatedAt))::timestamptz[], \(leads.map(\.archivedAt))::timestamptz[]
            ) AS given (
                id, version, slug, name, gmb_id, category, subcategory, address, city, state, postal_code, country, latitude,
                longitude, phone, email, website_url, rating, review_count, photo_count, opening_hours, first_name, last_name,
                title, company, source, acquisition_cost_minor, acquisition_cost_currency, sales_stage, assigned_to,
                qualification_score, lead_score, conversion_probability, last_contact_at, next_follow_up_at, call_attempts, tags,
                updated_at, archived_at
            )
            WHERE leads.id = given.id
            """
        )
    }
}

extension Transaction {
    /// Sees to it that `lead`, which is locked, may have the place id. One that was merged into it gives it its own for the one that it
    /// had: both still lead to it.
    ///
    /// - Throws: a `Problem` of status 409 when another lead has this place id.
    func makeFree(gmbID: String, for lead: Lead, by actor: Actor) async throws {
        guard let row = try await row("SELECT id, merged_into FROM leads WHERE gmb_id = \(gmbID)") else { return }
        let id: LeadID = try row.decode("id")
        let survivor: LeadID = try row.decodeIfPresent("merged_into") ?? id
        guard survivor == lead.id else {
            guard let other = try await self.lead(survivor) else { throw Problem.leadNotFound(survivor) }
            throw LeadPermission.exists(other, "Another lead has the place id \(gmbID).", to: actor)
        }
        _ = try await pipeline([
            "UPDATE leads SET gmb_id = NULL WHERE id = \(lead.id)", "UPDATE leads SET gmb_id = \(lead.gmbID) WHERE id = \(id)",
        ])
    }
}

extension SQL {
    /// Inserts those that are new by every key, in the given order, and returns their ids.
    static func insert(_ new: [NewLead]) -> SQL {
        let leads = new.map(\.lead)
        return """
            INSERT INTO leads (
                id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours,
                first_name, last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency, sales_stage,
                assigned_to, qualification_score, lead_score, tags, created_at, updated_at
            )
            SELECT
                id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, ARRAY(SELECT jsonb_array_elements_text(profiles)), rating, review_count,
                photo_count, opening_hours, first_name, last_name, title, company, source, acquisition_cost_minor,
                acquisition_cost_currency, sales_stage, assigned_to, qualification_score, lead_score,
                ARRAY(SELECT jsonb_array_elements_text(tags)), created_at, created_at
            FROM unnest(
                \(leads.map(\.id))::uuid[], \(leads.map(\.slug))::text[], \(leads.map(\.gmbID))::text[],
                \(new.map(\.businessKey))::text[], \(leads.map(\.name))::text[], \(leads.map(\.category))::text[],
                \(leads.map(\.subcategory))::text[], \(leads.map(\.address))::text[], \(leads.map(\.city))::text[],
                \(leads.map(\.state))::text[], \(leads.map(\.postalCode))::text[], \(leads.map(\.country))::text[],
                \(leads.map(\.latitude))::float8[], \(leads.map(\.longitude))::float8[], \(leads.map(\.phone))::text[],
                \(leads.map(\.email))::text[], \(leads.map(\.websiteURL))::text[], \(new.map { JSONB($0.profiles) })::jsonb[],
                \(leads.map(\.rating))::float8[], \(leads.map(\.reviewCount))::int8[], \(leads.map(\.photoCount))::int8[],
                \(leads.map { $0.openingHours.map(JSONB.init) })::jsonb[], \(leads.map(\.firstName))::text[],
                \(leads.map(\.lastName))::text[], \(leads.map(\.title))::text[], \(leads.map(\.company))::text[],
                \(leads.map(\.source.rawValue))::text[], \(leads.map(\.acquisitionCost?.minorUnits))::int8[],
                \(leads.map(\.acquisitionCost?.currency.code))::text[], \(leads.map(\.salesStage.rawValue))::text[],
                \(leads.map(\.assignedTo))::text[],
                \(leads.map(\.qualificationScore))::int8[], \(leads.map(\.leadScore))::int8[],
                \(leads.map { JSONB($0.tags) })::jsonb[], \(leads.map(\.createdAt))::timestamptz[]
            ) AS given (
                id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours,
                first_name, last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency, sales_stage,
                assigned_to, qualification_score, lead_score, tags, created_at
            )
            ON CONFLICT DO NOTHING
            RETURNING id
            """
    }

    /// See ``Postgres/Transaction/lockedLeads(_:onlyLiving:)``.
    static func lockedLeads(_ ids: [LeadID], onlyLiving: Bool = false) -> SQL {
        """
        SELECT \(fragment: LeadColumns.all)
        FROM leads
        WHERE id = ANY (\(ids)::uuid[]) \(fragment: onlyLiving ? "AND erased_at IS NULL AND merged_into IS NULL" : "")
        ORDER BY id
        FOR NO KEY UPDATE
        """
    }
}

extension MatchedBy {
    fileprivate static let byRank: [MatchedBy] = [.id, .gmbID, .slug, .business]
}
