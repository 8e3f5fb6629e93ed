import Contracts
import Foundation
import LifecycleService
import Outbound
import ServiceKit
import Synchronization
import Testing

@Suite("Publishing into a bucket", .timeLimit(.minutes(3)))
struct BucketTests {
    private let page = DeployedPage(html: Data("<p>ñ".utf8), cacheControl: "no-cache")

    private func target(_ store: S3Server, secret: String? = nil, bucket: String = "sites") -> BucketTarget {
        let access = BucketTarget.Access(
            endpoint: store.url,
            bucket: bucket,
            region: "us-east-1",
            accessKey: store.accessKey,
            secretKey: secret ?? store.secretKey,
            prefix: "live/"
        )
        return BucketTarget(access, baseURL: nil, outbound: OutboundClient())
    }

    @Test func `a page is put, replaced and removed, signed so that a store that checks it takes it`() async throws {
        let store = try await S3Server.start()
        let target = target(store)
        #expect(target.url(of: "cedar") == "\(store.url)/sites/live/cedar/index.html")
        try await target.publish(page, at: "cedar")
        let put = try await store.object("live/cedar/index.html")
        #expect(put.body == "<p>ñ" && put.contentType == "text/html; charset=utf-8" && put.cacheControl == "no-cache")
        try await target.publish(DeployedPage(html: Data("<p>2".utf8), cacheControl: "public, max-age=300"), at: "cedar")
        #expect(try await store.object("live/cedar/index.html").body == "<p>2")
        for _ in 0..<2 { try await target.remove("cedar") }
        #expect(try await store.object("live/cedar/index.html").error == "NoSuchKey")
    }

    @Test func `a store that refuses says why`() async throws {
        let store = try await S3Server.start()
        for (target, code) in [(target(store, secret: "wrong"), "SignatureDoesNotMatch"), (target(store, bucket: "other"), "AccessDenied")]
        {
            do {
                try await target.publish(page, at: "cedar")
                Issue.record("it was taken")
            } catch {
                #expect("\(error)".contains(code), "\(error)")
            }
        }
    }

    @Test func `a site is deployed into it, kept up to date, and taken down`() async throws {
        let store = try await S3Server.start()
        let bench = try await Bench([
            "SITES_S3_ENDPOINT": store.url, "SITES_S3_BUCKET": "sites", "SITES_S3_ACCESS_KEY": store.accessKey,
            "SITES_S3_SECRET_KEY": store.secretKey, "SITES_URL": "https://www.example",
        ])
        try await bench.running {
            let site = try await bench.deployed(SampleLeads.lead("Cedar", slug: "cedar", country: "US"))
            #expect(site.deployedURL == "https://www.example/cedar/")
            #expect(try await store.object("cedar/index.html").body?.contains("https://pay.example/checkout/cedar") == true)
            _ = try await bench.ask(EditSiteContent(siteID: site.id, changes: .init { $0.tagline = .set("Open today") }))
            try await eventually("edited") { try await store.object("cedar/index.html").body?.contains("Open today") == true }
            _ = try await bench.ask(ArchiveSite(siteID: site.id, reason: "Closed."))
            try await eventually("taken down") { try await store.object("cedar/index.html").error == "NoSuchKey" }
        }
        try await bench.close()
    }

    @Test(arguments: [
        ["SITES_DIR": "/tmp/a", "SITES_S3_ENDPOINT": "https://s3.example"], ["SITES_DIR": "a"],
        ["SITES_S3_ENDPOINT": "https://s3.example", "SITES_S3_BUCKET": "sites"],
        [
            "SITES_S3_ENDPOINT": "https://s3.example", "SITES_S3_BUCKET": "b", "SITES_S3_ACCESS_KEY": "k", "SITES_S3_SECRET_KEY": "s",
            "SITES_S3_PREFIX": "a b",
        ],
    ])
    func `settings that make no sense stop the service at its start`(values: [String: String]) throws {
        let settings = try Settings(DeploymentSettings.declared, values: values)
        #expect(throws: SettingsError.self) { try DeploymentSettings.target(settings, outbound: OutboundClient()) }
    }
}

/// `Tests/Peers/s3_server.py`. Ends with its standard input, so that it can't outlive the tests.
final class S3Server: Sendable {
    let url: String
    let accessKey: String
    let secretKey: String
    private let lines: Lines

    struct Object: Decodable, Sendable {
        var body: String?
        var contentType: String?
        var cacheControl: String?
        var error: String?

        enum CodingKeys: String, CodingKey {
            case body
            case contentType = "content_type"
            case cacheControl = "cache_control"
            case error
        }
    }

    private struct Started: Decodable {
        let url: String
        let accessKey: String
        let secretKey: String

        enum CodingKeys: String, CodingKey {
            case url
            case accessKey = "access_key"
            case secretKey = "secret_key"
        }
    }

    /// The process's pipes, one question at a time. Reading blocks, so it happens on threads that may block.
    private actor Lines {
        private let input: FileHandle
        private let output: FileHandle

        init(_ input: FileHandle, _ output: FileHandle) { (self.input, self.output) = (input, output) }

        func ask(_ question: String?) async throws -> Data {
            if let question { try input.write(contentsOf: Data("\(question)\n".utf8)) }
            return await withCheckedContinuation { continuation in
                Thread { [output] in
                    var line = Data()
                    while let byte = try? output.read(upToCount: 1), byte != Data([10]) { line.append(byte) }
                    continuation.resume(returning: line)
                }.start()
            }
        }

        deinit { try? input.close() }
    }

    private init(_ started: Started, _ lines: Lines) {
        (url, accessKey, secretKey) = (started.url, started.accessKey, started.secretKey)
        self.lines = lines
    }

    static func start() async throws -> S3Server {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        let python = ProcessInfo.processInfo.environment["PLUMBLINE_PYTHON"] ?? root.appending(path: ".venv/bin/python3").path
        process.executableURL = URL(filePath: python)
        process.arguments = ["-W", "ignore", tests.appending(path: "Peers/s3_server.py").path]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        let lines = Lines(stdin.fileHandleForWriting, stdout.fileHandleForReading)
        return S3Server(try JSONDecoder().decode(Started.self, from: try await lines.ask(nil)), lines)
    }

    func object(_ name: String) async throws -> Object { try JSONDecoder().decode(Object.self, from: try await lines.ask(name)) }
}
