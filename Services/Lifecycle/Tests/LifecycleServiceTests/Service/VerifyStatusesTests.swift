import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Verifying statuses", .timeLimit(.minutes(2)))
struct VerifyStatusesTests {
    private func verify(_ bench: Bench, limit: Int = 2, repair: Bool = false) async throws -> (leads: Int, found: [StatusDifference]) {
        var (leads, found): (Int, [StatusDifference]) = (0, [])
        var cursor: String?
        repeat {
            let page = try await bench.ask(VerifyStatuses(limit: limit, cursor: cursor, repair: repair), as: .admin)
            leads += page.leads
            found += page.differences
            cursor = page.nextCursor
        } while cursor != nil
        return (leads, found)
    }

    @Test func `a status that somebody wrote into the database is named, and repaired with a decision and an event of its own`()
        async throws
    {
        let bench = try await Bench()
        let leads = (0..<5).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        try await bench.running {
            for lead in leads {
                try await bench.tell(LeadCreated(snapshot: lead))
                try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(1))
            }
            try await bench.settled()
            #expect(try await verify(bench) == (5, []))

            let (contact, website, held) = (leads[0].id, leads[3].id, leads[4].id)
            try await bench.tell(
                MessageUnsubscribed(leadID: held, channel: .email, address: "a@example.com", source: "page"),
                at: minute(2)
            )
            try await bench.settled()
            try await bench.database.execute("UPDATE lead_statuses SET contact_status = 'purchased' WHERE lead_id = \(contact)")
            try await bench.database.execute("UPDATE lead_statuses SET website_status = 'archived' WHERE lead_id = \(website)")
            try await bench.database.execute("UPDATE lead_statuses SET contact_held = 'clicked' WHERE lead_id = \(held)")
            let differences = [
                StatusDifference(leadID: contact, field: .contact, stored: "purchased", replayed: "replied"),
                StatusDifference(leadID: website, field: .website, stored: "archived", replayed: "none"),
                StatusDifference(leadID: held, field: .contact, stored: "unsubscribed", replayed: "unsubscribed"),
            ].sorted { $0.leadID < $1.leadID }
            #expect(try await verify(bench) == (5, differences))
            await #expect(throws: Problem.self) { _ = try await bench.ask(VerifyStatuses(repair: true), as: .manager) }

            let repaired = differences.map {
                StatusDifference(leadID: $0.leadID, field: $0.field, stored: $0.stored, replayed: $0.replayed, isRepaired: true)
            }
            #expect(try await verify(bench, repair: true) == (5, repaired))
            #expect(try await verify(bench) == (5, []))

            try await bench.settled()
            let correction = try #require(try await bench.history(of: contact).last)
            #expect(
                correction.from == "purchased" && correction.to == "replied"
                    && correction.cause == StatusCause(type: "repaired", actor: "ana")
            )
            #expect(try await bench.told(ContactStatusChanged.self, of: contact).map(\.to) == [.replied, .replied])
            #expect(try await bench.told(WebsiteStatusChanged.self, of: website).map(\.cause.type) == ["repaired"])
            #expect(try await bench.status(of: contact).contactStatus == .replied)
            // What was remembered only is no move, and nobody is told of it.
            #expect(try await bench.told(ContactStatusChanged.self, of: held).map(\.to) == [.replied, .unsubscribed])
            #expect(try await bench.history(of: held).last?.ignoredBecause == "already_there")
            // The rules go on from where the facts are.
            try await bench.tell(
                MessageResubscribed(leadID: held, channel: .email, address: "a@example.com", source: "page"),
                at: minute(3)
            )
            try await bench.settled()
            #expect(try await bench.status(of: held).contactStatus == .replied)
            #expect(try await verify(bench) == (5, []))
        }
        try await bench.close()
    }

    @Test func `an erased lead, whose addresses decided, and a merged one stand where their facts put them`() async throws {
        let bench = try await Bench()
        let (lead, duplicate) = (SampleLeads.lead("Cedar", slug: "cedar", email: "old@example.com"), SampleLeads.lead("Oak", slug: "oak"))
        func bounced(_ address: String) -> MessageBounced {
            MessageBounced(leadID: lead.id, messageID: .make(), channel: .email, address: address, isPermanent: true)
        }
        try await bench.running {
            for lead in [lead, duplicate] { try await bench.tell(LeadCreated(snapshot: lead)) }
            var changed = lead
            (changed.version, changed.email) = (2, "new@example.com")
            try await bench.tell(LeadUpdated(snapshot: changed, changed: ["email"]), at: minute(2))
            try await bench.settled()
            // Of the address that it no longer has: told apart by the address alone.
            try await bench.tell(bounced("old@example.com"), at: minute(3))
            try await bench.tell(MessageReplied(leadID: duplicate.id, channel: .email), at: minute(4))
            try await bench.settled()
            changed.version = 3
            try await bench.tell(LeadMerged(snapshot: changed, mergedLeadID: duplicate.id, changed: []), at: minute(5))
            try await bench.settled()
            let override = OverrideStatus(leadID: lead.id, field: .contact, to: "opened", reason: "Maria of old@example.com rang.")
            _ = try await bench.ask(override)
            try await bench.settled()
            #expect(try await verify(bench).found.isEmpty)
            try await bench.tell(LeadErased(leadID: lead.id), at: minute(6))
            try await bench.tell(LeadErased(leadID: duplicate.id), at: minute(6))
            try await bench.settled()
            #expect(try await verify(bench) == (2, []))
            let kept = try await bench.database.rows(
                """
                SELECT row_to_json(history)::text || standing.contact_marks::text AS line
                FROM status_history AS history JOIN lead_statuses AS standing USING (lead_id)
                """
            )
            for row in kept {
                let line: String = try row.decode("line")
                #expect(!line.contains("example.com") && !line.contains("Maria"), "\(line)")
            }
            try await bench.tell(bounced("new@example.com"), at: minute(7))
            try await bench.settled()
            #expect(try await verify(bench) == (2, []))
        }
        try await bench.close()
    }

    @Test func `a history that is longer than a page is followed whole, and leads behind it wait for the next request`() async throws {
        let bench = try await Bench()
        let leads = (0..<3).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }.sorted { $0.id < $1.id }
        try await bench.running {
            for lead in leads {
                try await bench.tell(LeadCreated(snapshot: lead))
                try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(1))
            }
            try await bench.settled()
            try await bench.database.execute(
                """
                INSERT INTO status_history (lead_id, field, from_status, ignored_because, trigger, channel, cause_type, occurred_at)
                SELECT \(leads[0].id), 'contact', 'replied', 'machine', 'opened_by_machine', 'email', 'plumbline.message.opened.v1', now()
                FROM generate_series(1, 60000)
                """
            )
            let first = try await bench.ask(VerifyStatuses(), as: .admin)
            #expect(
                first.leads == 1 && first.decisions == 60_001 && first.differences.isEmpty && first.nextCursor == leads[0].id.description
            )
            let rest = try await bench.ask(VerifyStatuses(cursor: first.nextCursor), as: .admin)
            #expect(rest.leads == 2 && rest.decisions == 2 && rest.nextCursor == nil)
        }
        try await bench.close()
    }
}
