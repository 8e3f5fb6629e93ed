import LeadIntakeService
import Testing

@Suite("Web addresses")
struct WebAddressTests {
    @Test(arguments: [
        ("lafonda.example", "http://lafonda.example/"), ("HTTPS://WWW.LaFonda.example/Menu", "https://www.lafonda.example/Menu"),
        ("https://x.example/?utm_source=google&page=2&gclid=1#top", "https://x.example/?page=2"),
        ("http://https://x.example", "https://x.example/"),
        ("/url?q=https://x.example/a&sa=U", "https://x.example/a"), ("https://x.example/%3Futm_source%3Dgmb", "https://x.example/"),
        ("x.example:8080/a b", "http://x.example:8080/a%20b"),
    ])
    func `an address is kept without what counts visits`(text: String, url: String) {
        #expect(WebAddress(text)?.url == url)
    }

    @Test(arguments: [
        "", "none", "localhost", "ftp://x.example", "javascript:alert(1)", "x..example", "http://", "https://x.example:99999/", "1.2.3.4",
    ])
    func `what leads nowhere is no address`(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("https://facebook.com/lafonda", true), ("m.facebook.com/x", true), ("https://g.page/x", true), ("lafonda.example", false),
    ])
    func `a page on somebody else's site is no web site`(text: String, isProfile: Bool) {
        #expect(WebAddress(text)?.isProfile == isProfile)
    }
}
