import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("Sites on command", .timeLimit(.minutes(1)))
struct SiteCommandTests {
    @Test func `a site is generated for an existing lead: none, generating, generated, and its contact status is still pending`()
        async throws
    {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.settled()
            #expect(try await bench.status(of: lead.id).websiteStatus == .none)
            let answer = try await bench.ask(GenerateSite(leadID: lead.id), as: .agent)
            #expect(answer.websiteStatus == .generating && answer.site.state == .preview)
            try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }

            let status = try await bench.status(of: lead.id)
            #expect(status.contactStatus == .pending)
            #expect(status.site?.version == 1 && status.site?.generatedAt != nil && status.site?.leadID == lead.id)
            #expect(status.site?.url == "https://sites.example/sites/\(lead.slug)")
            try await bench.settled()
            #expect(try await bench.told(WebsiteStatusChanged.self, of: lead.id).map(\.to) == [.generating, .generated])
            #expect(try await bench.told(SiteGenerated.self, of: lead.id).map(\.version) == [1])
            #expect(try await bench.history(of: lead.id).map(\.cause.actor) == ["ana", "service:lifecycle"])
        }
        try await bench.close()
    }

    @Test func `a site made from business data alone creates its lead, once for each key`() async throws {
        let bench = try await Bench()
        try await bench.running {
            let command = CreateSite(business: LeadDraft(name: "Cedar & Sons", gmbID: "ChIJ1"), title: "Cedar")
            let key = IdempotencyKey.make()
            let answer = try await bench.ask(command, key: key)
            #expect(answer.created && answer.leadCreated && answer.site.title == "Cedar" && answer.site.version == 0)
            #expect(try await bench.ask(command, key: key) == answer)
            let again = try await bench.ask(command)
            #expect(!again.created && !again.leadCreated && again.site.id == answer.site.id)
            #expect(bench.leadIntake.count == 1)
            try await bench.settled()
            #expect(try await bench.told(SiteCreated.self, of: answer.leadID).count == 1)
        }
        try await bench.close()
    }

    @Test func `twenty who make a site for one business at once make one lead and one site`() async throws {
        let bench = try await Bench()
        try await bench.running {
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask { try await bench.ask(CreateSite(business: LeadDraft(name: "Cedar & Sons", gmbID: "ChIJ1"))) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.site.id)).count == 1)
            #expect(answers.count { $0.created } == 1)
            #expect(answers.count { $0.leadCreated } == 1)
            #expect(bench.leadIntake.count == 1)
        }
        #expect(try await bench.database.row("SELECT count(*) AS n FROM sites")?.decode("n", as: Int.self) == 1)
        try await bench.close()
    }

    @Test func `the database itself refuses a site without a lead, and a second one`() async throws {
        let bench = try await Bench()
        let lead = LeadID.make()
        func insert(_ lead: LeadID?, _ slug: String) async -> DatabaseError? {
            do {
                try await bench.database.execute(
                    """
                    INSERT INTO sites (id, lead_id, slug, title, theme, created_at)
                    VALUES (\(SiteID.make()), \(lead), \(slug), 'A', 'main-street', now())
                    """
                )
                return nil
            } catch {
                return error as? DatabaseError
            }
        }
        #expect(await insert(nil, "a")?.sqlState == .notNullViolation)
        #expect(await insert(lead, "a")?.constraint == "sites_lead_fkey")
        try await bench.database.execute("INSERT INTO leads (id, version, snapshot) VALUES (\(lead), 1, '{}')")
        #expect(await insert(lead, "a") == nil)
        #expect(await insert(lead, "b")?.constraint == "sites_one_for_each_lead")
        try await bench.close()
    }

    @Test func `a command on a lead that is being changed holds nothing that the change needs`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            let site = try await bench.ask(CreateSite(leadID: lead.id)).site
            let commands: [@Sendable () async throws -> Void] = [
                { _ = try await bench.ask(CreateSite(leadID: lead.id)) },
                { _ = try await bench.ask(GenerateSite(leadID: lead.id)) },
                { _ = try await bench.ask(RegenerateSite(siteID: site.id)) },
            ]
            for command in commands {
                let asked = try await bench.database.transaction { transaction in
                    // As a change of address does: the standing is locked first, then the snapshot is kept.
                    try await transaction.execute("SELECT FROM lead_statuses WHERE lead_id = \(lead.id) FOR UPDATE")
                    let asked = Task { try await command() }
                    try await eventually("the command waits") {
                        let waiting = try await bench.database.row(
                            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                        )
                        return waiting != nil
                    }
                    try await transaction.execute("SELECT FROM leads WHERE id = \(lead.id) FOR UPDATE NOWAIT")
                    return asked
                }
                try await asked.value
            }
        }
        try await bench.close()
    }

    @Test func `a command that makes no sense is refused`() async throws {
        let bench = try await Bench()
        try await bench.running {
            let unknown = LeadID.make()
            await #expect(throws: Problem.leadNotFound(unknown)) { try await bench.ask(GenerateSite(leadID: unknown)) }
            for command in [CreateSite(), CreateSite(leadID: .make(), title: ""), CreateSite(leadID: .make(), theme: "neon")] {
                let problem = await #expect(throws: Problem.self) { try await bench.ask(command) }
                #expect(problem?.status == 422)
            }
        }
        try await bench.close()
    }

    @Test func `an agent works on their own leads and on nobody's, not on a colleague's`() async throws {
        let bench = try await Bench()
        let leads = [nil, "ana", "ben"].map { assignee in
            var lead = SampleLeads.lead("Lead", slug: unique("lead-"))
            lead.assignedTo = assignee
            return lead
        }
        try await bench.running {
            for lead in leads {
                bench.leadIntake.add(lead)
                try await bench.tell(LeadCreated(snapshot: lead))
            }
            try await bench.settled()
            for lead in leads.prefix(2) { _ = try await bench.ask(GenerateSite(leadID: lead.id), as: .agent) }
            let other = leads[2].id
            let forbidden = Problem.forbidden(needs: .manager)
            await #expect(throws: forbidden) { try await bench.ask(GenerateSite(leadID: other), as: .agent) }
            await #expect(throws: forbidden) { try await bench.ask(CreateSite(leadID: other), as: .agent) }
            await #expect(throws: forbidden) { try await bench.ask(GetStatus(leadID: other), as: .agent) }
            await #expect(throws: forbidden) { try await bench.ask(GetHistory(leadID: other), as: .agent) }
        }
        try await bench.close()
    }

    @Test func `what PostgreSQL can't hold is left out of a lead, and nothing else`() async throws {
        let bench = try await Bench()
        let name = #"A\u0000B \\u0000 "C""# + "\0\\\0"
        let lead = SampleLeads.lead(name, slug: "cedar")
        try await bench.running {
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.settled()
            let site = try await bench.ask(GenerateSite(leadID: lead.id)).site
            #expect(site.title == name.replacing("\0", with: ""))
        }
        #expect(try await bench.database.rows("SELECT FROM dead_letters").isEmpty)
        try await bench.close()
    }
}
