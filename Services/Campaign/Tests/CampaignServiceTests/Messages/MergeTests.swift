import Contracts
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Testing

@testable import CampaignService

@Suite("Leads that are found to be one", .timeLimit(.minutes(1)))
struct MergeTests {
    private func merge(_ merged: Lead, into lead: Lead, _ stage: Stage) async throws {
        try await stage.database.transaction { try await $0.merge(merged.id, into: lead.id) }
    }

    @Test func `what was written to the merged one is the survivor's, and so is what becomes of it`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(3)
            let message = try await stage.sentMessage(to: leads[0])
            // The merges become known in the wrong order: the middle one is gone already.
            try await merge(leads[1], into: leads[2], stage)
            try await merge(leads[0], into: leads[1], stage)
            let survivors = try await stage.database.rows("SELECT DISTINCT merged_into FROM audience WHERE merged_into IS NOT NULL")
            #expect(try survivors.map { try $0.id("merged_into", as: LeadID.self) } == [leads[2].id])

            _ = try await stage.request(.get, "/t/o/\(try stage.tokens.make(.open, for: .init(message: message))).gif")
            _ = try await stage.request(.post, "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))")
            let told = try await stage.told().filter { $0.subject.hasPrefix("crm.message.") && !$0.subject.hasSuffix("sent") }
            #expect(told.count == 2 && told.allSatisfy { $0.data.contains(leads[2].id.description) })
            let row = try #require(try await stage.database.row("SELECT lead_id, written_to FROM messages"))
            #expect(try row.id("lead_id", as: LeadID.self) == leads[2].id && row.id("written_to", as: LeadID.self) == leads[0].id)
        }
    }

    @Test func `who said no as the one is not written to as the other, until it is taken back`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(2)
            let message = try await stage.sentMessage(to: leads[0])
            let token = try stage.tokens.make(.unsubscribe, for: .init(message: message))
            _ = try await stage.request(.post, "/u/\(token)")
            try await merge(leads[0], into: leads[1], stage)
            let filter = AudienceFilter(leadIDs: [leads[1].id])
            #expect(try await stage.database.countAudience(filter, .email).excluded == ["suppressed": 1])
            try await stage.database.transaction { transaction in
                _ = try await transaction.liftSuppression(.email, "lead0@example.com", source: "test")
            }
            #expect(try await stage.database.countAudience(filter, .email).audience == 1)
        }
    }

    @Test func `one campaign does not write to both, if it is known before they are sent`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(4)
            let campaign = try await stage.start()
            func sent(_ lead: Lead) async throws {
                try await stage.database.execute(
                    """
                    UPDATE messages SET state = 'sent', handed_over_at = now(), out_since = now(), sent_at = now()
                    WHERE lead_id = \(lead.id.rawValue)
                    """
                )
            }
            // Neither is sent: the survivor's goes. The merged one's was sent: the survivor's stays here.
            try await merge(leads[0], into: leads[1], stage)
            try await sent(leads[2])
            try await merge(leads[2], into: leads[3], stage)
            let rows = try await stage.database.rows("SELECT address, state, reason FROM messages ORDER BY address")
            #expect(try rows.map { try $0.decode("state", as: String.self) } == ["skipped", "queued", "sent", "skipped"])
            #expect(try rows.compactMap { try $0.decodeIfPresent("reason", as: String.self) } == ["merged", "merged"])
            #expect(try await stage.results(campaign).skipped == 2)
        }
    }

    @Test func `a message of the merged one alone is sent as the survivor's`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(2) { number, lead in if number == 1 { lead.city = "Dallas" } }
            _ = try await stage.start(.email, AudienceFilter(leadIDs: [leads[0].id]))
            try await merge(leads[0], into: leads[1], stage)
            let claim = try await stage.database.transaction { transaction in
                try await transaction.claim(.email, limit: 10, lease: .seconds(30), rate: SendRate(perSecond: 100))
            }
            #expect(claim.messages.map(\.lead) == [leads[1].id] && claim.messages.map(\.address) == ["lead1@example.com"])
        }
    }

    @Test func `nothing that names somebody is left of an erased survivor, save that nobody writes there again`() async throws {
        try await Stage.set { stage in
            let leads = try await stage.leads(2)
            let message = try await stage.sentMessage(to: leads[0])
            _ = try await stage.request(.post, "/u/\(try stage.tokens.make(.unsubscribe, for: .init(message: message)))")
            // The erasures become known before the merge.
            try await stage.database.transaction { try await $0.erase(leads[1].id) }
            try await merge(leads[0], into: leads[1], stage)
            try await stage.database.transaction { try await $0.erase(leads[0].id) }
            for table in ["audience", "messages", "hits", "replies", "suppressions", "webhook_deliveries"] {
                let dump = try await stage.database.rows(SQL(unsafe: "SELECT row_to_json(t)::text AS line FROM \(table) AS t"))
                for row in dump {
                    let line = try row.decode("line", as: String.self)
                    #expect(!line.contains("lead0@") && !line.contains("Lead 0"), "\(table): \(line)")
                }
            }
            let again = try await stage.leads(1)
            #expect(try await stage.database.countAudience(AudienceFilter(leadIDs: [again[0].id]), .email).excluded == ["suppressed": 1])
        }
    }
}
