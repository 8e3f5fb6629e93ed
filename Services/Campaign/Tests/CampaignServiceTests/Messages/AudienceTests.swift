import Contracts
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Testing

@testable import CampaignService

@Suite("The audience", .timeLimit(.minutes(1)))
struct AudienceTests {
    @Test func `a lead's older snapshot never takes back a newer one`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            var newer = lead
            newer.version = 3
            newer.city = "Dallas"
            var older = lead
            older.version = 2
            older.city = "Houston"
            try await stage.database.transaction { try await $0.keep([newer, older]) }
            try await stage.database.transaction { try await $0.keep([older]) }
            #expect(try await stage.audience(of: AudienceFilter(city: ["dallas"])) == 1)
        }
    }

    @Test func `a status may come before its lead, and an older one after a newer`() async throws {
        try await Stage.set { stage in
            let lead = LeadID.make()
            let (first, second) = (EventID.make(), EventID.make())
            try await stage.database.transaction { transaction in
                try await transaction.keep([StatusChange(lead: lead, status: ContactStatus.clicked, event: second)])
                try await transaction.keep([StatusChange(lead: lead, status: ContactStatus.opened, event: first)])
                try await transaction.keep([StatusChange(lead: lead, status: WebsiteStatus.generated, event: first)])
            }
            let filter = AudienceFilter(contactStatus: [.clicked], websiteStatus: [.generated])
            #expect(try await stage.audience(of: filter) == 0, "a lead that isn't known is nobody to write to")
            try await stage.leads(1) { $1.id = lead }
            #expect(try await stage.audience(of: filter) == 1)
        }
    }

    @Test func `what was erased stays erased, whatever comes after`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            try await stage.database.transaction { try await $0.erase(lead.id) }
            var late = lead
            late.version = 9
            try await stage.database.transaction { try await $0.keep([late]) }
            #expect(try await stage.audience(of: AudienceFilter()) == 0)
            let row = try await #require(stage.database.row("SELECT name, email FROM audience"))
            #expect(try row.decode("name", as: String.self).isEmpty)
            #expect(try row.decodeIfPresent("email", as: String.self) == nil)
        }
    }

    @Test func `nothing that names a person is left of a message to who was erased`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1)[0]
            let message = try await stage.sentMessage(to: lead)
            try await stage.database.execute("UPDATE messages SET state = 'bounced', reason = '<lead0@example.com> unknown'")
            _ = try await stage.request(.get, "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif")
            try await stage.database.transaction { try await $0.erase(lead.id) }
            let dump = try await stage.database.rows(
                "SELECT to_jsonb(m)::text AS text FROM messages AS m UNION ALL SELECT to_jsonb(h)::text FROM hits AS h"
            )
            let texts = try dump.map { try $0.decode("text", as: String.self) }
            #expect(texts.count == 2 && !texts.contains { $0.contains("lead0") || $0.contains("Mozilla") || $0.contains("sites.") })
        }
    }

    @Test func `no row of any table holds who was erased`() async throws {
        try await Stage.set { stage in
            let lead = try await stage.leads(1) { _, lead in
                (lead.name, lead.email, lead.phone, lead.firstName) = ("Zyxwell Bakery", "zyxwell@example.com", "+12025550142", "Zyxia")
            }[0]
            _ = try await stage.sentMessage(to: lead)
            let number = "%2B12025550142"
            let notes: [SQL] = [
                "'sent', NULL", "'dropped', '550 <zyxwell@example.com> unknown'", "'queued', '450 <zyxwell@example.com> later'",
            ]
            for (number, note) in notes.enumerated() {
                try await stage.database.execute(
                    """
                    INSERT INTO notices (id, subscription_id, period, lead_id, occurred_at, state, reason)
                    SELECT uuid_v7(), \(SubscriptionID.make().rawValue), now() + \(number) * interval '1 day', \(lead.id.rawValue), now(), \(fragment: note)
                    """
                )
            }
            try await stage.database.pipeline([
                "UPDATE messages SET reason = '<zyxwell@example.com> is full', links = ARRAY['https://sites.example.com/sites/zyxwell']",
                """
                INSERT INTO replies (lead_id, channel, body, provider_id, received_at)
                VALUES (\(lead.id.rawValue), 'sms', 'Zyxia here', 'SM1', now())
                """,
                """
                INSERT INTO webhook_deliveries (provider, kind, delivery_key, query, body, lead_id, state)
                VALUES ('twilio', 'inbound', 'SM1', '', convert_to('From=\(fragment: SQL(unsafe: number))&Body=Zyxia', 'UTF8'), \(lead.id.rawValue), 'done'),
                    ('twilio', 'inbound', 'SM2', '', convert_to('From=\(fragment: SQL(unsafe: number))&Body=Who', 'UTF8'), NULL, 'parked')
                """,
                """
                INSERT INTO dead_letters (consumer, event_id, stream, sequence, subject, payload, reason, attempts)
                SELECT 'campaign', '1', 'LEADS', 1, 'crm.lead.updated', convert_to('{"lead_id":"' || \(lead.id.rawValue)::text || '","name":"Zyxwell"}', 'UTF8'), 'x', 1
                """,
            ])
            let words = ["zyxwell", "zyxia", "2025550142", "sites/lead-0"]
            #expect(try await stage.tables(holding: words).count >= 6, "the test looks where something is")
            try await stage.database.transaction { try await $0.erase(lead.id) }
            #expect(try await stage.tables(holding: words).isEmpty)
            let states = try await stage.database.rows("SELECT state FROM notices ORDER BY period").map {
                try $0.decode("state", as: String.self)
            }
            #expect(states == ["sent", "dropped", "dropped"])
        }
    }

    @Test func `each filter narrows the audience`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(4) { number, lead in
                if number == 0 { lead.category = "Baker" }
                if number == 1 { lead.rating = 3 }
                if number == 2 { lead.qualificationScore = 20 }
                if number == 3 { lead.email = nil }
            }
            try await stage.database.transaction { transaction in
                try await transaction.keep([StatusChange(lead: leads[0].id, status: WebsiteStatus.generated, event: .make())])
            }
            #expect(try await stage.audience(of: AudienceFilter(category: ["BAKER"])) == 1)
            #expect(try await stage.audience(of: AudienceFilter(city: ["austin"], state: ["tx"])) == 3)
            #expect(try await stage.audience(of: AudienceFilter(city: [])) == 0)
            #expect(try await stage.audience(of: AudienceFilter(contactStatus: [.pending, .emailed])) == 3)
            #expect(try await stage.audience(of: AudienceFilter(websiteStatus: [.generated])) == 1)
            #expect(try await stage.audience(of: AudienceFilter(minRating: 4)) == 2)
            #expect(try await stage.audience(of: AudienceFilter(minQualificationScore: 60)) == 2)
            #expect(try await stage.audience(of: AudienceFilter(leadIDs: [leads[1].id, leads[3].id])) == 1)
        }
    }

    @Test func `a preview says who is left out and why, and shows what the others would read`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(7) { number, lead in
                if number == 1 { lead.email = nil }
                if number == 2 { lead.email = "lead3@example.com" }
                if number == 4 { lead.archivedAt = Date() }
            }
            try await stage.database.transaction { transaction in
                try await transaction.keep([StatusChange(lead: leads[5].id, status: ContactStatus.purchased, event: .make())])
                _ = try await transaction.suppress(.email, "lead6@example.com", .complained, source: "test", lead: nil, message: nil)
            }
            let command = PreviewCampaign(channel: .email, filter: AudienceFilter(), sampleSize: 1)
            let preview = try await stage.service.commands.preview(Asked(command: command, actor: Stage.manager, key: .make()))
            #expect(preview.audience == 2)
            #expect(
                preview.excluded == ["no_address": 1, "same_address": 1, "archived": 1, "purchased": 1, "suppressed": 1]
            )
            let sample = try #require(preview.samples.first)
            #expect(preview.samples.count == 1)
            #expect(sample.address == "lead0@example.com" && sample.subject == "A website for Lead 0")
            #expect(sample.html?.contains("/t/o/") == true)
            #expect(try await stage.states().isEmpty, "a preview writes nothing")
        }
    }
}

extension Stage {
    fileprivate func audience(of filter: AudienceFilter) async throws -> Int {
        try await database.countAudience(filter, .email).audience
    }
}

extension Stage {
    /// The tables of the service that have one of `words` in any column of any row, in small letters; bytes as the text that they are.
    fileprivate func tables(holding words: [String]) async throws -> Set<String> {
        try await database.transaction { transaction in
            try await transaction.execute("SET LOCAL bytea_output = 'escape'")
            let tables = try await transaction.rows("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()")
                .map { try $0.decode("name", as: String.self) }
            var found: Set<String> = []
            for table in tables {
                let rows = try await transaction.rows("SELECT lower(t::text) AS line FROM \(identifier: table) AS t")
                let lines = try rows.map { try $0.decode("line", as: String.self) }
                if lines.contains(where: { line in words.contains { line.contains($0) } }) { found.insert(table) }
            }
            return found
        }
    }
}
