import CampaignService
import Foundation
import Testing

@Suite("Hit classification")
struct HitClassificationTests {
    private let sent = Date(timeIntervalSince1970: 1_800_000_000)
    private let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    private let rules = HitClassification()

    private func hit(_ kind: Hit.Kind, _ link: Int? = nil, after seconds: Double, by agent: String? = nil) -> Hit {
        Hit(kind, link: link, at: sent + seconds, userAgent: agent ?? browser)
    }

    private func judge(_ hit: Hit, clicks: [Hit] = []) -> HitVerdict {
        rules.judge(hit, sentAt: sent, clicks: clicks)
    }

    @Test func `a browser a minute later is a person`() {
        #expect(judge(hit(.open, after: 60)) == HitVerdict(class: .human, reasons: []))
    }

    @Test(arguments: [
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20100101 Thunderbird/24.2.0",
    ])
    func `a mail client, and a proxy that fetches when the mail is opened, is a person`(agent: String) {
        #expect(judge(hit(.open, after: 60, by: agent)).class == .human)
    }

    @Test func `Apple's prefetch is a machine`() {
        #expect(judge(hit(.open, after: 60, by: "Mozilla/5.0")) == HitVerdict(class: .machine, reasons: [.prefetch]))
    }

    @Test(arguments: ["Barracuda Sentinel (EE)", "python-requests/2.32", "curl/7.88.1", "Slackbot-LinkExpanding 1.0", "Googlebot/2.1"])
    func `a scanner, a script or a crawler is a machine`(agent: String) {
        #expect(judge(hit(.click, 0, after: 60, by: agent)) == HitVerdict(class: .machine, reasons: [.knownMachine]))
    }

    @Test func `no user agent is suspect`() {
        #expect(judge(hit(.open, after: 60, by: "")) == HitVerdict(class: .suspect, reasons: [.noUserAgent]))
    }

    @Test func `sooner than anybody can read is a machine, also before our own commit`() {
        #expect(judge(hit(.open, after: 1.5)) == HitVerdict(class: .machine, reasons: [.tooSoon]))
        #expect(judge(hit(.open, after: -0.5)).reasons == [.tooSoon])
        #expect(judge(hit(.open, after: 2)).class == .human)
    }

    @Test func `three different links within ten seconds are a sweep, all of them`() {
        let clicks = [hit(.click, 0, after: 50), hit(.click, 1, after: 50.3), hit(.click, 2, after: 58)]
        for click in clicks {
            #expect(judge(click, clicks: clicks) == HitVerdict(class: .machine, reasons: [.sweptLinks]))
        }
    }

    @Test func `the same link three times, or three over a minute, is a person`() {
        let same = [0.0, 0.5, 1].map { hit(.click, 0, after: 50 + $0) }
        #expect(judge(same[0], clicks: same).class == .human)
        let slow = [hit(.click, 0, after: 50), hit(.click, 1, after: 70), hit(.click, 2, after: 90)]
        #expect(judge(slow[1], clicks: slow).class == .human)
    }

    @Test func `every reason is told`() {
        let verdict = judge(hit(.open, after: 0.1, by: "curl/8"))
        #expect(verdict == HitVerdict(class: .machine, reasons: [.knownMachine, .tooSoon]))
    }
}
