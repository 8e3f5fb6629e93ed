import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("A site's record follows its money", .timeLimit(.minutes(2)))
struct SiteRecordTests {
    /// A generated site, and a way to tell of its money.
    private func sold(at paid: Date = .now, _ body: (Bench, Site, SubscriptionID) async throws -> Void) async throws {
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
            try await bench.tell(payment, at: paid)
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

    @Test(arguments: [0.0, 86_400])
    func `reactivated, what was cancelled is the customer's again, whether it has ended by then or not`(later: Double) async throws {
        try await sold(at: .now - 3_600) { bench, site, subscription in
            let now = Date.now
            try await bench.tell(
                SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription, endsAt: now + later),
                at: now - 60
            )
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).websiteStatus == (later == 0 ? .archived : .sold))
            let reactivated = SubscriptionReactivated(leadID: site.leadID, siteID: site.id, subscriptionID: subscription)
            for _ in 0..<2 { try await bench.tell(reactivated, at: now - 30) }
            try await bench.settled()
            // The end that it had comes, and is none.
            try await sweepTheEnd(bench)
            let back = try await bench.status(of: site.leadID)
            #expect(back.websiteStatus == .sold && back.contactStatus == .purchased)
            #expect(back.site?.state == .active && back.site?.subscriptionStatus == .active && back.site?.endsAt == nil)
            let history = try await bench.history(of: site.leadID, .website)
            let causes = history.filter { $0.cause.type == "plumbline.subscription.reactivated.v1" }
            #expect(causes.map(\.to) == (later == 0 ? ["sold", nil] : [nil, nil]))
            #expect(try await bench.ask(ExplainStatus(leadID: site.leadID)).text.contains("is gone on with"))

            // An older cancellation that comes only now is void; a newer one ends it.
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription), at: now - 40)
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).site?.subscriptionStatus == .active)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .sold)
            try await bench.tell(SubscriptionPaused(leadID: site.leadID, siteID: site.id, subscriptionID: subscription), at: now - 20)
            try await bench.settled()
            let paused = try await bench.status(of: site.leadID)
            #expect(paused.websiteStatus == .sold && paused.site?.state == .active && paused.site?.subscriptionStatus == .paused)
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription), at: now - 10)
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).websiteStatus == .archived)
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
    }

    /// The time passes; the service's own sweeper may look only a minute later, or just now.
    private func sweepTheEnd(_ bench: Bench) async throws {
        try await bench.letTheEndCome()
        let sweeper = SubscriptionEndSweeper(database: bench.database, logger: quietLogger)
        try await eventually("the end is decided on") {
            while try await sweeper.sweepNext(at: Date()) {}
            return try await bench.database.rows("SELECT FROM subscription_ends").isEmpty
        }
    }

    /// Payments are told as billing tells them, in the order in which they become known.
    @Test(arguments: [-20.0, 5.0])
    func `a payment that becomes known after the cancellation moves the end, and the site still ends`(day: Double) async throws {
        try await sold { bench, site, subscription in
            let (now, days) = (Date.now, 86_400.0)
            let cancelled = SubscriptionCancelled(
                leadID: site.leadID,
                siteID: site.id,
                subscriptionID: subscription,
                endsAt: now + 10 * days
            )
            try await bench.tell(cancelled, at: now - days)
            try await bench.settled()
            let payment = PaymentSucceeded(
                leadID: site.leadID,
                siteID: site.id,
                paymentID: .make(),
                subscriptionID: subscription,
                amount: Money(minorUnits: 150_000, currency: .gtq),
                paidUntil: now + 30 * days
            )
            try await bench.tell(payment, at: now + day * days)
            try await bench.settled()
            let moved = try await bench.ask(GetSite(siteID: site.id)).site
            #expect(moved.subscriptionStatus == .cancelled && moved.state == .active)
            #expect(moved.endsAt.map { abs($0.timeIntervalSince(now + 30 * days)) < 0.001 } == true)
            let due = try await bench.database.rows("SELECT ends_at FROM subscription_ends").map { try $0.decode("ends_at", as: Date.self) }
            #expect(due.map { abs($0.timeIntervalSince(now + 30 * days)) < 0.001 } == [true])

            try await sweepTheEnd(bench)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .archived)
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
    }

    @Test func `a site that was archived too early is there until what turns out to be paid for ends, and then archived`() async throws {
        try await sold { bench, site, subscription in
            let (now, days) = (Date.now, 86_400.0)
            try await bench.tell(SubscriptionCancelled(leadID: site.leadID, siteID: site.id, subscriptionID: subscription))
            try await bench.settled()
            #expect(try await bench.status(of: site.leadID).site?.state == .archived)
            let renewed = SubscriptionRenewed(
                leadID: site.leadID,
                siteID: site.id,
                subscriptionID: subscription,
                currentPeriodEnd: now + 20 * days
            )
            try await bench.tell(renewed, at: now - 10 * days)
            try await bench.settled()
            let back = try await bench.status(of: site.leadID)
            #expect(back.websiteStatus == .sold && back.site?.state == .active && back.site?.subscriptionStatus == .cancelled)
            let words = try await bench.ask(ExplainStatus(leadID: site.leadID)).text
            #expect(words.contains("paid for until later than was known"), "\(words)")

            try await sweepTheEnd(bench)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .archived)
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
    }

    @Test func `an end that can't be decided on is put off, and holds up no other`() async throws {
        let bench = try await Bench()
        let leads = (0..<3).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        leads.forEach(bench.leadIntake.add)
        try await bench.running(withWorkers: false) {
            for lead in leads {
                let site = try await bench.ask(CreateSite(leadID: lead.id)).site
                let amount = Money(minorUnits: 150_000, currency: .gtq)
                try await bench.tell(PaymentSucceeded(leadID: lead.id, siteID: site.id, paymentID: .make(), amount: amount))
                try await bench.tell(
                    SubscriptionCancelled(leadID: lead.id, siteID: site.id, subscriptionID: .make(), endsAt: Date() + 3_600)
                )
            }
            try await bench.settled()
            try await bench.letTheEndCome()
            // The first of them, whose standing nobody can read.
            try await bench.database.execute(
                "UPDATE subscription_ends SET due_at = due_at - interval '1 hour' WHERE lead_id = \(leads[1].id)"
            )
            try await bench.database.execute("UPDATE lead_statuses SET website_marks = '{\"paid_at\": 1}' WHERE lead_id = \(leads[1].id)")
            let (sweeper, now) = (SubscriptionEndSweeper(database: bench.database, logger: quietLogger), Date())
            for _ in leads { #expect(try await sweeper.sweepNext(at: now)) }
            #expect(try await !sweeper.sweepNext(at: now))
            for lead in [leads[0], leads[2]] { #expect(try await bench.status(of: lead.id).websiteStatus == .archived) }

            // It is decided on when it can be.
            try await bench.database.execute("UPDATE lead_statuses SET website_marks = '{}' WHERE lead_id = \(leads[1].id)")
            #expect(try await !sweeper.sweepNext(at: now + 50))
            #expect(try await sweeper.sweepNext(at: now + 70))
            #expect(try await bench.status(of: leads[1].id).websiteStatus == .archived)
        }
        try await bench.close()
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

    @Test(arguments: [(nil, false), (3_600, false), (3_600, true)])
    func `of two sites that one lead has bought each ends with what pays for it, unless that goes on`(
        later: Double?,
        goesOn: Bool
    ) async throws {
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
            guard goesOn else { return }
            try await bench.tell(SubscriptionReactivated(leadID: leads[1].id, siteID: sites[1], subscriptionID: subscriptions[1]))
            try await bench.settled()
        }
        // Where it is to end later, the time passes.
        try await bench.letTheEndCome()
        try await bench.running {
            try await eventually("the end is decided on") { try await bench.database.rows("SELECT FROM subscription_ends").isEmpty }
            if goesOn {
                #expect(try await bench.ask(GetSite(siteID: sites[1])).site.state == .active)
                return
            }
            try await eventually("the other one is archived") { try await bench.ask(GetSite(siteID: sites[1])).site.state == .archived }
            let status = try await bench.status(of: leads[1].id)
            #expect(status.websiteStatus == .sold && status.site?.id == sites[0] && status.site?.state == .active)
            try await bench.settled()
            #expect(try await bench.told(SiteArchived.self, of: leads[0].id).map(\.siteID) == [sites[1]])
            // Gone on with, the same one is shown again.
            try await bench.tell(
                SubscriptionReactivated(leadID: leads[1].id, siteID: sites[1], subscriptionID: subscriptions[1]),
                at: Date() + 7_200
            )
            try await bench.settled()
            #expect(try await bench.ask(GetSite(siteID: sites[1])).site.state == .active)
            #expect(try await bench.status(of: leads[1].id).site?.id == sites[0])
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
