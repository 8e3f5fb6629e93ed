import Contracts
import Foundation
import Postgres
import Testing

@testable import LeadIntakeService

@Suite("A lead's row", .timeLimit(.minutes(1)))
struct LeadColumnsTests {
    @Test func `it is read column by column as its coding keys say`() async throws {
        let bench = try await IntakeBench()
        try await bench.database.execute(
            """
            INSERT INTO leads (id, version, slug, name, category, subcategory, gmb_id, address, city, state, postal_code, country, latitude,
                longitude, phone, email, website_url, rating, review_count, photo_count, opening_hours, first_name, last_name, title, company,
                source, acquisition_cost_minor, acquisition_cost_currency, sales_stage, assigned_to, qualification_score, lead_score,
                conversion_probability, last_contact_at, next_follow_up_at, call_attempts, tags, created_at, updated_at, archived_at)
            VALUES ('0190a000-0000-7000-8000-000000000001', 3, 'the-slug', 'The name', 'The category', 'The subcategory', 'gmb', 'The address',
                'The city', 'The state', '01001', 'GT', 14.5, -90.5, '+50255501234', 'a@b.example', 'https://c.example', 4.5, 7, 8,
                '[{"day": "Monday", "hours": "8 to 5"}]', 'First', 'Last', 'The title', 'The company', 'referral', 1250, 'GTQ', 'callback',
                'ann', 61, 62, 0.25, to_timestamp(1), to_timestamp(2), 9, '{one,"two, three"}', to_timestamp(3), to_timestamp(4.5),
                to_timestamp(5))
            """
        )
        try await bench.fill([.init("Nothing else", score: 1)])
        let rows = try await bench.database.rows("SELECT \(fragment: LeadColumns.all) FROM leads ORDER BY id")
        let leads = try rows.map(Lead.init)
        #expect(try leads == rows.map { try $0.decode(Lead.self) })
        // None of its columns is empty, and no two have the same value: none can be read for another.
        let whole = try #require(leads.first)
        let members = try #require(try JSONSerialization.jsonObject(with: WireJSON.encode(whole)) as? [String: Any])
        #expect(members.count == Mirror(reflecting: whole).children.count)
        #expect(Set(members.values.map { "\($0)" }).count == members.count)
        #expect(leads.count == 2 && leads.last?.category == nil && leads.last?.acquisitionCost == nil)
        await bench.close()
    }
}
