import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Statuses, asked for", .timeLimit(.minutes(2)))
struct StatusQuestionTests {
    private func clicked(_ lead: LeadID, byMachine: Bool) -> MessageClicked {
        MessageClicked(leadID: lead, messageID: .make(), channel: .email, url: "https://a.example", byMachine: byMachine)
    }

    private func opened(_ lead: LeadID, byMachine: Bool) -> MessageOpened {
        MessageOpened(leadID: lead, messageID: .make(), channel: .email, byMachine: byMachine)
    }

    @Test func `what machines do is kept as that, and moves nothing`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            for byMachine in [true, false] {
                try await bench.tell(opened(lead.id, byMachine: byMachine), at: minute(1))
                try await bench.settled()
                try await bench.tell(clicked(lead.id, byMachine: byMachine), at: minute(2))
                try await bench.settled()
            }
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(3))
            try await bench.settled()
            let history = try await bench.history(of: lead.id)
            #expect(history.map(\.byMachine) == [true, true, false, false, nil])
            #expect(history.map(\.to) == [nil, nil, "opened", "clicked", "replied"])
            #expect(history.map(\.ignoredBecause) == ["machine", "machine", nil, nil, nil])
            #expect(try await bench.told(ContactStatusChanged.self, of: lead.id).map(\.to) == [.opened, .clicked, .replied])
            let machine = try await bench.ask(
                GetHistory(leadID: lead.id, cause: "plumbline.message.clicked.v1", outcome: .ignored)
            ).entries
            #expect(machine.count == 1 && machine.first?.byMachine == true)
        }
        try await bench.close()
    }

    @Test func `a history of 10,000 decisions is read in pages, filtered, both ways, and explained`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(1))
            try await bench.settled()
            try await bench.database.execute(
                """
                INSERT INTO status_history (
                    lead_id, field, from_status, ignored_because, trigger, channel, cause_event_id, cause_type, occurred_at
                )
                SELECT \(lead.id), 'contact', 'replied', 'machine', 'opened_by_machine', 'email', gen_random_uuid(),
                    'plumbline.message.opened.v1', now() - interval '1 day' + n * interval '1 second'
                FROM generate_series(1, 10000) AS n
                """
            )
            var count = 0
            var cursor: String?
            repeat {
                let page = try await bench.ask(GetHistory(leadID: lead.id, limit: 1_000, cursor: cursor))
                count += page.entries.count
                cursor = page.nextCursor
            } while cursor != nil
            #expect(count == 10_001)
            let last = try await bench.ask(GetHistory(leadID: lead.id, limit: 2, newestFirst: true))
            let before = try await bench.ask(GetHistory(leadID: lead.id, limit: 2, cursor: last.nextCursor, newestFirst: true))
            let times = (last.entries + before.entries).map(\.occurredAt)
            #expect(times == times.sorted(by: >) && Set(times).count == 4)
            #expect(try await bench.ask(GetHistory(leadID: lead.id, outcome: .applied)).entries.map(\.to) == ["replied"])

            let answer = try await bench.ask(ExplainStatus(leadID: lead.id, limit: 3))
            #expect(answer.statuses.map(\.status) == ["replied", "none"] && answer.decisions.count == 3)
            #expect(
                answer.statuses.first?.ignored == [IgnoredCount(because: "machine", words: IgnoredBecause.machine.words, count: 10_000)]
            )
            #expect(answer.text.hasPrefix("The contact status is replied since 1 January 2026, 00:01 UTC: the lead replied by e-mail."))
            let older = try await bench.ask(ExplainStatus(leadID: lead.id, field: .contact, limit: 200, cursor: answer.nextCursor))
            #expect(older.statuses.count == 1 && older.decisions.count == 200 && older.nextCursor != nil)
        }
        try await bench.close()
    }

    @Test func `a page of long reasons has fewer entries, and none is lost`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.settled()
            try await bench.database.execute(
                """
                INSERT INTO status_history (lead_id, field, from_status, ignored_because, trigger, asked, cause_type, actor, reason, occurred_at)
                SELECT \(lead.id), 'contact', 'replied', 'already_there', 'set_by_hand', 'replied', 'manual', 'ana', repeat('é', 1000), now()
                FROM generate_series(1, 1000)
                """
            )
            var count = 0
            var cursor: String?
            repeat {
                let page = try await bench.ask(GetHistory(leadID: lead.id, limit: 1_000, cursor: cursor))
                #expect(!page.entries.isEmpty)
                count += page.entries.count
                cursor = page.nextCursor
            } while cursor != nil
            #expect(count == 1_000)
            #expect(try await bench.ask(ExplainStatus(leadID: lead.id, limit: 200)).decisions.isEmpty == false)
        }
        try await bench.close()
    }

    @Test func `the statuses of a thousand leads come in one answer, merged leads' and all`() async throws {
        let bench = try await Bench()
        let (lead, merged) = (SampleLeads.lead("Cedar", slug: "cedar"), SampleLeads.lead("Cedar", slug: "cedar-2"))
        var other = SampleLeads.lead("Oak", slug: "oak")
        other.assignedTo = "ben"
        try await bench.running {
            for lead in [lead, merged, other] { try await bench.tell(LeadCreated(snapshot: lead)) }
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(1))
            var survivor = lead
            survivor.version = 2
            try await bench.tell(LeadMerged(snapshot: survivor, mergedLeadID: merged.id, changed: []), at: minute(2))
            try await bench.settled()
            let strangers = (0..<996).map { _ in LeadID.make() }
            let asked = [other.id, merged.id, lead.id, merged.id] + strangers
            let answer = try await bench.ask(GetStatuses(leadIDs: asked))
            #expect(answer.statuses.map(\.asked) == [other.id, merged.id, lead.id] && answer.unknown == strangers)
            #expect(answer.statuses.map(\.status.leadID) == [other.id, lead.id, lead.id])
            #expect(answer.statuses.map(\.status.contactStatus) == [.pending, .replied, .replied])
            // An agent is told of leads that are theirs or nobody's.
            #expect(try await bench.ask(GetStatuses(leadIDs: [other.id, lead.id]), as: .agent).unknown == [other.id])
            await #expect(throws: Problem.self) { _ = try await bench.ask(GetStatuses(leadIDs: asked + [.make()])) }

            try await bench.database.execute(
                """
                INSERT INTO lead_statuses (lead_id)
                SELECT lead_id FROM unnest(\(strangers)::uuid[]) AS given (lead_id)
                """
            )
            #expect(try await bench.ask(GetStatuses(leadIDs: asked)).statuses.count == 999)
        }
        try await bench.close()
    }

    @Test func `an override with a stale version is told what the version is now, and an erased lead is left alone`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        func problem(_ command: OverrideStatus) async -> Problem? {
            do {
                _ = try await bench.ask(command)
                return nil
            } catch {
                return error as? Problem
            }
        }
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(1))
            try await bench.settled()
            var override = OverrideStatus(leadID: lead.id, field: .contact, to: "opened", reason: "x", expectedVersion: 0)
            let stale = await problem(override)
            #expect(stale?.status == 409)
            #expect(stale?.detail == "The lead is at version 1 now, not 0: contact status replied, website status none.")
            #expect(stale?.errors == [.init(pointer: "/expected_version", detail: "is 1 now")])
            override.expectedVersion = 1
            #expect(try await bench.ask(override).version == 2)

            try await bench.tell(LeadErased(leadID: lead.id), at: minute(2))
            try await bench.settled()
            override.expectedVersion = nil
            #expect(await problem(override)?.status == 410)
        }
        try await bench.close()
    }
}
