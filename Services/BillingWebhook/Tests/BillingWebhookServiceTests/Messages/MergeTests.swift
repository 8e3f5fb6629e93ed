import BillingWebhookService
import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Leads that are found to be one", .timeLimit(.minutes(2)))
struct MergeTests {
    private func merge(_ merged: LeadID, into lead: LeadID, _ billing: Billing) async throws {
        try await billing.database.transaction { try await $0.merge(merged, into: lead, at: Date()) }
    }

    @Test func `what the merged one bought is the survivor's, also asked for under its old id`() async throws {
        let billing = try await Billing()
        let (first, second, third) = (
            try await billing.addOpenCheckout(), try await billing.addOpenCheckout(), try await billing.addOpenCheckout()
        )
        for site in [first, second] {
            try await billing.store(Told(site).unified())
            try await billing.store(Told(site).subscription("create"))
        }
        try await billing.applyAll()
        // They become known in the wrong order: the middle one is gone already.
        try await merge(second.lead, into: third.lead, billing)
        try await merge(first.lead, into: second.lead, billing)
        try await merge(first.lead, into: second.lead, billing)

        let customer = try await billing.customer(of: third.lead)
        #expect(customer.customerID != nil && customer.email == "uno@example.com")
        #expect(customer.payments.count == 2 && customer.subscriptions.count == 2 && customer.checkouts.count == 3)
        #expect(try await billing.database.survivor(of: first.lead) == third.lead)
        #expect(try await billing.count("SELECT FROM customers") == 1)
        #expect(try await billing.count("SELECT FROM payments JOIN customers ON customers.id = customer_id") == 2)
        #expect(try await billing.count("SELECT FROM subscriptions JOIN customers ON customers.id = customer_id") == 2)
        #expect(try await billing.count("SELECT FROM leads WHERE merged_into = \(third.lead)") == 2)
        await billing.close()
    }

    @Test func `a webhook that comes later counts for the survivor, and sells the site that it is for`() async throws {
        let billing = try await Billing()
        let (merged, survivor) = (try await billing.addOpenCheckout(), try await billing.addSite())
        try await merge(merged.lead, into: survivor.lead, billing)
        try await billing.store(Told(merged).unified())
        try await billing.store(Told(merged).subscription("create"))
        try await billing.applyAll()
        let paid = try #require(try await billing.published().first { $0.subject == "crm.payment.succeeded" }).fact(PaymentSucceeded.self)
        #expect(paid.leadID == survivor.lead && paid.siteID == merged.site)
        #expect(try await billing.customer(of: survivor.lead).payments.count == 1)
        #expect(try await billing.count("SELECT FROM sites WHERE sold_at IS NOT NULL AND site_id = \(merged.site)") == 1)
        #expect(try await billing.count("SELECT FROM sites WHERE sold_at IS NOT NULL") == 1)
        #expect(try await billing.count("SELECT FROM payments WHERE lead_id = \(merged.lead)") == 0)
        await billing.close()
    }

    @Test func `a webhook that is applied while its lead is merged counts for the survivor`() async throws {
        let billing = try await Billing()
        let (merged, survivor) = (try await billing.addOpenCheckout(), try await billing.addSite())
        try await billing.store(Told(merged).unified())
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await billing.database.transaction { transaction in
                try await transaction.merge(merged.lead, into: survivor.lead, at: Date())
                group.addTask { try await billing.applyAll() }
                try await eventually("the worker waits for this transaction") {
                    let waiting = try await billing.count(
                        """
                        SELECT FROM pg_locks WHERE NOT granted
                            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """
                    )
                    return waiting > 0
                }
            }
            try await group.waitForAll()
        }
        #expect(try await billing.customer(of: survivor.lead).payments.count == 1)
        #expect(try await billing.count("SELECT FROM payments WHERE lead_id = \(merged.lead)") == 0)
        await billing.close()
    }

    @Test func `what becomes known of a merged lead's site later is the survivor's`() async throws {
        let billing = try await Billing()
        let survivor = try await billing.addSite()
        let late = SiteForTest()
        try await merge(late.lead, into: survivor.lead, billing)
        try await billing.database.transaction { transaction in
            try await transaction.keep(SiteCreated(leadID: late.lead, siteID: late.site, slug: late.slug, title: "Late"))
        }
        #expect(try await billing.count("SELECT FROM sites WHERE lead_id = \(survivor.lead)") == 2)
        await billing.close()
    }

    @Test func `nothing that names somebody is left of an erased survivor, but the money`() async throws {
        let billing = try await Billing()
        let (merged, survivor) = (try await billing.addOpenCheckout(), try await billing.addSite())
        try await billing.store(Told(merged).unified())
        // One that names the payer, and led to nobody.
        try await billing.store(Told(SiteForTest(), isLive: false).unified())
        try await billing.applyAll()
        // The erasure becomes known before the merge.
        try await billing.database.transaction { try await $0.erase(survivor.lead, at: Date()) }
        try await merge(merged.lead, into: survivor.lead, billing)
        try await billing.database.transaction { try await $0.erase(merged.lead, at: Date()) }
        try await billing.database.transaction { transaction in
            try await transaction.keep(SiteCreated(leadID: merged.lead, siteID: merged.site, slug: merged.slug, title: "Café Uno"))
        }
        for table in ["leads", "sites", "checkouts", "customers", "payments", "subscriptions", "webhook_deliveries"] {
            let dump = try await billing.database.rows(SQL(unsafe: "SELECT row_to_json(t)::text AS line FROM \(table) AS t"))
            for row in dump {
                let line = try row.decode("line", as: String.self).lowercased()
                #expect(!line.contains("uno@example.com") && !line.contains("café") && !line.contains("cafe-"), "\(table): \(line)")
            }
        }
        #expect(try await billing.customer(of: survivor.lead).payments.count == 1)
        await billing.close()
    }
}
