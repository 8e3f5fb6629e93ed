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

    @Test func `Gmail's prefetch is a machine, and nearly the same of an old Edge is a person`() {
        let gmail =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 "
            + "Edge/12.246 Mozilla/5.0"
        #expect(judge(hit(.open, after: 60, by: gmail)) == HitVerdict(class: .machine, reasons: [.prefetch]))
        #expect(judge(hit(.open, after: 60, by: String(gmail.dropLast(12)))).class == .human)
    }

    @Test(arguments: [
        "Mimecast-URL-Protection/1.0", "Proofpoint URL Defense", "Mozilla/5.0 (compatible; SafeLinks)", "BarracudaCentral/1.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 "
            + "Edge/12.246 Gmail-content-sampling",
        "Mozilla/5.0 (compatible; NobodyHasHeardOfIt/1.0; +https://example.com/why)", "Mozilla/5.0 (compatible; Unheard-of/2)",
    ])
    func `a gateway, and whoever says that it is no browser, is a machine`(agent: String) {
        #expect(judge(hit(.click, 0, after: 60, by: agent)).class == .machine)
    }

    @Test func `what nobody knows and doesn't even begin like a browser is suspect`() {
        #expect(judge(hit(.click, 0, after: 60, by: "Acme/1.0")) == HitVerdict(class: .suspect, reasons: [.noBrowser]))
    }

    @Test(arguments: [
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "Opera/9.80 (Android; Opera Mini/36.2) Presto/2.12",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Mozilla/5.0 (Linux; Android 13; CUBOT_X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)", "Outlook-iOS/4.2444.0",
    ])
    func `a browser of another make, and a mail program, is a person's`(agent: String) {
        #expect(judge(hit(.click, 0, after: 60, by: agent)).class == .human)
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

    @Test func `what a machine that says so follows makes no sweep of a person's click`() {
        let gateway = (0..<4).map { hit(.click, $0, after: 50, by: "Barracuda Sentinel (EE)") }
        let person = hit(.click, 1, after: 51)
        #expect(judge(person, clicks: gateway + [person]) == HitVerdict(class: .human, reasons: []))
        #expect(judge(gateway[0], clicks: gateway).class == .machine)
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
