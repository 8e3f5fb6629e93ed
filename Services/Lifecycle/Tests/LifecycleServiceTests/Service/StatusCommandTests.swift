import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Statuses on command", .timeLimit(.minutes(1)))
struct StatusCommandTests {
    private func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test func `a manager overrules the rules with a reason, and the history says who and why`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(
                MessageUnsubscribed(leadID: lead.id, channel: .email, address: "a@example.com", source: "page"),
                at: minute(1)
            )
            try await bench.settled()
            let override = OverrideStatus(leadID: lead.id, field: .contact, to: "interested", reason: " Asked us to call back. ")

            #expect(await problem { _ = try await bench.ask(override, as: .agent) }?.status == 403)
            let key = IdempotencyKey.make()
            let answer = try await bench.ask(override, key: key)
            #expect(answer.contactStatus == .interested && answer.version == 2)
            #expect(try await bench.ask(override, key: key) == answer)
            let entry = try #require(try await bench.history(of: lead.id).last)
            #expect(entry.cause == StatusCause(type: "manual", actor: "ana", reason: "Asked us to call back."))
            #expect(entry.from == "unsubscribed" && entry.to == "interested")

            // What happened before the person decided is known to them.
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(2))
            try await bench.settled()
            #expect(try await bench.history(of: lead.id).last?.ignoredBecause == "further_along")
            #expect(try await bench.told(ContactStatusChanged.self, of: lead.id).map(\.to) == [.unsubscribed, .interested])
        }
        try await bench.close()
    }

    @Test func `an override that makes no sense is refused with every field that is wrong`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.settled()
            let wrong = await problem { _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .contact, to: "sold", reason: " ")) }
            #expect(wrong?.status == 422 && wrong?.errors?.map(\.pointer) == ["/reason", "/to"])
            let stale = OverrideStatus(leadID: lead.id, field: .contact, to: "replied", reason: "x", expectedVersion: 4)
            #expect(await problem { _ = try await bench.ask(stale) }?.status == 409)
            let unknown = OverrideStatus(leadID: .make(), field: .contact, to: "replied", reason: "x")
            #expect(await problem { _ = try await bench.ask(unknown) }?.status == 404)
            let siteless = OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "x")
            #expect(await problem { _ = try await bench.ask(siteless) }?.status == 409)
            #expect(try await bench.history(of: lead.id).isEmpty)
        }
        try await bench.close()
    }

    @Test func `a site that is sold by hand has a customer, and one that is archived by hand is gone`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        bench.leadIntake.add(lead)
        try await bench.running {
            let site = try await bench.ask(CreateSite(leadID: lead.id)).site
            let sold = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "Paid in cash."))
            #expect(sold.contactStatus == .purchased && sold.websiteStatus == .sold && sold.site?.state == .active)
            // It has no page.
            let pageless = OverrideStatus(leadID: lead.id, field: .website, to: "generated", reason: "x")
            #expect(await problem { _ = try await bench.ask(pageless) }?.status == 409)
            let archived = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "archived", reason: "Closed."))
            #expect(archived.site?.state == .archived)
            let back = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "generating", reason: "Once more."))
            #expect(back.site?.state == .preview && back.websiteStatus == .generating)
            try await eventually("what is set to generating is generated") {
                try await bench.status(of: lead.id).websiteStatus == .generated
            }
            try await bench.settled()
            #expect(try await bench.told(SiteSold.self, of: lead.id) == [SiteSold(leadID: lead.id, siteID: site.id)])
            #expect(try await bench.told(SiteArchived.self, of: lead.id).map(\.reason) == ["Closed."])
            // Whoever sells it learns that it can be bought again.
            let restored = SiteRestored(leadID: lead.id, siteID: site.id, state: .preview, reason: "Once more.")
            #expect(try await bench.told(SiteRestored.self, of: lead.id) == [restored])
        }
        try await bench.close()
    }

    @Test func `what a person decided on a lead that was merged can be read of the lead that stays, and moves nothing there`() async throws
    {
        let bench = try await Bench()
        let (survivor, duplicate) = (SampleLeads.lead("Cedar", slug: "cedar"), SampleLeads.lead("Cedar", slug: "cedar-2"))
        for lead in [survivor, duplicate] { bench.leadIntake.add(lead) }
        try await bench.running {
            for lead in [survivor, duplicate] { try await bench.tell(LeadCreated(snapshot: lead)) }
            try await bench.settled()
            _ = try await bench.ask(OverrideStatus(leadID: duplicate.id, field: .contact, to: "replied", reason: "They rang."))
            var merged = survivor
            merged.version = 2
            try await bench.tell(LeadMerged(snapshot: merged, mergedLeadID: duplicate.id, changed: []))
            try await bench.settled()
            let entry = try #require(try await bench.history(of: survivor.id, .contact).last)
            #expect(entry.to == nil && entry.ignoredBecause == "before_merge")
            #expect(entry.cause.actor == "ana" && entry.cause.reason == "They rang.")
            #expect(try await bench.status(of: survivor.id).contactStatus == .pending)
            let words = try await bench.ask(ExplainStatus(leadID: survivor.id)).text
            #expect(words.contains(#"ana set it by hand ("They rang.")"#), "\(words)")
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
        try await bench.close()
    }

    @Test func `the history comes in pages, and of one field alone`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        bench.leadIntake.add(lead)
        try await bench.running {
            for number in 0..<5 { try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(Double(number))) }
            try await bench.settled()
            _ = try await bench.ask(GenerateSite(leadID: lead.id))

            var entries: [StatusHistoryEntry] = []
            var cursor: String?
            repeat {
                let page = try await bench.ask(GetHistory(leadID: lead.id, field: .contact, limit: 2, cursor: cursor))
                #expect(page.entries.count <= 2)
                entries += page.entries
                cursor = page.nextCursor
            } while cursor != nil
            #expect(entries.map(\.occurredAt) == (0..<5).map { minute(Double($0)) })
            #expect(entries.map(\.to) == ["replied", nil, nil, nil, nil])
            #expect(await problem { _ = try await bench.ask(GetHistory(leadID: lead.id, limit: 0, cursor: "x")) }?.errors?.count == 2)
            #expect(await problem { _ = try await bench.ask(GetHistory(leadID: .make())) }?.status == 404)
        }
        try await bench.close()
    }

    @Test func `the funnel counts each lead once, by what it has ever reached, in whatever order that became known`() async throws {
        let bench = try await Bench()
        let leads = (0..<6).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        try await bench.running {
            for lead in leads { try await bench.tell(LeadCreated(snapshot: lead)) }
            for (lead, times) in zip(leads.prefix(3), [[1.0, 2, 3], [3, 2, 1], [2, 3, 1]]) {
                let id = lead.id
                let events: [any Event] = [
                    MessageSent(leadID: id, messageID: .make(), channel: .email, address: "a@example.com"),
                    MessageOpened(leadID: id, messageID: .make(), channel: .email, byMachine: false),
                    MessageClicked(leadID: id, messageID: .make(), channel: .email, url: "https://a.example", byMachine: false),
                ]
                for (event, _) in zip(events, times).sorted(by: { $0.1 < $1.1 }) {
                    for _ in 0..<2 { try await tell(event, bench) }
                }
            }
            try await bench.tell(MessageOpened(leadID: leads[3].id, messageID: .make(), channel: .email, byMachine: true), at: minute(1))
            try await bench.settled()
            #expect(await problem { _ = try await bench.ask(GetFunnel(), as: .agent) }?.status == 403)
            let funnel = try await bench.ask(GetFunnel())
            #expect(funnel.leads == 6 && funnel.contacted == 3 && funnel.opened == 3 && funnel.clicked == 3 && funnel.replied == 0)
        }
        try await bench.close()
    }

    private func tell(_ event: some Event, _ bench: Bench) async throws { try await bench.tell(event, at: minute(1)) }
}
