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
