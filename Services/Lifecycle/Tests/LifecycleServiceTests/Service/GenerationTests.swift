import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Synchronization
import Testing

@Suite("Making pages", .timeLimit(.minutes(1)))
struct GenerationTests {
    private struct NoPaper: Error, CustomStringConvertible {
        let description = "no paper"
    }

    private func worker(
        _ bench: Bench,
        lease: Duration = .seconds(30),
        retryDelays: [Duration] = [.milliseconds(1), .milliseconds(1)],
        render: (@Sendable (Lead, String, Theme, String) throws -> (content: SiteContent, page: SitePage))? = nil
    ) -> GenerationWorker {
        var options = GenerationWorker.Options()
        options.lease = lease
        options.retryDelays = retryDelays
        return GenerationWorker(database: bench.database, publicURL: Bench.publicURL, logger: quietLogger, options: options, render: render)
    }

    private let ours: @Sendable (Lead, String, Theme, String) throws -> (content: SiteContent, page: SitePage) = {
        lead,
        title,
        theme,
        url in
        let content = try SiteWriter.content(for: lead, title: title)
        return (content, try SitePage.render(content, theme: theme, details: SchemaOrg.Details(of: lead), url: url))
    }

    @Test func `a page whose worker died is made by another when the lease ends, and the dead one's work counts for nothing`() async throws
    {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            // It takes the job and is never heard of again.
            let dead = try #require(try await bench.database.claimGeneration(for: .milliseconds(300)))
            #expect(try await !worker(bench).makeNext())
            #expect(try await bench.status(of: lead.id).websiteStatus == .generating)
            try await eventually("another worker takes over") { try await worker(bench).makeNext() }
            #expect(try await bench.status(of: lead.id).websiteStatus == .generated)

            // It was only slow: it must not finish a second time.
            let (content, page) = try ours(lead, "Late", .mainStreet, "https://late.example")
            let made = NewSiteVersion(
                content: content,
                page: page,
                theme: .mainStreet,
                tone: .friendly,
                madeBy: .template,
                requestedBy: "ana"
            )
            let late = try await bench.database.transaction { try await $0.finish(dead, with: made, at: Date()) }
            #expect(late == nil)
            #expect(try await bench.status(of: lead.id).site?.version == 1)
        }
        try await bench.close()
    }

    @Test func `a page that can't be made is tried again, then has failed: none, with the reason, and told`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        let attempts = Mutex(0)
        let failing = worker(bench) { _, _, _, _ in
            attempts.withLock { $0 += 1 }
            throw NoPaper()
        }
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("it is given up") {
                while try await failing.makeNext() {}
                return try await bench.status(of: lead.id).websiteStatus == .none
            }
            #expect(attempts.withLock { $0 } == 3)
            try await bench.settled()
            #expect(try await bench.told(SiteGenerationFailed.self, of: lead.id).map(\.reason) == ["no paper"])
            #expect(try await bench.told(WebsiteStatusChanged.self, of: lead.id).map(\.to) == [.generating, .none])
            #expect(try await bench.history(of: lead.id).last?.cause.reason == "no paper")

            // Asked again, it is made.
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            #expect(try await worker(bench).makeNext())
            #expect(try await bench.status(of: lead.id).websiteStatus == .generated)
        }
        try await bench.close()
    }

    @Test func `a page that heals is generated`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        let attempts = Mutex(0)
        let ours = ours
        let healing = worker(bench) { lead, title, theme, url in
            if attempts.withLock({
                $0 += 1; return $0
            }) < 3 {
                throw NoPaper()
            }
            return try ours(lead, title, theme, url)
        }
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") {
                while try await healing.makeNext() {}
                return try await bench.status(of: lead.id).websiteStatus == .generated
            }
        }
        try await bench.close()
    }

    @Test func `a job that kills its workers is given up in the end`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            for _ in 0..<3 {
                try await eventually("it is taken again") { try await bench.database.claimGeneration(for: .milliseconds(1)) != nil }
            }
            try await eventually("it is given up") { try await worker(bench).makeNext() }
            #expect(try await bench.status(of: lead.id).websiteStatus == .none)
        }
        try await bench.close()
    }

    @Test func `many workers make each page once`() async throws {
        let bench = try await Bench()
        let leads = (0..<30).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        try await bench.running {
            for lead in leads {
                bench.leadIntake.add(lead)
                _ = try await bench.ask(GenerateSite(leadID: lead.id))
            }
            try await eventually("all are generated") { try await bench.ask(GetFunnel()).generated == leads.count }
            try await bench.settled()
            for lead in leads { #expect(try await bench.told(SiteGenerated.self, of: lead.id).count == 1) }
        }
        #expect(try await bench.database.rows("SELECT FROM generation_jobs").isEmpty)
        try await bench.close()
    }

    @Test func `a site that is sold while its page is made stays sold, and gets its page`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            let site = try await bench.ask(GenerateSite(leadID: lead.id)).site
            let amount = Money(minorUnits: 150_000, currency: .gtq)
            try await bench.tell(PaymentSucceeded(leadID: lead.id, siteID: site.id, paymentID: .make(), amount: amount))
            try await bench.settled()
            #expect(try await worker(bench).makeNext())
            let status = try await bench.status(of: lead.id)
            #expect(status.websiteStatus == .sold && status.site?.version == 1)
        }
        try await bench.close()
    }

    @Test func `a customer's page may be made anew, an archived one's not`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") { try await bench.status(of: lead.id).site?.version == 1 }
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "sold", reason: "Paid in cash."))
            #expect(try await bench.ask(GenerateSite(leadID: lead.id)).websiteStatus == .sold)
            try await eventually("generated anew") { try await bench.status(of: lead.id).site?.version == 2 }
            _ = try await bench.ask(OverrideStatus(leadID: lead.id, field: .website, to: "archived", reason: "Closed."))
            let problem = await #expect(throws: Problem.self) { try await bench.ask(GenerateSite(leadID: lead.id)) }
            #expect(problem?.status == 409)
        }
        try await bench.close()
    }
}
