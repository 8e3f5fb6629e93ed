import Foundation
import Outbound
import ProviderSandbox
import Testing

@Suite("What people do with a mail", .timeLimit(.minutes(1)))
struct MailStoryTests {
    @Test func `a reader loads the pixel with a browser, follows the visible link, and nothing else`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click) = (1, 1)
        try await Stage.run(script) { stage in
            #expect(try await stage.mail("Ana@Shop.Example") == 250)
            try await stage.sandbox.idle()

            let hits = stage.product.hits
            #expect(hits.map(\.path) == ["/t/o/abc", "/t/c/abc", "/sites/acme"])
            #expect(hits.allSatisfy { $0.userAgent.hasPrefix("Mozilla/5.0 (") && !$0.userAgent.contains("bot") })
            #expect(Set(hits.map(\.userAgent)).count == 1)
            let counts = stage.sandbox.counts
            #expect([counts[.mails], counts[.opens], counts[.clicks], counts[.previews]] == [1, 1, 1, 1])
            let mail = try #require(stage.sandbox.mails(to: "ana@shop.example").first)
            #expect(mail.subject == "Su sitio, señora Núñez")
        }
    }

    @Test func `a scanner loads everything within a second as a machine, and unsubscribes nobody`() async throws {
        var script = PeopleScript(seed: 1)
        script.scanner = 1
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()

            let hits = stage.product.hits
            #expect(Set(hits.map(\.path)) == ["/t/o/abc", "/t/c/abc", "/t/c/honeypot", "/u/way-out", "/sites/acme"])
            #expect(Set(hits.map(\.userAgent)).count == 1)
            #expect(hits.allSatisfy { hit in Self.gateways.contains { hit.userAgent.contains($0) } && hit.method == "GET" })
            #expect(stage.sandbox.counts[.scans] == 1)
            #expect(stage.sandbox.counts[.opens] == nil)
        }
    }

    static let gateways = ["Barracuda Sentinel (EE)", "HeadlessChrome/", "python-requests/"]

    @Test func `the reader behind a gateway sees the mail after it, and is a person`() async throws {
        var script = PeopleScript(seed: 1)
        (script.scanner, script.open, script.click) = (1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            let byPerson = stage.product.hits.drop { hit in Self.gateways.contains { hit.userAgent.contains($0) } }
            #expect(byPerson.map(\.path) == ["/t/o/abc", "/t/c/abc", "/sites/acme"])
            #expect(byPerson.allSatisfy { $0.userAgent.hasPrefix("Mozilla/5.0 (") })
        }
    }

    @Test func `a gateway in disguise looks like a browser, and doesn't come back when nobody is there`() async throws {
        var script = PeopleScript(seed: 1)
        (script.scanner, script.disguise) = (1, 1)
        try await Stage.run(script, outages: 2) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            #expect(stage.sandbox.counts[.retries] == nil)
            #expect(!stage.product.hits.isEmpty)
            #expect(stage.product.hits.allSatisfy { $0.userAgent.hasPrefix("Mozilla/5.0 (Windows NT 10.0") })
        }
    }

    @Test(arguments: [0.0, 1.0])
    func `Apple's privacy proxy loads the images whether the mail is read or not, and once`(open: Double) async throws {
        var script = PeopleScript(seed: 1)
        (script.scanner, script.privacyProxy, script.open) = (1, 1, open)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            #expect(stage.product.hits.map(\.path) == ["/t/o/abc"])
            #expect(stage.product.hits.map(\.userAgent) == ["Mozilla/5.0"])
            let counts = stage.sandbox.counts
            #expect([counts[.prefetches], counts[.scans], counts[.opens]] == [1, nil, open == 1 ? 1 : nil])
        }
    }

    @Test func `who reads in Gmail has the images loaded by its proxy, and clicks with a browser`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.imageProxy, script.click) = (1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            let hits = stage.product.hits
            #expect(hits.map(\.path) == ["/t/o/abc", "/t/c/abc", "/sites/acme"])
            #expect(hits.map { $0.userAgent.contains("GoogleImageProxy") } == [true, false, false])
        }
    }

    @Test func `one click on unsubscribe is one POST as RFC 8058 has it`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.unsubscribe, script.click) = (1, 1, 1)
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()

            let posts = stage.product.hits("POST", "/u/way-out")
            #expect(posts.map(\.body) == ["List-Unsubscribe=One-Click"])
            #expect(posts.first?.contentType == "application/x-www-form-urlencoded")
            #expect(posts.first?.header("Cookie") == nil)
            #expect(stage.product.hits("GET", "/t/c").isEmpty)
        }
    }

    @Test func `an address that bounces is refused while the mail is sent`() async throws {
        var script = PeopleScript(seed: 1)
        script.bounce = 1
        try await Stage.run(script) { stage in
            let error = await #expect(throws: (any Error).self) { try await stage.mail("ana@shop.example") }
            #expect((error as? OutboundError)?.code == .smtp(replyCode: 550))
            #expect((error as? OutboundError)?.replyText?.contains("5.") == true)
            #expect(stage.sandbox.mails().isEmpty)
            #expect((stage.sandbox.counts[.mailsRefused] ?? 0) > 0)
        }
    }

    @Test func `a mail that comes twice is counted, and read once`() async throws {
        var script = PeopleScript(seed: 1)
        script.open = 1
        try await Stage.run(script) { stage in
            try await stage.mail("ana@shop.example", id: "same")
            try await stage.mail("ana@shop.example", id: "same")
            try await stage.mail("ben@shop.example", id: "same")
            try await stage.sandbox.idle()
            let counts = stage.sandbox.counts
            #expect([counts[.mails], counts[.mailsRepeated], counts[.opens]] == [3, 1, 2])
        }
    }

    @Test func `a service that is down for a while loses no open and no click`() async throws {
        var script = PeopleScript(seed: 1)
        (script.open, script.click) = (1, 1)
        try await Stage.run(script, outages: 6) { stage in
            try await stage.mail("ana@shop.example")
            try await stage.sandbox.idle()
            #expect(stage.product.hits.map(\.path) == ["/t/o/abc", "/t/c/abc", "/sites/acme"])
            #expect(stage.sandbox.counts[.retries] == 6)
            #expect(stage.sandbox.counts[.givenUp] == nil)
        }
    }
}
