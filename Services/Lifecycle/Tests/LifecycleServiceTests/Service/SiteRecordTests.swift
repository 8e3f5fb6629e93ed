import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("A site's record follows its money", .timeLimit(.minutes(2)))
struct SiteRecordTests {
    /// A generated site, and a way to tell of its money.
    private func sold(_ body: (Bench, Site, SubscriptionID) async throws -> Void) async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
            let site = try #require(try await bench.status(of: lead.id).site)
            let subscription = SubscriptionID.make()
            let amount = Money(minorUnits: 150_000, currency: .gtq)
            let payment = PaymentSucceeded(
                leadID: lead.id,
                siteID: site.id,
                paymentID: .make(),
                subscriptionID: subscription,
                amount: amount
            )
            try await bench.tell(payment)
            try await bench.settled()
            try await body(bench, site, subscription)
        }
        try await bench.close()
    }

    @Test func `sold is active, with the subscription, its status and its dates`() async throws {
        try await sold { bench, site, subscription in
            let end = Date.now.addingTimeInterval(86_400 * 30)
            let started = SubscriptionStarted(leadID: site.leadID, siteID: site.id, subscriptionID: subscription, currentPeriodEnd: end)
            try await bench.tell(started)
            try await bench.settled()
            let now = try await bench.ask(GetSite(siteID: site.id))
            #expect(now.site.state == .active && now.site.purchasedAt != nil)
            #expect(now.site.subscriptionID == subscription && now.site.subscriptionStatus == .active)
            let known = try #require(now.site.currentPeriodEnd)
            #expect(abs(known.timeIntervalSince(end)) < 0.001)
        }
    }

    @Test func `past due is on the record, and the site stays as it is; paid again is active`() async throws {
        try await sold { bench, site, subscription in
            try await bench.tell(SubscriptionPastDue(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            var now = try await bench.ask(GetSite(siteID: site.id)).site
            #expect(now.state == .active && now.subscriptionStatus == .pastDue)
            // Told without its site: it is the one that the lead has.
            try await bench.tell(SubscriptionRenewed(leadID: site.leadID, subscriptionID: subscription))
            try await bench.settled()
            now = try await bench.ask(GetSite(siteID: site.id)).site
            #expect(now.state == .active && now.subscriptionStatus == .active)
        }
    }

    @Test func `cancelled is archived when what is paid for ends, and renewed brings it back`() async throws {
        try await sold { bench, site, subscription in
            let (later, now) = (Date.now.addingTimeInterval(86_400), Date.now)
            func cancel(_ end: Date) async throws {
                let cancelled = SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription, endsAt: end)
                try await bench.tell(cancelled)
                try await bench.settled()
            }
            try await cancel(later)
            let paidFor = try await bench.ask(GetSite(siteID: site.id)).site
            #expect(paidFor.subscriptionStatus == .cancelled && paidFor.state == .active)
            #expect(paidFor.endsAt.map { abs($0.timeIntervalSince(later)) < 0.001 } == true)
            try await cancel(now)
            #expect(try await bench.ask(GetSite(siteID: site.id)).site.state == .archived)
            let archived = try await bench.ask(GetSite(siteID: site.id)).site
            let endsAt = try #require(archived.endsAt)
            #expect(archived.archivedAt == endsAt)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .archived)

            try await bench.tell(SubscriptionRenewed(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            let restored = try await bench.ask(GetSite(siteID: site.id)).site
            #expect(restored.state == .active && restored.subscriptionStatus == .active && restored.endsAt == nil)
            #expect(restored.archivedAt == nil && restored.purchasedAt == archived.purchasedAt)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .sold)
        }
    }

    @Test func `the end of a subscription in whose place another one pays leaves the site as it is`() async throws {
        try await sold { bench, site, subscription in
            let other = SubscriptionID.make()
            try await bench.tell(SubscriptionStarted(leadID: site.leadID, siteID: site.id, subscriptionID: other))
            try await bench.settled()
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            let status = try await bench.status(of: site.leadID)
            #expect(status.websiteStatus == .sold && status.site?.state == .active && status.site?.subscriptionID == other)
            #expect(try await bench.history(of: site.leadID, .website).last?.ignoredBecause == "not_what_pays")
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: other))
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).site?.state == .archived)
        }
    }

    @Test(arguments: [nil, 3_600])
    func `of two sites that one lead has bought each ends with what pays for it`(later: Double?) async throws {
        let bench = try await Bench()
        let leads = [SampleLeads.lead("Cedar", slug: "cedar"), SampleLeads.lead("Cedar", slug: "cedar-2")]
        let subscriptions = leads.map { _ in SubscriptionID.make() }
        leads.forEach(bench.leadIntake.add)
        var sites: [SiteID] = []
        try await bench.running(withWorkers: false) {
            for (lead, subscription) in zip(leads, subscriptions) {
                let site = try await bench.ask(CreateSite(leadID: lead.id)).site.id
                sites.append(site)
                let amount = Money(minorUnits: 150_000, currency: .gtq)
                try await bench.tell(
                    PaymentSucceeded(leadID: lead.id, siteID: site, paymentID: .make(), subscriptionID: subscription, amount: amount)
                )
            }
            try await bench.settled()
            var survivor = leads[0]
            survivor.version = 2
            try await bench.tell(LeadMerged(snapshot: survivor, mergedLeadID: leads[1].id, changed: []))
            try await bench.settled()
            let end = later.map { Date() + $0 }
            try await bench.tell(
                SubscriptionCancelled(leadID: leads[1].id, siteID: sites[1], subscriptionID: subscriptions[1], endsAt: end)
            )
            try await bench.settled()
        }
        // Where it is to end later, the time passes.
        try await bench.database.execute("UPDATE subscription_ends SET ends_at = now()")
        try await bench.running {
            try await eventually("the other one is archived") { try await bench.ask(GetSite(siteID: sites[1])).site.state == .archived }
            let status = try await bench.status(of: leads[1].id)
            #expect(status.websiteStatus == .sold && status.site?.id == sites[0] && status.site?.state == .active)
            try await bench.settled()
            #expect(try await bench.told(SiteArchived.self, of: leads[0].id).map(\.siteID) == [sites[1]])
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
        try await bench.close()
    }

    @Test func `what is brought back gives way where another site has its domain by now`() async throws {
        try await sold { bench, site, subscription in
            let other = SampleLeads.lead("Oak", slug: "oak")
            bench.leadIntake.add(other)
            let others = try await bench.ask(CreateSite(leadID: other.id)).site.id
            func give(_ site: SiteID) async throws {
                try await bench.database.execute("UPDATE sites SET custom_domain = 'cedar.example' WHERE id = \(site)")
            }
            try await give(site.id)
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            try await give(others)

            try await bench.tell(SubscriptionRenewed(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            let restored = try await bench.status(of: site.leadID)
            #expect(restored.websiteStatus == .sold && restored.site?.state == .active && restored.site?.customDomain == nil)
            #expect(try await bench.ask(GetSite(siteID: others)).site.customDomain == "cedar.example")
            // As by hand.
            for (lead, to) in [(other.id, "archived"), (site.leadID, "archived"), (other.id, "sold")] {
                _ = try await bench.ask(OverrideStatus(leadID: lead, field: .website, to: to, reason: "x"))
            }
            #expect(try await bench.status(of: other.id).site?.customDomain == "cedar.example")
            #expect(try await bench.database.rows("SELECT FROM dead_letters").isEmpty)
        }
    }
}
