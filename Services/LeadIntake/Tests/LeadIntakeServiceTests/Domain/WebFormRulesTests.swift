import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("What a form may be like")
struct WebFormRulesTests {
    private let blank = WebForm(key: "plf_test", name: "", allowedOrigins: [], createdBy: "ann", at: Date())

    @Test func `values come into one form`() {
        let changes = WebFormChanges {
            $0.name = .set("  Contact ")
            $0.allowedOrigins = .set(["HTTPS://LaFonda.example:443/", "https://lafonda.example", "http://localhost:8000"])
            $0.tags = .set(["Web", "web"])
            $0.country = .set("guatemala")
        }
        let (form, faults) = WebFormRules.apply(changes, to: blank)
        #expect(faults.isEmpty)
        #expect(form.name == "Contact" && form.allowedOrigins == ["https://lafonda.example", "http://localhost:8000"])
        #expect(form.tags == ["web"] && form.country == "GT" && form.source == .website && form.honeypot == WebForm.defaultHoneypot)
    }

    @Test func `what is wrong is told at once`() {
        let changes = WebFormChanges {
            $0.allowedOrigins = .set(["https://lafonda.example/contact", "*", "null", "lafonda.example"])
            $0.successURL = .set("javascript:alert(1)")
            $0.failureURL = .set("https://a.example/\r\nSet-Cookie: x=1")
            $0.country = .set("Atlantis")
            $0.honeypot = .set("email")
            $0.rate = .set(0)
            $0.burst = .set(0)
        }
        #expect(
            WebFormRules.apply(changes, to: blank).faults.map(\.field) == [
                "name", "allowed_origins/0", "allowed_origins/2", "allowed_origins/3", "success_url", "failure_url", "country", "honeypot",
                "rate",
                "burst",
            ]
        )
        #expect(WebFormRules.apply(WebFormChanges(), to: blank).faults.map(\.field) == ["name", "allowed_origins"])
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example"), ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://xn--caf-dma.example", "https://xn--caf-dma.example"),
    ])
    func `origins as browsers send them`(text: String, origin: String) {
        #expect(WebOrigin.normalised(text) == origin)
    }

    @Test(arguments: [
        "null", "", "https://", "ftp://a.example", "https://a.example/x", "https://a.example:0", "https://a.example:99999", "https://a b",
        "https://user@a.example", "https://café.example", "https://a.example?x", "https://a..example", "https://[::1",
        "https://a.example\r\n",
    ])
    func `what is no origin`(text: String) {
        #expect(WebOrigin.normalised(text) == nil)
    }

    @Test func `redirects stand in a header as they are`() {
        #expect(WebRedirect.checked("https://lafonda.example/thanks?a=b#c") != nil)
        for bad in [
            "/thanks", "//evil.example", "https:/a", "https://a.example/\r\nX: y", "https://user@a.example/", "data:text/html,x",
            "https://a b/",
            "https://a.example/\"", "https://a.example/\\x", "https://a.example/é",
        ] { #expect(WebRedirect.checked(bad) == nil, "\(bad)") }
        #expect(
            WebRedirect.failure("https://a.example/c?x=1#form", fields: ["email", "phone"])
                == "https://a.example/c?x=1&fields=email,phone#form"
        )
        #expect(WebRedirect.failure("https://a.example/c", fields: []) == "https://a.example/c")
    }

    @Test func `only origins that were named are let in, and a browser without one only where any may`() {
        var form = blank
        form.allowedOrigins = ["https://lafonda.example"]
        #expect(FormOrigin("https://lafonda.example", form: form, own: nil) == .allowed("https://lafonda.example"))
        #expect(FormOrigin("https://crm.example", form: form, own: "https://crm.example") == .allowed("https://crm.example"))
        for other in [
            "https://evil.example", "http://lafonda.example", "https://lafonda.example.evil.example", "null", "",
            "https://lafonda.example:8443",
        ] {
            #expect(FormOrigin(other, form: form, own: nil) == .refused, "\(other)")
        }
        #expect(FormOrigin(nil, form: form, own: nil) == .unsaid)
        form.allowedOrigins = ["*"]
        #expect(FormOrigin("null", form: form, own: nil) == .allowed("*"))
    }
}

@Suite("Who really asks")
struct ClientAddressTests {
    private func client(_ peer: String, _ header: String?, _ proxies: [String] = ["10.0.0.0/8", "2001:db8:1::/48"]) -> IPAddress? {
        ClientAddress.of(peer: IPAddress(peer), forwardedFor: header, proxies: proxies.compactMap { AddressRange($0) })
    }

    @Test func `a header counts only from a proxy that is trusted`() {
        #expect(client("192.0.2.1", "198.51.100.7") == IPAddress("192.0.2.1"))
        #expect(client("10.1.2.3", "198.51.100.7") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "198.51.100.7", []) == IPAddress("10.1.2.3"))
        #expect(client("10.1.2.3", nil) == IPAddress("10.1.2.3"))
    }

    @Test func `what the client wrote in front is not believed`() {
        #expect(client("10.1.2.3", "1.1.1.1, 198.51.100.7, 10.9.9.9") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "1.1.1.1, garbage, 10.9.9.9") == IPAddress("10.9.9.9"))
        #expect(client("10.1.2.3", String(repeating: "10.0.0.1,", count: 5_000)) == IPAddress("10.0.0.1"))
    }

    @Test func `ports and forms of IPv6 are read`() {
        #expect(client("2001:db8:1::5", "198.51.100.7:4711") == IPAddress("198.51.100.7"))
        #expect(client("10.1.2.3", "[2001:db8::7]:4711") == IPAddress("2001:DB8::7"))
        #expect(client("::ffff:10.1.2.3", "198.51.100.7") == IPAddress("198.51.100.7"))
    }

    @Test func `one household of IPv6 is one`() throws {
        let (a, b) = (try #require(IPAddress("2001:db8::1")), try #require(IPAddress("2001:db8::ffff:1")))
        #expect(a != b && a.household == b.household)
        #expect(IPAddress("2001:db8:0:1::1")?.household != a.household)
        #expect(IPAddress("192.0.2.1")?.household != IPAddress("192.0.2.2")?.household)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "x", "::/129", "1.2.3", "10.0.0.0/8/8"])
    func `what is no range`(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
