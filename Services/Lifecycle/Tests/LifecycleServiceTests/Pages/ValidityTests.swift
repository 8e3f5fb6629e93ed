import Contracts
import Foundation
import LifecycleService
import Testing

/// By default of invented leads. `SITE_LEADS` names a file of others, `SITE_PAGES` a folder that the pages are left in to be looked at.
@Suite("Every page is valid HTML", .timeLimit(.minutes(10)))
struct ValidityTests {
    @Test(arguments: Theme.allCases)
    func `tidy finds nothing to complain about, in both languages`(theme: Theme) async throws {
        let kept = ProcessInfo.processInfo.environment["SITE_PAGES"].map { URL(filePath: $0) }
        let folder = kept ?? FileManager.default.temporaryDirectory.appending(path: unique("pages-"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { if kept == nil { try? FileManager.default.removeItem(at: folder) } }

        var files: [String] = []
        for (number, lead) in try MadeUpLeads.chosen().enumerated() {
            for country in ["US", "GT"] {
                var lead = lead
                lead.country = country
                var content = try SiteWriter.content(for: lead)
                // Whatever the writer leaves out, some pages have.
                if number % 2 == 0 { content.fill() }
                let page = try SitePage.render(
                    content,
                    theme: theme,
                    details: SchemaOrg.Details(of: lead),
                    url: "https://sites.example/sites/\(lead.slug)"
                )
                let offer = SitePage.Bar.offer(to: lead.name, in: country == "US" ? .english : .spanish, checkout: "https://pay.example/x")
                let file = folder.appending(path: "\(theme.rawValue)-\(number)-\(country).html")
                try page.served(with: offer).write(to: file, atomically: false, encoding: .utf8)
                files.append(file.path)
            }
        }
        #expect(files.count >= 48)
        for start in stride(from: 0, to: files.count, by: 100) {
            let first = try await Tidy.complaints(about: Array(files[start...].prefix(100))).first
            #expect(first == nil)
        }
    }
}

extension SiteContent {
    fileprivate mutating func fill() {
        let text = "We listen first, then say what can be done & what it takes. <b>No</b> surprises."
        about = about ?? Card(title: "About \(name)", text: text)
        services =
            services ?? Cards(title: "What we do", cards: ["One", "Two & a half", "Three", "Four"].map { Card(title: $0, text: text) })
        callToAction = callToAction ?? "Tell us what you need: the first talk costs nothing."
    }
}

/// HTML Tidy, of the Debian package `tidy`.
enum Tidy {
    /// Its errors and warnings, a line each.
    static func complaints(about files: [String]) async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it happens on a thread that may block.
            Thread { continuation.resume(with: Result { try run(files) }) }.start()
        }
    }

    private static func run(_ files: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tidy", "-quiet", "-errors", "-utf8", "--gnu-emacs", "yes", "--drop-empty-elements", "no"] + files
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // 1: warnings; 2: errors. Anything else is not Tidy's word on the pages.
        guard (0...2).contains(process.terminationStatus) else { return ["tidy ended with \(process.terminationStatus): run `make setup`"] }
        return text.split(separator: "\n").map(String.init)
    }
}
