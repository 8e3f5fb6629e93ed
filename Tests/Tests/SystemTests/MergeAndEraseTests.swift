import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Testing

/// One business that came as two leads, with all that the services hang on a lead; and then the person asks to be forgotten.
@Suite("Two leads that are one", .timeLimit(.minutes(5)))
struct MergeAndEraseTests {
    @Test func `every service answers for the survivor, what comes late counts for it, and an erasure leaves nobody's name`() async throws {
        let system = try await TestSystem.start()
        do {
            let (kept, gone) = (try await before(system, "Zyxwell Kept", "12"), try await before(system, "Zyxwell Gone", "13"))
            _ = try await system.write(to: gone.lead, by: .sms)
            _ = try await system.text(to: gone.lead)

            let merge = MergeLeads(leadID: kept.lead.id, mergedLeadID: gone.lead.id, reason: "one door")
            _ = try await system.client.ask(merge)
            try await expectEveryServiceFollows(system, kept.lead.id, gone.lead.id)
            try await late(system, kept, gone)

            let refused = await #expect(throws: Problem.self) {
                try await system.client.ask(EraseLead(leadID: gone.lead.id, reason: "letter"), patience: .zero)
            }
            #expect(refused?.status == 410 && refused?.detail?.contains(kept.lead.id.description) == true)
            _ = try await system.client.ask(EraseLead(leadID: kept.lead.id, reason: "letter of the owner"))
            try await expectNothingIsLeft(system, [kept, gone])
            let customer = try await system.client.ask(GetCustomer(leadID: gone.lead.id))
            #expect(customer.payments.map(\.state) == ["succeeded"] && customer.email == nil, "money is kept, names are not")
            try await system.stop()
        } catch {
            try? await system.stop()
            throw error
        }
    }

    private struct Written {
        var lead: Lead
        var site: Site
        var mail: TestSystem.Mail
        /// Where its checkout is paid.
        var session: String
    }

    /// A lead with a site, a mail, and a checkout that is open.
    private func before(_ system: TestSystem, _ name: String, _ phone: String) async throws -> Written {
        let (lead, site) = try await system.leadWithSite(system.business(name, phone: "+120255501\(phone)"))
        _ = try await system.write(to: lead, by: .email)
        let mail = try await system.mail(to: lead)
        var session = ""
        try await system.eventually("billing never heard of the site") {
            let answer = try await system.get("\(system.stack.url(of: .billingWebhook))/checkout/\(site.slug)")
            session = answer.headers["Location"].flatMap { $0.split(separator: "/").last.map(String.init) } ?? ""
            return answer.status == 303
        }
        try await system.waitFor(contact: .interested, of: lead.id)
        return Written(lead: lead, site: site, mail: mail, session: session)
    }

    private func expectEveryServiceFollows(_ system: TestSystem, _ kept: LeadID, _ gone: LeadID) async throws {
        let answer = try await system.client.ask(GetLead(leadID: gone))
        #expect(answer.lead.id == kept && answer.mergedFrom == gone)
        try await system.eventually("lifecycle never heard of the merge") { try await system.status(of: gone)?.leadID == kept }
        try await system.eventually("billing never heard of the merge") {
            try await system.client.ask(GetCustomer(leadID: kept)).checkouts.count == 2
        }
        #expect(try await system.client.ask(GetCustomer(leadID: gone)).checkouts.count == 2)
        try await system.eventually("campaign never heard of the merge") {
            let preview = try await system.client.ask(PreviewCampaign(channel: .email, filter: AudienceFilter(leadIDs: [kept, gone])))
            return preview.audience + preview.excluded.values.reduce(0, +) == 1
        }
        try await system.eventually("its own mail, the other's mail and the other's text were never in one history") {
            try await system.history(of: kept, .contact).count { $0.cause.type == "plumbline.message.sent.v1" } == 3
        }
    }

    /// A click on the merged lead's old mail, the payment of its old checkout, a text from its number, and a no from its old mail.
    private func late(_ system: TestSystem, _ kept: Written, _ gone: Written) async throws {
        _ = try await system.get(try #require(gone.mail.links.first { $0.contains("/t/") }))
        try await system.pull("text", ["from": try #require(gone.lead.phone), "to": "+15005550006", "body": "Zyxwell here, who is this?"])
        for type in ["clicked", "replied"] {
            try await system.eventually("what the merged lead did late was never the survivor's: \(type)") {
                try await system.history(of: kept.lead.id, .contact).contains { $0.cause.type == "plumbline.message.\(type).v1" }
            }
        }
        try await system.pull("pay", ["checkout_id": gone.session, "email": try #require(gone.lead.email), "name": "Zyxwell Owner"])
        try await system.waitFor(contact: .purchased, of: kept.lead.id)
        try await system.waitFor(website: .sold, of: kept.lead.id)
        try await system.eventually("the payment was never the survivor's") {
            try await system.client.ask(GetCustomer(leadID: kept.lead.id)).payments.map(\.state) == ["succeeded"]
        }
        let status = try #require(try await system.status(of: kept.lead.id))
        #expect(status.site?.id == gone.site.id && status.site?.state == .active, "the site that was bought")
        #expect(try await system.get("\(system.stack.url(of: .lifecycle))/sites/\(kept.site.slug)").status == 200)
        #expect(try await system.post(try #require(gone.mail.unsubscribe), "", type: "application/x-www-form-urlencoded").status == 200)
    }

    /// In no table of any service, messages under way and kept answers included. What JetStream keeps of events is not looked at: see
    /// docs/operations.md.
    private func expectNothingIsLeft(_ system: TestSystem, _ all: [Written]) async throws {
        var wanted = ["zyxwell"]
        for lead in all.map(\.lead) {
            wanted += [lead.email, lead.phone.map { String($0.dropFirst()) }, lead.gmbID, lead.slug].compactMap { $0?.lowercased() }
        }
        var found: [String] = []
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let lines = try await everything(system)
            #expect(lines.count > 50)
            found = lines.flatMap { line in wanted.filter(line.contains).map { "\($0): \(line.prefix(1_500))" } }
            if found.isEmpty || ContinuousClock.now > end { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(found.isEmpty)
    }

    /// All rows of all tables as text behind their table's name, in small letters; bytes as the text that they are.
    private func everything(_ system: TestSystem) async throws -> [Substring] {
        try await system.stack.postgres.execute(
            """
            SET bytea_output = 'escape';
            SELECT format('SELECT %L || lower(line::text) FROM %I.%I AS line', schemaname || '.' || relname || ' ', schemaname, relname)
            FROM pg_stat_user_tables
            ORDER BY 1
            \\gexec
            """,
            database: "plumbline"
        ).split(separator: "\n")
    }
}
