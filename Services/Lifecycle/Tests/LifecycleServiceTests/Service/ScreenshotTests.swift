import Contracts
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LifecycleService
import Postgres
import ServiceKit
import Testing

@Suite("Screenshots", .serialized, .timeLimit(.minutes(3)))
struct ScreenshotTests {
    // MARK: Drawn

    @Test func `what is drawn is a PNG, the same for a title each time`() throws {
        let image = DrawnScreenshot.png(title: "Los Angeles Plumbing Pros")
        #expect(image.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        // The end of every PNG, with its checksum.
        #expect(image.suffix(12) == Data([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]))
        #expect(image == DrawnScreenshot.png(title: "Los Angeles Plumbing Pros"))
        #expect(image != DrawnScreenshot.png(title: "Orphan Works"))
        #expect(!DrawnScreenshot.png(title: "").isEmpty && !DrawnScreenshot.png(title: "東京 🎉").isEmpty)
    }

    @Test func `what is drawn is kept for those who ask next, as many as are allowed`() async throws {
        let pictures = DrawnPictures(limit: 2)
        let images = await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await pictures.png(title: "Cedar") } }
            return await group.reduce(into: Set<Data>()) { $0.insert($1) }
        }
        #expect(images == [DrawnScreenshot.png(title: "Cedar")] && pictures.drawn == 1)
        for title in ["Maple", "Cedar", "Birch", "Maple", "Birch"] { _ = await pictures.png(title: title) }
        #expect(pictures.drawn == 3)
        _ = await pictures.png(title: "Cedar")
        #expect(pictures.drawn == 4, "the oldest gave way")
    }

    // MARK: The browser

    /// What the tests of the browser do without where none is installed: they have nothing to say there.
    private static let browser = try? Browser.find(nil)

    @Test(.enabled(if: ScreenshotTests.browser != nil, "no Chromium is installed"))
    func `a page is seen as it looks, and nothing of it is run or loaded`() async throws {
        let browser = try #require(Self.browser)
        let plain = "<!DOCTYPE html><html><body style=\"background: teal\"><h1>A \"quoted\" &amp; name</h1></body></html>"
        let seen = try await browser.picture(of: plain)
        #expect(seen.count > 500 && width(of: seen) == 640 && height(of: seen) == 400)
        let nasty = plain.replacing(
            "</body>",
            with: """
                <script>document.body.style.background = 'red'</script>
                <meta HTTP-EQUIV="refresh" content="0;url=file:///etc/passwd">
                <iframe src="file:///etc/passwd" style="position: fixed; inset: 0; border: 0" hidden></iframe>
                <img src="file:///usr/share/pixmaps/debian-logo.png" style="position: fixed; left: -99px"></body>
                """
        )
        #expect(try await browser.picture(of: nasty) == seen)
        let server = try #require(SilentServer())
        let address = "http://127.0.0.1:\(server.port)"
        let curious = plain.replacing(
            "</body>",
            with: """
                <link rel="preconnect" href="\(address)"><link rel="dns-prefetch" href="\(address)"><link rel="prefetch" href="\(address)/a">
                <link rel="stylesheet" href="\(address)/a.css"><style>@import url(\(address)/b.css); p { background: url(\(address)/b.png) }</style>
                <img src="\(address)/c.png" width="0" height="0" alt=""><object data="\(address)/d" width="0" height="0"></object>
                <meta http-equiv="refresh" content="0;url=\(address)/e"><p></p></body>
                """
        )
        #expect(try await browser.picture(of: curious) == seen)
        #expect(!server.wasAsked, "a page reaches nobody")
        #expect(try await browser.picture(of: plain.replacing("teal", with: "navy")) != seen)
        #expect(leftovers.isEmpty)
    }

    @Test func `a browser that hangs is ended with all that it started, and leaves no file`() async throws {
        let mark = "\(Int.random(in: 100_000...999_999))"
        var browser = try fake("sleep \(mark) & sleep \(mark)")
        defer { try? FileManager.default.removeItem(atPath: browser.path) }
        browser.timeout = .seconds(1)
        await #expect(throws: Browser.Failure.self) { try await browser.picture(of: "<p>a") }
        try await eventually("its processes have ended") { processes(with: mark) == 0 }
        #expect(leftovers.isEmpty)

        // The service ends meanwhile.
        browser.timeout = .seconds(60)
        let hanging = browser
        let picture = Task { try await hanging.picture(of: "<p>a") }
        try await eventually("it runs") { processes(with: mark) > 0 }
        picture.cancel()
        _ = await picture.result
        try await eventually("its processes have ended") { processes(with: mark) == 0 }
        #expect(leftovers.isEmpty)
    }

    // MARK: The job

    @Test func `each new version is looked at, and shown; until then the picture is drawn`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        let worker = ScreenshotWorker(database: bench.database, browser: nil, logger: quietLogger)
        try await bench.running {
            let site = try await bench.ask(GenerateSite(leadID: lead.id)).site
            try await eventually("generated") { try await bench.status(of: lead.id).site?.version == 1 }
            let drawn = try await shot(site.slug, bench)
            #expect(drawn.status == .ok && drawn.type == "image/png" && drawn.body == DrawnScreenshot.png(title: site.title))

            let image = DrawnScreenshot.png(title: "Seen")
            let browser = try fake(seeing: image)
            defer { try? FileManager.default.removeItem(atPath: browser.path) }
            #expect(try await worker.takeNext(with: browser))
            #expect(try await !worker.takeNext(with: browser), "once for each version")
            let seen = try await shot(site.slug, bench)
            #expect(seen.body == image && seen.tag != drawn.tag)
            #expect(try await shot(site.slug, bench, ifNoneMatch: seen.tag).status == .notModified)
            #expect(try await shot(site.slug, bench, ifNoneMatch: drawn.tag).status == .ok)
            #expect(try await shot("no-such-site", bench).status == .notFound)

            // While it is being looked at, there is a newer one: what was seen counts no more.
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated again") { try await bench.status(of: lead.id).site?.version == 2 }
            let job = try #require(try await bench.database.transaction { try await $0.claimScreenshot(for: .seconds(60)) })
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("generated once more") { try await bench.status(of: lead.id).site?.version == 3 }
            #expect(try await !bench.database.transaction { try await $0.finish(job, with: Data(), at: Date()) })
            #expect(try await worker.takeNext(with: browser))

            // A page that can't be seen is tried a few times, and blocks nothing.
            let broken = try fake("exit 3")
            defer { try? FileManager.default.removeItem(atPath: broken.path) }
            _ = try await bench.ask(GenerateSite(leadID: lead.id))
            try await eventually("and again") { try await bench.status(of: lead.id).site?.version == 4 }
            for _ in 0..<3 {
                #expect(try await worker.takeNext(with: broken))
                try await bench.database.execute("UPDATE screenshot_jobs SET due_at = now() WHERE due_at <> 'infinity'")
            }
            #expect(try await !worker.takeNext(with: broken), "then not any more")
            #expect(try await shot(site.slug, bench).body == image, "the last picture stays")

            _ = try await bench.ask(ArchiveSite(siteID: site.id, reason: "The business closed."))
            #expect(try await shot(site.slug, bench).status == .gone)
        }
        try await bench.close()
    }

    @Test func `while a newer version is being kept, nobody looks at the older one`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running {
            let site = try await bench.ask(GenerateSite(leadID: lead.id)).site
            try await eventually("generated") { try await bench.status(of: lead.id).site?.version == 1 }
            try await bench.database.transaction { transaction in
                let page = SitePage(html: "<p>The second", styleHash: "")
                let second = NewSiteVersion(content: nil, page: page, theme: .atelier, tone: .friendly, madeBy: .edit, requestedBy: "ana")
                _ = try await transaction.addVersion(second, to: site.id, at: Date())
                let claimed = try await bench.database.transaction { try await $0.claimScreenshot(for: .seconds(60)) }
                #expect(claimed == nil)
            }
            let claimed = try await bench.database.transaction { try await $0.claimScreenshot(for: .seconds(60)) }
            #expect(claimed?.version == 2 && claimed?.html == "<p>The second")
        }
        try await bench.close()
    }

    @Test func `whoever is killed over pictures has them taken by who comes next`() async throws {
        let bench = try await Bench()
        let leads = (0..<3).map { SampleLeads.lead("Lead \($0)", slug: "lead-\($0)", country: "US") }
        for lead in leads { bench.leadIntake.add(lead) }
        try await bench.running {
            for lead in leads { _ = try await bench.ask(GenerateSite(leadID: lead.id)) }
            for lead in leads { try await eventually("generated") { try await bench.status(of: lead.id).site?.version == 1 } }
        }
        let begun = "\(NSTemporaryDirectory())plumbline-begun-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: begun) }
        let slow = try fake("touch \(begun); sleep 60")
        defer { try? FileManager.default.removeItem(atPath: slow.path) }
        let first = try await RunningLifecycle.start(on: bench, ["CHROMIUM": slow.path])
        try await eventually("it looks at a page", within: .seconds(60)) { FileManager.default.fileExists(atPath: begun) }
        try await first.kill()
        #expect(try await bench.database.row("SELECT FROM site_screenshots") == nil)

        let image = DrawnScreenshot.png(title: "Seen")
        let browser = try fake(seeing: image)
        defer { try? FileManager.default.removeItem(atPath: browser.path) }
        // As if the lease had ended.
        try await bench.database.execute("UPDATE screenshot_jobs SET due_at = now()")
        let second = try await RunningLifecycle.start(on: bench, ["CHROMIUM": browser.path, "SCREENSHOT_CONCURRENCY": "2"])
        try await eventually("all are taken", within: .seconds(60)) {
            try await bench.database.row("SELECT count(*) AS n FROM site_screenshots WHERE version = 1")?.decode("n") == leads.count
        }
        #expect(try await bench.database.row("SELECT FROM screenshot_jobs") == nil)
        #expect(try await shot("lead-0", bench).body == image)
        try await second.kill()
        try await bench.close()
    }

    @Test func `a browser that can't be run is told at the start`() throws {
        #expect(throws: SettingsError.self) { try Browser.find("/no/such/browser") }
        #expect(try Browser.find("none") == nil)
    }

    // MARK: What helps

    private func shot(
        _ slug: String,
        _ bench: Bench,
        ifNoneMatch tag: String? = nil
    ) async throws -> (status: HTTPResponse.Status, type: String?, tag: String, body: Data) {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        bench.service.addRoutes(to: router)
        let application = Application(router: router)
        return try await application.test(.router) { client in
            let headers: HTTPFields = tag.map { [.ifNoneMatch: $0] } ?? [:]
            return try await client.execute(uri: "/sites/\(slug)/screenshot.png", method: .get, headers: headers) { response in
                (
                    response.status, response.headers[.contentType], response.headers[.eTag] ?? "",
                    Data(response.body.readableBytesView)
                )
            }
        }
    }

    /// A browser that does what `script` says.
    private func fake(_ script: String) throws -> Browser {
        let path = "\(NSTemporaryDirectory())plumbline-fake-browser-\(UUID().uuidString)"
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data("#!/bin/sh\n\(script)\n".utf8),
            attributes: [.posixPermissions: 0o700]
        )
        try #require(made)
        return Browser(path: path)
    }

    private func fake(seeing image: Data) throws -> Browser {
        let picture = image.base64EncodedString()
        return try fake(
            """
            for argument; do case "$argument" in --screenshot=*) file="${argument#--screenshot=}";; esac; done
            base64 -d > "$file" <<END
            \(picture)
            END
            """
        )
    }

    private func processes(with mark: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.count { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else { return false }
            return line.starts(with: Data("sleep\0\(mark)".utf8))
        }
    }

    private var leftovers: [String] {
        let own = "plumbline-shot-\(ProcessInfo.processInfo.processIdentifier)-"
        return ((try? FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())) ?? []).filter { $0.hasPrefix(own) }
    }

    /// From a PNG's header.
    private func width(of image: Data) -> Int { image[16..<20].reduce(0) { $0 << 8 | Int($1) } }
    private func height(of image: Data) -> Int { image[20..<24].reduce(0) { $0 << 8 | Int($1) } }
}

/// Listens, and never answers.
private final class SilentServer: Sendable {
    private let socket: Int32
    let port: Int

    init?() {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        self.socket = socket
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { return nil }
    }

    deinit { close(socket) }

    /// Whoever connected waits in the queue.
    var wasAsked: Bool {
        let connection = accept(socket, nil, nil)
        if connection >= 0 { close(connection) }
        return connection >= 0
    }
}
