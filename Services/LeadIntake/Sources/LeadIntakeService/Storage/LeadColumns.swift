import Contracts
import Foundation
import Postgres

/// The columns that make a ``Contracts/Lead``, under the names of its coding keys.
enum LeadColumns {
    static let all: SQL = """
        id, version, slug, name, category, subcategory, gmb_id, address, city, state, postal_code, country, latitude, longitude, phone,
        email, website_url, rating, review_count, photo_count, opening_hours, first_name, last_name, title, company, source,
        CASE WHEN acquisition_cost_minor IS NOT NULL
            THEN jsonb_build_object('minor_units', acquisition_cost_minor, 'currency', acquisition_cost_currency) END AS acquisition_cost,
        sales_stage, assigned_to, qualification_score, lead_score, conversion_probability, last_contact_at, next_follow_up_at,
        call_attempts, tags, created_at, updated_at, archived_at
        """
}

extension Lead {
    /// A row of ``LeadColumns/all``. Column by column, since lists read thousands: by the coding keys, which finds each column's type anew, it
    /// took three times as long.
    init(_ row: Row) throws {
        func text(_ column: String) throws -> String? { try row.decodeIfPresent(column) }
        func integer(_ column: String) throws -> Int? { try row.decodeIfPresent(column) }
        func number(_ column: String) throws -> Double? { try row.decodeIfPresent(column) }
        func time(_ column: String) throws -> Date? { try row.decodeIfPresent(column) }
        func named<Name: RawRepresentable<String>>(_ column: String) throws -> Name {
            let text: String = try row.decode(column)
            guard let name = Name(rawValue: text) else { throw DatabaseError(.decoding, "Column \(column) holds no \(Name.self)") }
            return name
        }
        self.init(
            id: try row.decode("id"),
            version: try row.decode("version"),
            slug: try row.decode("slug"),
            name: try row.decode("name"),
            category: try text("category"),
            subcategory: try text("subcategory"),
            gmbID: try text("gmb_id"),
            address: try text("address"),
            city: try text("city"),
            state: try text("state"),
            postalCode: try text("postal_code"),
            country: try text("country"),
            latitude: try number("latitude"),
            longitude: try number("longitude"),
            phone: try text("phone"),
            email: try text("email"),
            websiteURL: try text("website_url"),
            rating: try number("rating"),
            reviewCount: try integer("review_count"),
            photoCount: try integer("photo_count"),
            openingHours: try row.decodeIfPresent("opening_hours", as: JSONB<[DayHours]>.self)?.value,
            firstName: try text("first_name"),
            lastName: try text("last_name"),
            title: try text("title"),
            company: try text("company"),
            source: try named("source"),
            acquisitionCost: try row.decodeIfPresent("acquisition_cost", as: JSONB<Money>.self)?.value,
            salesStage: try named("sales_stage"),
            assignedTo: try text("assigned_to"),
            qualificationScore: try row.decode("qualification_score"),
            leadScore: try integer("lead_score"),
            conversionProbability: try number("conversion_probability"),
            lastContactAt: try time("last_contact_at"),
            nextFollowUpAt: try time("next_follow_up_at"),
            callAttempts: try integer("call_attempts"),
            tags: try row.decode("tags"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at"),
            archivedAt: try time("archived_at")
        )
    }
}
