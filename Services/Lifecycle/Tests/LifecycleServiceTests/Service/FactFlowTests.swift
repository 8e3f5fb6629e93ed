import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Facts, through the streams and the database", .timeLimit(.minutes(2)))
struct FactFlowTests {
    private func told(_ bench: Bench, _ lead: LeadID) async throws -> [ContactStatus] {
        try await bench.told(ContactStatusChanged.self, of: lead).map(\.to)
    }

    @Test func `an e-mail that is sent, opened and clicked moves the status; sent twice is a no-op`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        let message = MessageID.make()
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            let sent = MessageSent(leadID: lead.id, messageID: message, channel: .email, address: "a@example.com")
            try await bench.tell(sent, at: minute(1), times: 3)
            // Another event that says the same: the rules ignore what the inbox can't know.
            try await bench.tell(sent, at: minute(1))
            try await bench.tell(MessageOpened(leadID: lead.id, messageID: message, channel: .email, byMachine: true), at: minute(2))
            try await bench.tell(MessageOpened(leadID: lead.id, messageID: message, channel: .email, byMachine: false), at: minute(3))
            let url = "https://sites.example/sites/cedar"
            try await bench.tell(
                MessageClicked(leadID: lead.id, messageID: message, channel: .email, url: url, byMachine: false),
                at: minute(4)
            )
            try await bench.settled()

            let status = try await bench.status(of: lead.id)
            #expect(status.contactStatus == .clicked && status.websiteStatus == .none && status.version == 3)
            let history = try await bench.history(of: lead.id)
            #expect(history.map(\.to) == ["emailed", nil, nil, "opened", "clicked"])
            #expect(history.compactMap(\.ignoredBecause) == ["already_there", "machine"])
            #expect(history.last?.occurredAt == minute(4))
            #expect(history.last?.cause.type == "plumbline.message.clicked.v1")
            #expect(try await told(bench, lead.id) == [.emailed, .opened, .clicked])
        }
        try await bench.close()
    }

    @Test func `an SMS is delivered, fails for good, is answered, and STOP ends it until START`() async throws {
        let bench = try await Bench()
        let answered = SampleLeads.lead("A", slug: "a")
        let failed = SampleLeads.lead("B", slug: "b")
        let phone = "+12055550100"
        try await bench.running {
            for lead in [answered, failed] {
                try await bench.tell(LeadCreated(snapshot: lead))
                try await bench.tell(MessageSent(leadID: lead.id, messageID: .make(), channel: .sms, address: phone), at: minute(1))
            }
            try await bench.tell(MessageDelivered(leadID: answered.id, messageID: .make(), channel: .sms), at: minute(2))
            try await bench.tell(MessageReplied(leadID: answered.id, channel: .sms), at: minute(3))
            let stop = MessageUnsubscribed(leadID: answered.id, channel: .sms, address: phone, source: "stop_keyword")
            try await bench.tell(stop, at: minute(4))
            try await bench.tell(
                MessageFailed(leadID: failed.id, messageID: .make(), channel: .sms, address: phone, isUndeliverable: true),
                at: minute(2)
            )
            try await bench.settled()
            #expect(try await bench.status(of: answered.id).contactStatus == .unsubscribed)
            #expect(try await bench.status(of: failed.id).contactStatus == .bounced)

            let start = MessageResubscribed(leadID: answered.id, channel: .sms, address: phone, source: "start_keyword")
            try await bench.tell(start, at: minute(5))
            try await bench.settled()
            #expect(try await told(bench, answered.id) == [.smsSent, .replied, .unsubscribed, .replied])
        }
        try await bench.close()
    }

    @Test func `a paid checkout sells the site and makes the lead a customer; its subscription's end archives the site`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        let amount = Money(minorUnits: 150_000, currency: .gtq)
        let (customer, subscription) = (CustomerID.make(), SubscriptionID.make())
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            let site = try await {
                bench.leadIntake.add(lead); return try await bench.ask(CreateSite(leadID: lead.id)).site
            }()
            try await bench.tell(
                CheckoutCreated(leadID: lead.id, siteID: site.id, checkoutID: .make(), amount: amount),
                at: minute(1)
            )
            let payment = PaymentSucceeded(
                leadID: lead.id,
                siteID: site.id,
                paymentID: .make(),
                customerID: customer,
                subscriptionID: subscription,
                amount: amount
            )
            try await bench.tell(payment, at: minute(2), times: 2)
            try await bench.settled()
            let bought = try await bench.status(of: lead.id)
            #expect(bought.contactStatus == .purchased && bought.websiteStatus == .sold)
            #expect(bought.site?.state == .active && bought.site?.purchasedAt == minute(2))
            let sold = try await bench.told(SiteSold.self, of: lead.id)
            #expect(sold == [SiteSold(leadID: lead.id, siteID: site.id, customerID: customer, subscriptionID: subscription)])
            #expect(try await told(bench, lead.id) == [.interested, .purchased])

            try await bench.tell(SubscriptionCancelled(leadID: lead.id, siteID: site.id, subscriptionID: subscription), at: minute(9))
            try await bench.settled()
            let ended = try await bench.status(of: lead.id)
            #expect(ended.contactStatus == .purchased && ended.websiteStatus == .archived && ended.site?.state == .archived)
            #expect(try await bench.told(SiteArchived.self, of: lead.id).map(\.reason) == ["subscription_ended"])
        }
        try await bench.close()
    }

    @Test func `of sales that come together each sells the site of its own lead, and one that is not known here sells none`()
        async throws
    {
        let bench = try await Bench()
        let leads = ["cedar", "maple", "birch"].map { SampleLeads.lead($0, slug: $0) }
        leads.forEach(bench.leadIntake.add)
        let customers = leads.map { _ in CustomerID.make() }
        let sites = try await bench.running(withWorkers: false) {
            let cedar = try await bench.ask(CreateSite(leadID: leads[0].id)).site.id
            return [cedar, nil, try await bench.ask(CreateSite(leadID: leads[2].id)).site.id]
        }
        // Told while nobody follows: so they come in one batch.
        for (index, lead) in leads.enumerated() {
            let amount = Money(minorUnits: 150_000, currency: .gtq)
            try await bench.tell(
                PaymentSucceeded(
                    leadID: lead.id,
                    siteID: sites[index] ?? .make(),
                    paymentID: .make(),
                    customerID: customers[index],
                    amount: amount
                ),
                at: minute(Double(index))
            )
        }
        try await bench.running(withWorkers: false) {
            try await bench.settled()
            for (index, lead) in leads.enumerated() {
                let status = try await bench.status(of: lead.id)
                #expect(status.contactStatus == .purchased && status.websiteStatus == .sold)
                #expect(status.site?.purchasedAt == sites[index].map { _ in minute(Double(index)) })
                let sold = try await bench.told(SiteSold.self, of: lead.id)
                #expect(sold == sites[index].map { [SiteSold(leadID: lead.id, siteID: $0, customerID: customers[index])] } ?? [])
            }
        }
        try await bench.close()
    }

    @Test func `what is heard of a lead before its creation is not lost`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        try await bench.running {
            try await bench.tell(MessageReplied(leadID: lead.id, channel: .email), at: minute(2))
            try await bench.settled()
            try await bench.tell(LeadCreated(snapshot: lead), at: minute(1))
            try await bench.settled()
            #expect(try await bench.status(of: lead.id).contactStatus == .replied)
            #expect(try await told(bench, lead.id) == [.replied])
        }
        try await bench.close()
    }

    @Test func `a subscription that is paid for until later ends then`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar")
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            let site = try await bench.ask(CreateSite(leadID: lead.id)).site
            let amount = Money(minorUnits: 150_000, currency: .gtq)
            try await bench.tell(PaymentSucceeded(leadID: lead.id, siteID: site.id, paymentID: .make(), amount: amount), at: minute(1))
            try await bench.tell(
                SubscriptionCancelled(leadID: lead.id, siteID: site.id, subscriptionID: .make(), endsAt: Date() + 3_600),
                at: minute(2)
            )
            try await bench.settled()
            let cancelled = try await bench.status(of: lead.id)
            #expect(cancelled.websiteStatus == .sold)
        }
        // An hour passes.
        #expect(try await bench.letTheEndCome() == 1)
        try await bench.running {
            try await eventually("the site is archived") { try await bench.status(of: lead.id).websiteStatus == .archived }
            #expect(try await bench.status(of: lead.id).site?.state == .archived)
        }
        try await bench.close()
    }

    @Test func `an erased lead leaves no address, no page and no name behind`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.lead("Cedar", slug: "cedar", email: "old@example.com")
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            let sent = MessageSent(leadID: lead.id, messageID: .make(), channel: .email, address: "old@example.com")
            try await bench.tell(sent, at: minute(1))
            var changed = lead
            (changed.version, changed.email) = (2, "new@example.com")
            try await bench.tell(LeadUpdated(snapshot: changed, changed: ["email"]), at: minute(2))
            try await bench.settled()
            try await bench.database.execute("UPDATE sites SET custom_domain = 'cedar.example'")
            try await bench.tell(LeadErased(leadID: lead.id), at: minute(3))
            // What comes late must not bring anything back.
            try await bench.tell(LeadUpdated(snapshot: changed, changed: ["email"]), at: minute(2))
            try await bench.tell(MessageOpened(leadID: lead.id, messageID: .make(), channel: .email, byMachine: false), at: minute(4))
            try await bench.settled()

            let status = try await bench.status(of: lead.id)
            #expect(status.contactStatus == .opened && status.websiteStatus == .none)
            #expect(status.site?.state == .archived && status.site?.slug.hasPrefix("erased-") == true && status.site?.title == "")
            for table in ["leads", "lead_statuses", "status_history", "sites", "site_versions", "generation_jobs"] {
                let dump = try await bench.database.rows(SQL(unsafe: "SELECT row_to_json(t)::text AS line FROM \(table) AS t"))
                for row in dump {
                    let line = try row.decode("line", as: String.self)
                    #expect(!line.contains("example.com") && !line.lowercased().contains("cedar"), "\(table): \(line)")
                }
            }
        }
        try await bench.close()
    }
}
