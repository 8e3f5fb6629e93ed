import Foundation
import ServiceKit
import Testing

@Suite("Who looks at a page")
struct VisitorTests {
    @Test(arguments: [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0]",
        "Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
    ])
    func `a browser is a person`(userAgent: String) {
        #expect(!Visitor.isMachine(userAgent: userAgent))
    }

    @Test(arguments: [
        nil, "", "curl/8.5.0", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "WhatsApp/2.23.20.0", "Zabbix",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
        "facebookexternalhit/1.1", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "Barracuda Sentinel (EE)",
    ])
    func `what calls itself a machine, or nothing, is one`(userAgent: String?) {
        #expect(Visitor.isMachine(userAgent: userAgent))
    }

    private struct Crawler: Decodable {
        var instances: [String]
    }

    /// `CRAWLER_USER_AGENTS` names the file of monperrus/crawler-user-agents: seen there, 2,078 of 2,114.
    @Test func `of the crawlers that are known, 19 of 20 are told`() throws {
        let file = ProcessInfo.processInfo.environment["CRAWLER_USER_AGENTS"]
        let crawlers = try file.map { try JSONDecoder().decode([Crawler].self, from: Data(contentsOf: URL(filePath: $0))) } ?? []
        let agents = crawlers.flatMap(\.instances) + ["ia_archiver", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"]
        let missed = agents.filter { !Visitor.isMachine(userAgent: $0) }
        #expect(Double(missed.count) < Double(agents.count) * 0.05, "\(missed.count) of \(agents.count)")
    }
}
