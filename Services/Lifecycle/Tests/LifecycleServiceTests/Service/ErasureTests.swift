import Contracts
import Foundation
import LifecycleService
import Postgres
import Testing

@Suite("What is left of an erased lead", .timeLimit(.minutes(3)))
struct ErasureTests {
    private static let words = ["zyxwell", "2055550142", "cahaba"]

    private let lead = SampleLeads.lead(
        "Zyxwell Plumbing",
        slug: "zyxwell-plumbing",
        category: "Plumber",
        address: "2100 Cahaba Rd",
        city: "Birmingham",
        state: "AL",
        country: "US",
        phone: "+12055550142",
        email: "owner@zyxwell.example"
    )

    @Test func `no row of any table says who it was: not its pages, what a model was asked, its files, reasons or dead letters`()
        async throws
    {
        let folder = try SitesFolder()
        try await ChatSandbox.serving([.words(ModelWords.english.json)]) { _, url in
            let bench = try await Bench(folder.settings.merging(["LLM_URL": url, "LLM_MODEL": "sandbox-1"]) { $1 })
            try await bench.running {
                let site = try await bench.deployed(lead)
                let subscription = SubscriptionID.make()
                try await live(bench, site, subscription)
                let tables = try await bench.tables(holding: Self.words)
                let wanted: Set = [
                    "leads", "sites", "site_versions", "site_deployments", "status_history", "follow_ups", "dead_letters",
                    "idempotency_keys",
                ]
                #expect(tables.isSuperset(of: wanted), "the test looks where something is: \(tables)")
                #expect(try await bench.database.rows("SELECT FROM site_versions WHERE writer IS NOT NULL").count == 1)

                try await bench.tell(LeadErased(leadID: lead.id))
                try await eventually("the files are gone") { folder.page("zyxwell-plumbing") == nil }
                try await eventually("nothing is left") { try await bench.tables(holding: Self.words).isEmpty }
                try await late(bench, site, subscription)
                #expect(try await bench.tables(holding: Self.words) == [])
            }
            try await bench.close()
        }
    }

    /// All that may be written down about a lead.
    private func live(_ bench: Bench, _ site: Site, _ subscription: SubscriptionID) async throws {
        let address = "owner@zyxwell.example"
        try await bench.tell(MessageSent(leadID: lead.id, messageID: .make(), channel: .email, address: address))
        try await bench.settled()
        _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.closing = .set("Ask for Zyxwell") }))
        let override = OverrideStatus(leadID: lead.id, field: .contact, to: "replied", reason: "Mr Zyxwell rang.")
        _ = try await bench.ask(override)
        try await bench.database.pipeline([
            """
            INSERT INTO follow_ups (lead_id, rule, due_at, raised_at, state, closed_at, closed_by, reason)
            VALUES (\(lead.id), 'x', now(), now(), 'completed', now(), 'ana', 'Zyxwell is on holiday.')
            """,
            """
            INSERT INTO dead_letters (consumer, event_id, stream, sequence, subject, payload, reason, attempts)
            VALUES (
                'lifecycle', '1', 'LEADS', 1, 'crm.lead.updated',
                convert_to('{"lead_id":"' || \(lead.id)::uuid || '","name":"Zyxwell"}', 'UTF8'), 'no such thing: Zyxwell', 5
            )
            """,
        ])
        let payment = PaymentSucceeded(
            leadID: lead.id,
            siteID: site.id,
            paymentID: .make(),
            subscriptionID: subscription,
            amount: Money(minorUnits: 150_000, currency: .gtq)
        )
        try await bench.tell(payment, at: .now - 60)
        try await bench.settled()
        try await bench.upToDate(site)
        #expect(try await bench.status(of: lead.id).websiteStatus == .sold)
    }

    /// What the website status says is true, whatever becomes known or is paid afterwards: there is no site to be shown.
    private func late(_ bench: Bench, _ site: Site, _ subscription: SubscriptionID) async throws {
        func expectArchived() async throws {
            try await bench.settled()
            let status = try await bench.status(of: lead.id)
            #expect(status.websiteStatus == .archived && status.site?.state == .archived)
        }
        try await expectArchived()
        let end = try #require(try await bench.history(of: lead.id, .website).last)
        #expect(end.to == "archived" && end.cause.type == "plumbline.lead.erased.v1")
        #expect(try await bench.told(WebsiteStatusChanged.self, of: lead.id).last?.to == .archived)

        var snapshot = lead
        snapshot.version = 9
        try await bench.tell(LeadUpdated(snapshot: snapshot, changed: ["name"]))
        try await bench.tell(SubscriptionRenewed(leadID: lead.id, siteID: site.id, subscriptionID: subscription))
        try await bench.tell(SubscriptionReactivated(leadID: lead.id, siteID: site.id, subscriptionID: subscription))
        let payment = PaymentSucceeded(
            leadID: lead.id,
            siteID: site.id,
            paymentID: .make(),
            subscriptionID: subscription,
            amount: Money(minorUnits: 150_000, currency: .gtq)
        )
        try await bench.tell(payment)
        try await bench.tell(LeadErased(leadID: lead.id))
        try await expectArchived()
        let refused = await bench.refusal(GenerateSite(leadID: lead.id))
        #expect(refused != nil)
        #expect(try await bench.ask(ExplainStatus(leadID: lead.id)).text.contains("was erased"))
        #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
    }

    @Test(arguments: [WebsiteStatus.none, .generating, .generated, .deployed, .sold, .archived])
    func `the website status says that there is no site, or that there never was one`(before: WebsiteStatus) {
        var state = WebsiteState(status: before)
        if before == .generating { state.follow(WebsiteFact(.generationFailed, at: minute(1))) }
        state.follow(WebsiteFact(.leadErased, at: minute(2)))
        let end: WebsiteStatus = before == .none || before == .generating ? .none : .archived
        #expect(state.status == end)
        for trigger in WebsiteTrigger.allCases {
            #expect(state.follow(WebsiteFact(trigger, at: minute(3), asked: .sold)).next == nil, "\(trigger)")
        }
    }
}

extension Bench {
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
