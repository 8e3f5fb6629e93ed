import Contracts
import Foundation
import LifecycleService
import LocalServers
import Messaging
import Postgres
import Testing

@Suite("A service that dies while it publishes", .timeLimit(.minutes(5)))
struct DeploymentCrashTests {
    @Test func `killed before the page takes its name, or after it: the truth stays in the record, and is made true`() async throws {
        let folder = try SitesFolder()
        let bench = try await Bench()
        let shim = try RenameShim(in: folder)
        let lead = SampleLeads.lead("Cedar", slug: "cedar", country: "US")
        try await bench.tell(LeadCreated(snapshot: lead))

        var service = try await RunningLifecycle.start(on: bench, folder.settings)
        try await eventually("the lead is known") { await bench.refusal(GenerateSite(leadID: lead.id)) == nil }
        try await eventually("generated") { try await bench.status(of: lead.id).websiteStatus == .generated }
        let site = try #require(try await bench.status(of: lead.id).site)
        _ = try await bench.ask(DeploySite(siteID: site.id))
        try await bench.upToDate(site)
        let first = try #require(folder.page("cedar"))
        try await service.kill()

        // With the new page written and the old one still there. It may die before it answers, too.
        service = try await RunningLifecycle.start(on: bench, folder.settings.merging(shim.dying("before")) { $1 })
        _ = try? await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Second") }))
        try await service.process.waitForExit()
        #expect(folder.page("cedar") == first && folder.files("cedar").count == 2)
        #expect(try await record(bench) == "1 of 2, open")

        service = try await RunningLifecycle.start(on: bench, folder.settings)
        try await endLease(bench)
        try await bench.upToDate(site)
        #expect(folder.page("cedar")?.contains("Second") == true && folder.files("cedar") == ["index.html"])
        #expect(try await record(bench) == "2 of 2, done")
        try await service.kill()

        // With the new page out there, and nobody told.
        service = try await RunningLifecycle.start(on: bench, folder.settings.merging(shim.dying("after")) { $1 })
        _ = try? await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Third") }))
        try await service.process.waitForExit()
        #expect(folder.page("cedar")?.contains("Third") == true)
        #expect(try await record(bench) == "2 of 3, open")

        service = try await RunningLifecycle.start(on: bench, folder.settings)
        try await endLease(bench)
        try await bench.upToDate(site)
        #expect(folder.page("cedar")?.contains("Third") == true)
        #expect(try await record(bench) == "3 of 3, done")
        try await eventually("each is told once") { try await bench.told(SiteDeployed.self, of: lead.id).count == 3 }
        #expect(try await bench.status(of: lead.id).websiteStatus == .deployed)
        try await service.kill()
        #expect(try await bench.told(SiteDeployed.self, of: lead.id).count == 3)
        try await bench.close()
    }

    private func record(_ bench: Bench) async throws -> String? {
        try await bench.database.row(
            """
            SELECT format('%s of %s, %s', published_version, version, CASE WHEN done = wanted THEN 'done' ELSE 'open' END) AS record
            FROM site_deployments JOIN sites ON id = site_id
            """
        )?.decode("record")
    }

    /// The dead worker's, which would last two minutes.
    private func endLease(_ bench: Bench) async throws {
        try await bench.database.execute("UPDATE site_deployments SET due_at = now() WHERE done < wanted")
    }
}

/// Puts itself between a program and the C library's `rename`, and kills the program there.
private struct RenameShim {
    private let library: String

    init(in folder: SitesFolder) throws {
        let source = "\(folder.path)/.shim.c"
        library = "\(folder.path)/.shim.so"
        let code = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <signal.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            int rename(const char *from, const char *to) {
                int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
                const char *when = strstr(to, "/index.html") ? getenv("DIE_AT_RENAME") : NULL;
                if (when && strcmp(when, "before") == 0) kill(getpid(), SIGKILL);
                int result = real(from, to);
                if (when && strcmp(when, "after") == 0) kill(getpid(), SIGKILL);
                return result;
            }
            """
        try code.write(toFile: source, atomically: true, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-shared", "-fPIC", "-o", library, source, "-ldl"]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "clang comes with Swift")
    }

    func dying(_ when: String) -> [String: String] { ["LD_PRELOAD": library, "DIE_AT_RENAME": when] }
}
