import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Synchronization
import Testing

@Suite("Making pages", .timeLimit(.minutes(2)))
struct GenerationTests {
    private struct NoPaper: Error, CustomStringConvertible {
        let description = "no paper"
    }

    /// Fails as often as it is told.
    private final class FailingWriter: ContentWriter {
        private let failures: Int
        private let names: Set<String>
        private let counted = Mutex(0)
        var attempts: Int { counted.withLock { $0 } }

        init(failures: Int = .max, of names: Set<String> = []) { (self.failures, self.names) = (failures, names) }

        func write(_ brief: ContentBrief) async throws -> WrittenContent {
            let attempt = counted.withLock {
                $0 += 1
                return $0
            }
            if attempt <= failures, names.isEmpty || names.contains(brief.title) { throw NoPaper() }
            return try await TemplateWriter().write(brief)
        }
    }

    @Test func `what becomes of a site that a merged lead left behind says nothing about the lead that stays`() async throws {
        let bench = try await Bench()
        let (survivor, duplicate) = (SampleLeads.lead("Cedar", slug: "cedar"), SampleLeads.lead(" ", slug: "cedar-2"))
        for lead in [survivor, duplicate] { bench.leadIntake.add(lead) }
        try await bench.running(withWorkers: false) {
            for lead in [survivor, duplicate] { _ = try await bench.ask(GenerateSite(leadID: lead.id)) }
            var merged = survivor
            merged.version = 2
            try await bench.tell(LeadMerged(snapshot: merged, mergedLeadID: duplicate.id, changed: []), at: minute(1))
            try await bench.settled()
            // The one without a name fails at once; the lead's own is made after it.
            while try await worker(bench).makeNext() {}
            #expect(try await bench.status(of: survivor.id).websiteStatus == .generated)
        }
        try await bench.close()
    }

    private func worker(
        _ bench: Bench,
        lease: Duration = .seconds(30),
        retryDelays: [Duration] = [.milliseconds(1), .milliseconds(1)],
        writer: any ContentWriter = TemplateWriter()
    ) -> GenerationWorker {
        var options = GenerationWorker.Options()
        options.lease = lease
        options.retryDelays = retryDelays
        return GenerationWorker(database: bench.database, publicURL: Bench.publicURL, logger: quietLogger, options: options, writer: writer)
    }

    @Test func `a page whose worker died is made by another when the lease ends, and the dead one's work counts for nothing`() async throws
    {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            // It takes the job and is never heard of again.
            let dead = try #require(try await bench.database.claimGenerations(8, for: .seconds(600)).first)
            #expect(try await !worker(bench).makeNext())
            #expect(try await bench.status(of: lead.id).websiteStatus == .generating)
            #expect(try await bench.ask(GetGenerationJob(leadID: lead.id)).state == .running)
            // The lease ends.
            try await bench.database.execute("UPDATE generation_jobs SET due_at = now()")
            #expect(try await worker(bench).makeNext())
            #expect(try await bench.status(of: lead.id).websiteStatus == .generated)

            // It was only slow: it must not finish a second time.
            let late = NewSiteVersion(
                content: try SiteWriter.content(for: lead),
                page: SitePage(html: "late", styleHash: "sha256-"),
                theme: .mainStreet,
                tone: .friendly,
                madeBy: .template,
                requestedBy: "late"
            )
            #expect(try await bench.database.transaction { try await $0.finish([MadeVersion(dead, late)], at: Date()) }.isEmpty)
            #expect(try await bench.status(of: lead.id).site?.version == 1)
        }
        try await bench.close()
    }

    @Test func `a worker that takes its time keeps its jobs`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            let writer = WaitingWriter()
            let slow = worker(bench, lease: .seconds(3), writer: writer)
            async let made = slow.makeNext()
            try await eventually("it is taken") { try await bench.ask(GetGenerationJob(leadID: lead.id)).state == .running }
            let claimed = try await bench.dueAt()
            try await eventually("the lease is renewed twice") { try await bench.dueAt().timeIntervalSince(claimed) > 1.8 }
            #expect(try await !worker(bench).makeNext())
            writer.goOn()
            #expect(try await made)
            let job = try await bench.ask(GetGenerationJob(leadID: lead.id))
            #expect(job.state == .done && job.attempts == 1)
        }
        try await bench.close()
    }

    @Test func `a page that can't be made is tried again, then has failed: none, with the reason, and told`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        let writer = FailingWriter()
        let failing = worker(bench, writer: writer)
        try await bench.running(withWorkers: false) {
            let first = try #require(try await bench.ask(GenerateSite(leadID: lead.id)).jobID)
            try await eventually("it is given up") {
                while try await failing.makeNext() {}
                return try await bench.status(of: lead.id).websiteStatus == .none
            }
            #expect(writer.attempts == 3)
            try await bench.settled()
            #expect(try await bench.told(SiteGenerationFailed.self, of: lead.id).map(\.reason) == ["no paper"])
            #expect(try await bench.told(WebsiteStatusChanged.self, of: lead.id).map(\.to) == [.generating, .none])
            #expect(try await bench.history(of: lead.id).last?.cause.reason == "no paper")

            // Asked again, it is made, by another job. The failed one stays.
            let second = try #require(try await bench.ask(GenerateSite(leadID: lead.id, tone: .direct)).jobID)
            #expect(first != second)
            #expect(try await bench.ask(GetGenerationJob(jobID: second)).state == .queued)
            #expect(try await worker(bench).makeNext())
            #expect(try await bench.status(of: lead.id).websiteStatus == .generated)
            let failed = try await bench.ask(GetGenerationJob(jobID: first))
            #expect(failed.state == .failed && failed.attempts == 3 && failed.lastError == "no paper" && failed.version == nil)
            let done = try await bench.ask(GetGenerationJob(leadID: lead.id))
            #expect(done.id == second && done.state == .done && done.version == 1 && done.madeBy == .template && done.tone == .direct)
            #expect(done.startedAt != nil && done.finishedAt != nil && done.lastError == nil && done.requestedBy == "ana")
        }
        try await bench.close()
    }

    @Test func `a job that is asked for again while it is open is the same job, begun anew`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            let first = try await bench.ask(GenerateSite(leadID: lead.id)).jobID
            let taken = try await bench.database.claimGenerations(8, for: .seconds(30))
            #expect(taken.count == 1)
            #expect(try await bench.ask(GenerateSite(leadID: lead.id, tone: .professional)).jobID == first)
            #expect(try await worker(bench).makeNext())
            let job = try await bench.ask(GetGenerationJob(leadID: lead.id))
            #expect(job.id == first && job.state == .done && job.tone == .professional && job.attempts == 1)
        }
        try await bench.close()
    }

    @Test func `a job is only told to who may see its lead, and what doesn't exist isn't found`() async throws {
        let bench = try await Bench()
        var lead = SampleLeads.plumber
        lead.assignedTo = "bea"
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            let forbidden = await #expect(throws: Problem.self) { try await bench.ask(GetGenerationJob(leadID: lead.id), as: .agent) }
            #expect(forbidden?.status == 403)
            let unknown = await #expect(throws: Problem.self) { try await bench.ask(GetGenerationJob(jobID: .make())) }
            #expect(unknown?.status == 404)
        }
        try await bench.close()
    }

    @Test func `a page that heals is generated`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        let healing = worker(bench, writer: FailingWriter(failures: 2))
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated") {
                while try await healing.makeNext() {}
                return try await bench.status(of: lead.id).websiteStatus == .generated
            }
        }
        try await bench.close()
    }

    @Test func `a job that kills its workers is given up in the end, and takes no other one along`() async throws {
        let bench = try await Bench()
        let leads = (0..<3).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        try await bench.running(withWorkers: false) {
            for lead in leads {
                bench.leadIntake.add(lead)
                _ = try await bench.ask(GenerateSite(leadID: lead.id))
            }
            #expect(try await bench.database.claimGenerations(8, for: .milliseconds(1)).count == 3)
            for _ in 0..<2 {
                // The others wait while it is tried alone.
                var alone: [ClaimedGeneration] = []
                try await eventually("it is taken again") {
                    alone = try await bench.database.claimGenerations(8, for: .milliseconds(1))
                    return !alone.isEmpty
                }
                #expect(alone.count == 1)
            }
            try await eventually("all are settled") {
                while try await worker(bench).makeNext() {}
                return try await bench.database.rows("SELECT FROM generation_jobs WHERE state IN ('queued', 'running')").isEmpty
            }
            let attempts = try await bench.database.rows("SELECT attempts FROM generation_jobs WHERE state = 'done'")
            #expect(attempts.count >= 2)
        }
        try await bench.close()
    }

    @Test func `a job that was taken too often is given up`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            for _ in 0..<3 {
                try await eventually("it is taken again") {
                    try await !bench.database.claimGenerations(8, for: .milliseconds(1)).isEmpty
                }
            }
            try await eventually("it is given up") { try await worker(bench).makeNext() }
            #expect(try await bench.status(of: lead.id).websiteStatus == .none)
        }
        try await bench.close()
    }

    @Test func `one page that can't be made doesn't hold up those that were taken with it`() async throws {
        let bench = try await Bench()
        let leads = (0..<5).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)") }
        try await bench.running(withWorkers: false) {
            for lead in leads {
                bench.leadIntake.add(lead)
                _ = try await bench.ask(GenerateSite(leadID: lead.id))
            }
            #expect(try await worker(bench, writer: FailingWriter(of: ["Lead 2"])).makeNext())
            for lead in leads {
                let wanted: WebsiteStatus = lead.name == "Lead 2" ? .generating : .generated
                #expect(try await bench.status(of: lead.id).websiteStatus == wanted)
            }
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
        #expect(try await bench.database.rows("SELECT FROM generation_jobs WHERE state = 'done'").count == 30)
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

/// Writes when it is told to go on.
private final class WaitingWriter: ContentWriter {
    private let (gate, opening) = AsyncStream.makeStream(of: Void.self)

    func goOn() { opening.finish() }

    func write(_ brief: ContentBrief) async throws -> WrittenContent {
        for await _ in gate {}
        return try await TemplateWriter().write(brief)
    }
}

extension Bench {
    /// The latest lease's end.
    fileprivate func dueAt() async throws -> Date {
        try await database.row("SELECT max(due_at) AS due FROM generation_jobs")?.decode("due") ?? .distantPast
    }
}
