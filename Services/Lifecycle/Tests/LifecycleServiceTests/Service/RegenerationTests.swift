import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

@Suite("A site that is made anew", .timeLimit(.minutes(1)))
struct RegenerationTests {
    private struct NoPaper: Error {}

    private struct FailingWriter: ContentWriter {
        func write(_ brief: ContentBrief) async throws -> WrittenContent { throw NoPaper() }
    }

    private func worker(_ bench: Bench, writer: any ContentWriter = TemplateWriter()) -> GenerationWorker {
        var options = GenerationWorker.Options()
        options.retryDelays = []
        return GenerationWorker(
            database: bench.database,
            publicURL: Bench.publicURL,
            logger: quietLogger,
            options: options,
            writer: writer
        )
    }

    /// A lead whose site is at version 1, without workers.
    private func generated(_ body: (Bench, Lead, Site) async throws -> Void) async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running(withWorkers: false) {
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            #expect(try await worker(bench).makeNext())
            try await body(bench, lead, try #require(try await bench.status(of: lead.id).site))
        }
        try await bench.close()
    }

    @Test func `that fails leaves the version before on show, and the status says so`() async throws {
        try await generated { bench, lead, site in
            #expect(try await bench.ask(RegenerateSite(siteID: site.id)).websiteStatus == .generating)
            #expect(try await worker(bench, writer: FailingWriter()).makeNext())
            let status = try await bench.status(of: lead.id)
            #expect(status.websiteStatus == .generated && status.site?.version == 1)
            try await bench.settled()
            let told = try await bench.told(WebsiteStatusChanged.self, of: lead.id).map(\.to)
            #expect(told == [.generating, .generated, .generating, .generated])
            #expect(try await bench.told(SiteGenerationFailed.self, of: lead.id).count == 1)
            #expect(try await bench.ask(VerifyStatuses(), as: .admin).differences.isEmpty)
        }
    }

    @Test func `is called what its lead is called by now, unless somebody chose its title`() async throws {
        try await generated { bench, lead, site in
            func remade(as name: String, version: Int) async throws -> (title: String, name: String?) {
                var renamed = lead
                (renamed.name, renamed.version) = (name, version)
                try await bench.tell(LeadUpdated(snapshot: renamed, changed: ["name"]))
                try await bench.settled()
                _ = try await bench.ask(RegenerateSite(siteID: site.id))
                #expect(try await worker(bench).makeNext())
                let now = try await bench.ask(GetSite(siteID: site.id))
                return (now.site.title, now.content?.name)
            }
            #expect(try await remade(as: "Cedar & Daughters", version: 2) == ("Cedar & Daughters", "Cedar & Daughters"))
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.name = .set("The Cedars") }))
            #expect(try await remade(as: "Cedar Ltd", version: 3) == ("The Cedars", "The Cedars"))
        }
    }
}
