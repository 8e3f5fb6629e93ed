import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import Testing

@Suite("docs/examples/form.html in a browser", .timeLimit(.minutes(5)))
struct FormBrowserTests {
    private struct Seen: Decodable, Sendable {
        var mend: String
        var phoneError: String
        var focused: String
        var sent: String
        var json: String
        var plain: String
        var otherSent: String
        var otherJSON: String
        var otherPlain: String

        enum CodingKeys: String, CodingKey {
            case mend, focused, sent, json, plain
            case phoneError = "phone_error"
            case otherSent = "other_sent"
            case otherJSON = "other_json"
            case otherPlain = "other_plain"
        }
    }

    /// The same server under two names is two origins.
    @Test func `the example works from its own site, with and without its script, and from no other`() async throws {
        let bench = try await IntakeBench()
        let form = try await bench.makeForm(rate: 1_000, burst: 1_000)
        let html = try String(contentsOf: PythonPeer.root.appending(path: "docs/examples/form.html"), encoding: .utf8)
        #expect(html.contains("http://127.0.0.1:8081/intake/forms/plf_YOUR_FORMS_KEY"))

        try await bench.http(true) { service in
            let action = "http://127.0.0.1:\(try #require(service.port))/intake/forms/\(form)"
            let page = html.replacing("http://127.0.0.1:8081/intake/forms/plf_YOUR_FORMS_KEY", with: action)
            let router = Router()
            router.get("form.html") { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "text/html; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: page))
                )
            }
            let site = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: quietLogger)
            try await site.test(.live) { site in
                let port = try #require(site.port)
                try await bench.database.execute("UPDATE web_forms SET allowed_origins = \(["http://localhost:\(port)"])")
                let seen: Seen = try await PythonPeer.ask(
                    "browse_form.py",
                    [
                        "allowed": "http://localhost:\(port)/form.html", "other": "http://127.0.0.1:\(port)/form.html",
                        "action": action,
                    ]
                )
                #expect(seen.mend == "Please check what is marked.")
                #expect(seen.phoneError.contains("is not a possible phone number") && seen.focused == "phone")
                #expect(seen.sent == "Thank you! Your message has arrived.")
                #expect(seen.json == #"200 {"ok":true}"#)
                #expect(seen.plain == "Thank you")
                #expect(seen.otherSent == "It could not be sent. Please try again.", "the answer is hidden from the script")
                #expect(seen.otherJSON == "TypeError", "the browser asked in advance, and did not send it")
                #expect(seen.otherPlain == "This form can't be used here")
            }
        }
        #expect(try await bench.values("SELECT name AS value FROM leads ORDER BY name") == ["La Fonda de Ana", "Panadería Sol"])
        #expect(try await bench.values("SELECT text AS value FROM lead_notes ORDER BY id") == ["¿Cuánto cuesta?", "Sin script"])
        #expect(try await bench.values("SELECT record AS value FROM lead_records WHERE record LIKE '%utm_campaign\":[\"xela%'").count == 1)
        await bench.close()
    }
}
