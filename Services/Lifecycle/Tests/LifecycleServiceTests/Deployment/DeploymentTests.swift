import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Synchronization
import Testing

@Suite("Deploying a site", .timeLimit(.minutes(3)))
struct DeploymentTests {
    private func deployed(_ body: (Bench, Site, SitesFolder) async throws -> Void) async throws {
        let folder = try SitesFolder()
        let bench = try await Bench(folder.settings)
        try await bench.running {
            let site = try await bench.deployed(SampleLeads.lead("Cedar & Sons", slug: "cedar", country: "US"))
            try await body(bench, site, folder)
        }
        try await bench.close()
    }

    @Test func `a preview is a file at a stable address: with its offer, for no search engine, and told once`() async throws {
        try await deployed { bench, site, folder in
            #expect(site.deployedURL == "https://www.example/cedar/")
            let page = try #require(folder.page("cedar"))
            #expect(page.contains("https://pay.example/checkout/cedar") && page.contains(#"content="noindex, nofollow""#))
            #expect(
                page.contains(#"rel="canonical" href="https://www.example/cedar/""#)
                    && !page.contains("https://sites.example/sites/cedar\"")
            )
            let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
            #expect(page.contains("<head>\n\(policy)") && !page.contains("frame-ancestors"))
            #expect(folder.files("cedar") == ["index.html"])
            #expect(try await bench.status(of: site.leadID).websiteStatus == .deployed)
            // Once more changes nothing, and says nothing.
            _ = try await bench.ask(DeploySite(siteID: site.id))
            try await bench.upToDate(site)
            try await bench.settled()
            #expect(try await bench.told(SiteDeployed.self, of: site.leadID).map(\.url) == ["https://www.example/cedar/"])
            #expect(try await bench.told(WebsiteStatusChanged.self, of: site.leadID).map(\.to) == [.generating, .generated, .deployed])
        }
    }

    @Test(arguments: [
        "<!DOCTYPE html><html lang=\"en\"><HEAD class=\"a\">|<title>A</title></head>", "<!doctype html><html lang=\"en\">|<p>A",
        "<!DOCTYPE html>|<p>A",
        "|<p>A",
    ])
    func `a page that another program made is told where it may run nothing, too`(html: String) throws {
        let page = try DeployedPage(
            AdoptedPage.page(html.replacing("|", with: "")),
            offer: nil,
            from: "https://sites.example/sites/a",
            publicly: "https://www.example/a/"
        )
        let parts = html.split(separator: "|", omittingEmptySubsequences: false)
        let text = String(decoding: page.html, as: UTF8.self)
        #expect(text.hasPrefix("\(parts[0])\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "))
        #expect(text.hasSuffix("\">\(parts[1])") && !text.contains("sandbox") && !text.contains("frame-ancestors"))
    }

    @Test func `what changes on a deployed site changes out there: edited, made anew, sold, archived, given back`() async throws {
        try await deployed { bench, site, folder in
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Open <today>") }))
            try await eventually("edited") { folder.page("cedar")?.contains("Open &lt;today&gt;") == true }
            #expect(try await bench.status(of: site.leadID).websiteStatus == .deployed)

            _ = try await bench.ask(RegenerateSite(siteID: site.id))
            try await eventually("made anew") { folder.page("cedar")?.contains("Open &lt;today&gt;") == false }
            try await eventually("deployed again") { try await bench.status(of: site.leadID).websiteStatus == .deployed }

            let amount = Money(minorUnits: 150_000, currency: .gtq)
            try await bench.tell(PaymentSucceeded(leadID: site.leadID, siteID: site.id, paymentID: .make(), amount: amount))
            try await eventually("sold") { folder.page("cedar")?.contains("pay.example") == false }
            #expect(folder.page("cedar")?.contains("noindex") == false)
            _ = try await bench.ask(DeploySite(siteID: site.id))
            try await bench.upToDate(site)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .sold)

            _ = try await bench.ask(SuspendSite(siteID: site.id, reason: "Asked us to pause."))
            try await eventually("away") { folder.page("cedar") == nil }
            _ = try await bench.ask(ResumeSite(siteID: site.id, reason: "They are back."))
            try await eventually("there again") { folder.page("cedar") != nil }

            _ = try await bench.ask(ArchiveSite(siteID: site.id, reason: "Closed."))
            try await eventually("taken down") { folder.page("cedar") == nil }
            try await bench.upToDate(site)
            let archived = try await bench.ask(GetSite(siteID: site.id))
            #expect(archived.site.deployedURL == nil && archived.deployment?.publishedVersion == nil)
            #expect(await bench.refusal(DeploySite(siteID: site.id)) == 409)

            _ = try await bench.ask(OverrideStatus(leadID: site.leadID, field: .website, to: "sold", reason: "They came back."))
            try await eventually("given back") { folder.page("cedar") != nil }
            try await bench.upToDate(site)
            #expect(try await bench.status(of: site.leadID).site?.deployedURL == "https://www.example/cedar/")
        }
    }

    @Test func `a custom domain is recorded and what the page calls itself; no other site has it too`() async throws {
        try await deployed { bench, site, folder in
            let answer = try await bench.ask(DeploySite(siteID: site.id, customDomain: .set(" Cedar-Sons.COM ")))
            #expect(answer.site.customDomain == "cedar-sons.com")
            try await eventually("published") { folder.page("cedar")?.contains(#"href="https://cedar-sons.com/""#) == true }
            let other = try await bench.deployed(SampleLeads.lead("Other", slug: "other", country: "US"))
            #expect(await bench.refusal(DeploySite(siteID: other.id, customDomain: .set("cedar-sons.com"))) == 409)
            for wrong in ["", "cedar", "https://cedar.com", "-a.com", "a..com", "cedar.com/x", "1.2.3.4"] {
                #expect(await bench.refusal(DeploySite(siteID: other.id, customDomain: .set(wrong))) == 422, "\(wrong)")
            }
            #expect(try await bench.ask(DeploySite(siteID: site.id, customDomain: .clear)).site.customDomain == nil)
            #expect(await bench.refusal(DeploySite(siteID: other.id, customDomain: .set("cedar-sons.com"))) == nil)
        }
    }

    @Test func `what can't be deployed is refused: without a page, by a colleague's agent, without a place`() async throws {
        try await deployed { bench, _, _ in
            var lead = SampleLeads.lead("Ben's", slug: "bens", country: "US")
            lead.assignedTo = "ben"
            bench.leadIntake.add(lead)
            let site = try await bench.ask(CreateSite(leadID: lead.id)).site
            #expect(await bench.refusal(DeploySite(siteID: site.id)) == 409)
            #expect(await bench.refusal(DeploySite(siteID: site.id), as: .agent) == 403)
            #expect(await bench.refusal(DeploySite(siteID: .make())) == 404)
        }
        let bench = try await Bench()
        try await bench.running { #expect(await bench.refusal(DeploySite(siteID: .make())) == 503) }
        try await bench.close()
    }

    @Test func `an erased lead's files go, and so does the name in their path`() async throws {
        try await deployed { bench, site, folder in
            try await bench.tell(LeadErased(leadID: site.leadID))
            try await eventually("taken down") { folder.page("cedar") == nil }
            try await eventually("forgotten") { try await bench.database.rows("SELECT FROM site_deployments").isEmpty }
        }
    }

    /// Fails as often as it is told to.
    private final class Moody: DeploymentTarget {
        let inner: DirectoryTarget
        let failures: Mutex<Int>

        init(inner: DirectoryTarget, failures: Int) {
            self.inner = inner
            self.failures = Mutex(failures)
        }

        struct NoDisk: Error, CustomStringConvertible { let description = "no disk" }

        func publish(_ page: DeployedPage, at path: String) async throws {
            let fails = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            if fails { throw NoDisk() }
            try await inner.publish(page, at: path)
        }
        func remove(_ path: String) async throws { try await inner.remove(path) }
        func url(of path: String) -> String { inner.url(of: path) }
    }

    @Test func `a target that fails is tried again, and meanwhile people are told why`() async throws {
        let folder = try SitesFolder()
        let bench = try await Bench(folder.settings)
        bench.leadIntake.add(SampleLeads.plumber)
        try await bench.running(withWorkers: false) {
            let site = try await page(for: SampleLeads.plumber, on: bench)
            _ = try await bench.ask(DeploySite(siteID: site.id))
            let target = Moody(inner: DirectoryTarget(directory: folder.path, baseURL: nil), failures: 2)
            let worker = worker(bench, target)
            #expect(try await worker.deployNext())
            let failed = try #require(try await bench.ask(GetSite(siteID: site.id)).deployment)
            #expect(failed.lastError == "no disk" && failed.attempts == 1 && !failed.isUpToDate && failed.url == nil)
            #expect(try await bench.status(of: site.leadID).websiteStatus == .generated)
            try await eventually("it heals") {
                while try await worker.deployNext() {}
                return try await bench.ask(GetSite(siteID: site.id)).deployment?.isUpToDate == true
            }
            let healed = try #require(try await bench.ask(GetSite(siteID: site.id)).deployment)
            #expect(healed.lastError == nil && healed.publishedVersion == 1 && healed.url?.hasPrefix("file:///") == true)
        }
        try await bench.close()
    }

    @Test func `who was too slow may have undone another's work: it is done once more`() async throws {
        let folder = try SitesFolder()
        let bench = try await Bench(folder.settings)
        bench.leadIntake.add(SampleLeads.plumber)
        try await bench.running(withWorkers: false) {
            let site = try await page(for: SampleLeads.plumber, on: bench)
            _ = try await bench.ask(DeploySite(siteID: site.id))
            let target = DirectoryTarget(directory: folder.path, baseURL: nil)
            /// Publishes only after another worker has published meanwhile.
            struct Slow: DeploymentTarget {
                let inner: DirectoryTarget
                let meanwhile: @Sendable () async throws -> Void
                func publish(_ page: DeployedPage, at path: String) async throws {
                    try await meanwhile()
                    try await inner.publish(page, at: path)
                }
                func remove(_ path: String) async throws { try await inner.remove(path) }
                func url(of path: String) -> String { inner.url(of: path) }
            }
            let quick = worker(bench, target)
            let slow = worker(
                bench,
                Slow(inner: target) {
                    try await eventually("the lease is over, and another takes over") { try await quick.deployNext() }
                },
                lease: .milliseconds(1)
            )
            #expect(try await slow.deployNext())
            #expect(try await bench.ask(GetSite(siteID: site.id)).deployment?.isUpToDate == false)
            #expect(try await quick.deployNext())
            #expect(try await bench.ask(GetSite(siteID: site.id)).deployment?.isUpToDate == true)
            try await bench.settled()
            #expect(try await bench.told(SiteDeployed.self, of: site.leadID).count == 1)
        }
        try await bench.close()
    }

    @Test func `who was too slow, and died over it, leaves nothing older behind`() async throws {
        let folder = try SitesFolder()
        let bench = try await Bench(folder.settings)
        bench.leadIntake.add(SampleLeads.plumber)
        try await bench.running(withWorkers: false) {
            let site = try await page(for: SampleLeads.plumber, on: bench)
            _ = try await bench.ask(DeploySite(siteID: site.id))
            let target = DirectoryTarget(directory: folder.path, baseURL: nil)
            /// Publishes what it has after another one has published what is newer, and is never heard of again.
            struct Doomed: DeploymentTarget {
                struct Death: Error {}
                let inner: DirectoryTarget
                let meanwhile: @Sendable () async throws -> Void
                func publish(_ page: DeployedPage, at path: String) async throws {
                    try await meanwhile()
                    try await inner.publish(page, at: path)
                    throw Death()
                }
                func remove(_ path: String) async throws { try await inner.remove(path) }
                func url(of path: String) -> String { inner.url(of: path) }
            }
            let quick = worker(bench, target, lease: .milliseconds(1))
            let doomed = worker(
                bench,
                Doomed(inner: target) {
                    _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Newer") }))
                    try await eventually("the lease is over, and another takes over") { try await quick.deployNext() }
                },
                lease: .milliseconds(1)
            )
            #expect(try await doomed.deployNext())
            #expect(folder.page(site.slug)?.contains("Newer") == false)
            try await eventually("looked after once more") {
                _ = try await quick.deployNext()
                return folder.page(site.slug)?.contains("Newer") == true
            }
            try await eventually("and then no more") { try await !quick.deployNext() }
            #expect(try await bench.ask(GetSite(siteID: site.id)).deployment?.isUpToDate == true)
        }
        try await bench.close()
    }

    @Test func `who has lost a deployment before it publishes doesn't`() async throws {
        let folder = try SitesFolder()
        let bench = try await Bench(folder.settings)
        bench.leadIntake.add(SampleLeads.plumber)
        try await bench.running(withWorkers: false) {
            let site = try await page(for: SampleLeads.plumber, on: bench)
            _ = try await bench.ask(DeploySite(siteID: site.id))
            let late = try #require(try await bench.database.claimDeployment(for: .milliseconds(1)))
            try await eventually("another takes over") {
                try await worker(bench, DirectoryTarget(directory: folder.path, baseURL: nil)).deployNext()
            }
            #expect(try await !bench.database.isHeld(late))
        }
        try await bench.close()
    }

    @Test func `whoever looks while pages are replaced sees whole pages`() async throws {
        let folder = try SitesFolder()
        let target = DirectoryTarget(directory: folder.path, baseURL: nil)
        let pages = (0..<10).map { number in
            DeployedPage(html: Data(String(repeating: "\(number)", count: 100_000).utf8), cacheControl: "no-cache")
        }
        try await target.publish(pages[0], at: "a")
        try await withThrowingTaskGroup { group in
            group.addTask { for number in 1...40 { try await target.publish(pages[number % 10], at: "a") } }
            group.addTask {
                for _ in 0..<400 {
                    let seen = Data((folder.page("a") ?? "").utf8)
                    #expect(seen.count == 100_000 && seen.first == seen.last)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.files("a") == ["index.html"])
    }

    private func worker(_ bench: Bench, _ target: any DeploymentTarget, lease: Duration = .seconds(60)) -> DeploymentWorker {
        var options = DeploymentWorker.Options()
        options.lease = lease
        options.retryDelays = [.milliseconds(1)]
        return DeploymentWorker(
            database: bench.database,
            target: target,
            publicURL: Bench.publicURL,
            checkoutURL: Bench.checkoutURL,
            logger: quietLogger,
            options: options
        )
    }

    /// The lead's site at version 1, made without a worker.
    private func page(for lead: Lead, on bench: Bench) async throws -> Site {
        let site = try await bench.ask(GenerateSite(leadID: lead.id)).site
        let worker = GenerationWorker(database: bench.database, publicURL: Bench.publicURL, logger: quietLogger)
        try await eventually("generated") {
            _ = try await worker.makeNext()
            return try await bench.status(of: lead.id).websiteStatus == .generated
        }
        return site
    }
}
