import Contracts
import Foundation
import LifecycleService
import Postgres
import Testing

@Suite("Leads that are one, through the streams and the database", .timeLimit(.minutes(2)))
struct MergedLeadTests {
    @Test func `a merged lead's facts are the surviving lead's, those of before and those that come late`() async throws {
        let bench = try await Bench()
        let survivor = SampleLeads.lead("Cedar", slug: "cedar")
        let duplicate = SampleLeads.lead("Cedar", slug: "cedar-2")
        bench.leadIntake.add(duplicate)
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: survivor))
            try await bench.tell(LeadCreated(snapshot: duplicate))
            let site = try await bench.ask(GenerateSite(leadID: duplicate.id)).site
            try await bench.tell(MessageReplied(leadID: duplicate.id, channel: .email), at: minute(1))
            try await bench.settled()
            var merged = survivor
            merged.version = 2
            try await bench.tell(LeadMerged(snapshot: merged, mergedLeadID: duplicate.id, changed: []), at: minute(2))
            try await bench.settled()
            try await bench.tell(
                CheckoutCreated(
                    leadID: duplicate.id,
                    siteID: site.id,
                    checkoutID: .make(),
                    amount: Money(minorUnits: 1, currency: .gtq)
                ),
                at: minute(3)
            )
            try await bench.settled()

            #expect(try await bench.told(ContactStatusChanged.self, of: survivor.id).map(\.to) == [.replied, .interested])
            #expect(try await bench.status(of: survivor.id).site?.id == site.id)
            #expect(try await bench.status(of: duplicate.id).leadID == survivor.id)
            #expect(try await bench.ask(GetGenerationJob(leadID: duplicate.id)).leadID == survivor.id)
        }
        try await bench.close()
    }

    @Test func `a merge into a lead that was merged itself is one into the lead that stays`() async throws {
        let bench = try await Bench()
        let (last, middle, first) = (SampleLeads.lead("A", slug: "a"), SampleLeads.lead("B", slug: "b"), SampleLeads.lead("C", slug: "c"))
        try await bench.running {
            for lead in [last, middle, first] { try await bench.tell(LeadCreated(snapshot: lead)) }
            try await bench.tell(MessageReplied(leadID: first.id, channel: .email), at: minute(1))
            try await bench.settled()
            // The second merge becomes known before the first.
            try await bench.tell(LeadMerged(snapshot: last, mergedLeadID: middle.id, changed: []), at: minute(3))
            try await bench.tell(LeadMerged(snapshot: middle, mergedLeadID: first.id, changed: []), at: minute(2))
            try await bench.settled()
            #expect(try await bench.status(of: last.id).contactStatus == .replied)
            #expect(try await bench.status(of: first.id).leadID == last.id)
        }
        try await bench.close()
    }

    @Test func `of the sites of two leads that are one, the one that is bought is the lead's, and each can be bought`() async throws {
        let bench = try await Bench()
        let survivor = SampleLeads.lead("Cedar", slug: "cedar")
        let duplicate = SampleLeads.lead("Cedar", slug: "cedar-2")
        for lead in [survivor, duplicate] { bench.leadIntake.add(lead) }
        func paid(_ site: Site, at time: Date) async throws {
            let payment = PaymentSucceeded(
                leadID: duplicate.id,
                siteID: site.id,
                paymentID: .make(),
                amount: Money(minorUnits: 1, currency: .gtq)
            )
            try await bench.tell(payment, at: time)
            try await bench.settled()
        }
        try await bench.running {
            let own = try await bench.ask(CreateSite(leadID: survivor.id)).site
            let other = try await bench.ask(CreateSite(leadID: duplicate.id)).site
            var merged = survivor
            merged.version = 2
            try await bench.tell(LeadMerged(snapshot: merged, mergedLeadID: duplicate.id, changed: []), at: minute(1))
            try await bench.settled()
            #expect(try await bench.status(of: duplicate.id).site?.id == own.id)
            #expect(try await bench.told(SiteChosen.self, of: survivor.id).map(\.siteID) == [own.id])

            try await paid(other, at: minute(2))
            let status = try await bench.status(of: survivor.id)
            #expect(status.websiteStatus == .sold && status.site?.id == other.id && status.site?.state == .active)

            try await paid(own, at: minute(3))
            try await paid(own, at: minute(4))
            #expect(try await bench.status(of: survivor.id).site?.id == other.id)
            #expect(try await bench.told(SiteSold.self, of: survivor.id).map(\.siteID) == [other.id, own.id])
            #expect(try await bench.told(SiteChosen.self, of: survivor.id).map(\.siteID) == [own.id, other.id])
        }
        try await bench.close()
    }

    @Test(arguments: [
        (SiteState.active, SiteState.preview, true), (.preview, .preview, false), (.preview, .archived, true), (.active, .suspended, false),
    ])
    func `a merged lead's site is the lead's where it is worth more`(merged: SiteState, own: SiteState, wins: Bool) {
        #expect(SitePrecedence.prefers(merged: .init(merged), to: .init(own)) == wins)
        #expect(SitePrecedence.prefers(merged: .init(.preview), to: .init(.preview, hasPage: false)), "one can be shown")
    }

    @Test func `a fact that comes while its lead is merged on is about the lead that stays`() async throws {
        let bench = try await Bench()
        let (last, middle, first) = (SampleLeads.lead("A", slug: "a"), SampleLeads.lead("B", slug: "b"), SampleLeads.lead("C", slug: "c"))
        try await bench.running {
            for lead in [last, middle, first] { try await bench.tell(LeadCreated(snapshot: lead)) }
            try await bench.tell(LeadMerged(snapshot: middle, mergedLeadID: first.id, changed: []), at: minute(1))
            try await bench.settled()
            try await bench.database.transaction { transaction in
                try await transaction.execute("UPDATE lead_statuses SET merged_into = \(last.id) WHERE lead_id = \(middle.id)")
                try await bench.tell(MessageReplied(leadID: first.id, channel: .email), at: minute(2))
                try await eventually("the fact waits for the merge") {
                    let waiting = try await bench.database.row(
                        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                    )
                    return waiting != nil
                }
            }
            try await bench.settled()
            #expect(try await bench.status(of: last.id).contactStatus == .replied)
            #expect(try await bench.status(of: first.id).leadID == last.id)
        }
        try await bench.close()
    }
}
