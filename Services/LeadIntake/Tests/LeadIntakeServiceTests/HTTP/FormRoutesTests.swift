import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import LeadIntakeService
import NIOCore
import Postgres
import Testing

@Suite("POST /intake/forms/{key}", .timeLimit(.minutes(5)))
struct FormRoutesTests {
    static let origin = "https://lafonda.example"
    static let post = "name=La+Fonda&email=ana%40lafonda.example&city=Xela&message=Hola%0D%0A%C2%BFprecio%3F&utm_source=maps"
    /// As a browser that leaves its page asks.
    static let browser: HTTPFields = [
        .contentType: "application/x-www-form-urlencoded", .accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", .origin: origin,
    ]

    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func submit(_ form: String, _ body: some Sequence<UInt8>, _ headers: HTTPFields) async throws -> IntakeBench.Answer {
        try await bench.send([(form, Array(body), headers)])[0]
    }

    private func submit(_ form: String, _ body: String, _ headers: HTTPFields = browser) async throws -> IntakeBench.Answer {
        try await submit(form, body.utf8, headers)
    }

    @Test func `a form makes a lead with its note, its record and its trail, and the browser is thanked`() async throws {
        let form = try await bench.makeForm(assignedTo: "ann", tags: ["web"])
        let answer = try await submit(form, Self.post)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'") == true)
        let page = String(decoding: answer.body, as: UTF8.self)
        #expect(page.contains("<h1>Thank you</h1>") && !page.contains("<script"))

        let created = try #require(try await bench.payloads(of: LeadCreated.self).first?.snapshot)
        #expect(created.name == "La Fonda" && created.email == "ana@lafonda.example" && created.source == .website)
        #expect(created.assignedTo == "ann" && created.tags == ["web"])
        #expect(try await bench.values("SELECT author || ': ' || text AS value FROM lead_notes") == ["form:\(form): Hola\n¿precio?"])
        let record = try #require(try await bench.values("SELECT record AS value FROM lead_records").first)
        #expect(record.contains(#""utm_source":["maps"]"#))
        #expect(try await bench.values("SELECT field || ' by ' || actor AS value FROM lead_audit") == ["created_at by form:\(form)"])
        #expect(try await bench.values("SELECT taken || ',' || trapped AS value FROM web_forms") == ["1,0"])
        await bench.close()
    }

    @Test func `a double click is one lead and one note, and nobody is told so`() async throws {
        let form = try await bench.makeForm()
        let answers = try await withThrowingTaskGroup(of: IntakeBench.Answer.self) { group in
            for _ in 0..<4 { group.addTask { try await submit(form, Self.post) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.body)).count == 1 && answers.allSatisfy { $0.status == .ok })
        #expect(try await bench.leadCount() == 1)
        #expect(try await bench.values("SELECT text AS value FROM lead_notes").count == 1)
        #expect(try await bench.values("SELECT taken::text AS value FROM web_forms") == ["1"])
        await bench.close()
    }

    @Test func `who comes again with another message is the same lead, fuller, and gets the same answer`() async throws {
        let form = try await bench.makeForm()
        let json: HTTPFields = [.contentType: "application/json", .origin: Self.origin]
        let first = try await submit(form, #"{"name": "La Fonda", "email": "ana@lafonda.example", "message": "one"}"#, json)
        let body = #"{"name": "La Fonda", "email": "ana@lafonda.example", "first_name": "Ana", "message": "two"}"#
        let second = try await submit(form, body, json)
        #expect(String(decoding: first.body, as: UTF8.self) == #"{"ok":true}"# && first.body == second.body)
        #expect(first.headers[.contentType] == "application/json")
        #expect(try await bench.values("SELECT first_name AS value FROM leads") == ["Ana"])
        #expect(try await bench.values("SELECT text AS value FROM lead_notes ORDER BY id") == ["one", "two"])
        #expect(try await bench.events() == ["crm.lead.created", "crm.lead.updated"])
        await bench.close()
    }

    @Test func `of a lead that was erased nothing is kept`() async throws {
        let form = try await bench.makeForm()
        _ = try await submit(form, Self.post)
        // As erased, but for its key: the same business comes back while it is known by it.
        try await bench.database.execute("DELETE FROM lead_notes")
        try await bench.database.execute("DELETE FROM lead_records")
        try await bench.database.execute("UPDATE leads SET archived_at = now(), erased_at = now()")
        #expect(try await submit(form, Self.post + "&again=1").status == .ok)
        #expect(try await bench.values("SELECT text AS value FROM lead_notes").isEmpty)
        #expect(try await bench.values("SELECT record AS value FROM lead_records").isEmpty)
        await bench.close()
    }

    @Test func `a browser is sent where the form says, whatever the post says`() async throws {
        let form = try await bench.makeForm(success: "https://lafonda.example/thanks?a=b", failure: "https://lafonda.example/contact#form")
        let thanked = try await submit(form, Self.post + "&_next=https%3A%2F%2Fevil.example&success_url=https%3A%2F%2Fevil.example")
        #expect(thanked.status == .seeOther && thanked.headers[.location] == "https://lafonda.example/thanks?a=b")
        let evil = "name=%0D%0ASet-Cookie:+x%3D1&email=a%0D%0ALocation:+https://evil.example&e-mail%0D%0AX:y=1"
        let refused = try await submit(form, evil)
        #expect(refused.status == .seeOther)
        #expect(refused.headers[.location] == "https://lafonda.example/contact?fields=email#form")
        #expect(refused.headers[.setCookie] == nil)
        let script = try await submit(form, Self.post, [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"])
        #expect(script.status == .ok && String(decoding: script.body, as: UTF8.self) == #"{"ok":true}"#)
        await bench.close()
    }

    @Test func `a program is caught in the honeypot, thanked, and counted`() async throws {
        let form = try await bench.makeForm()
        let good = try await submit(form, Self.post)
        let caught = try await submit(form, Self.post + "&contact_by_fax=on")
        #expect(caught.status == good.status && caught.body == good.body && caught.headers == good.headers)
        #expect(try await bench.leadCount() == 1)
        #expect(try await bench.values("SELECT taken || ',' || trapped AS value FROM web_forms") == ["1,1"])
        await bench.close()
    }

    @Test func `what has to be mended is told all at once: to scripts as a problem, to people on a page`() async throws {
        let form = try await bench.makeForm()
        let problem = try await submit(form, #"{"mail": "ana@", "tel": "1"}"#, [.contentType: "application/json", .origin: Self.origin])
        #expect(problem.headers[.accessControlAllowOrigin] == Self.origin, "the script may read it")
        #expect(try problem.problem(.unprocessableContent).errors?.map(\.pointer) == ["/name", "/mail", "/tel"])

        var headers = Self.browser
        headers[.acceptLanguage] = "es-GT,es;q=0.9"
        let answer = try await submit(form, "mail=%3Cscript%3Ealert(1)%3C%2Fscript%3E&tel=1", headers)
        let page = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == .unprocessableContent)
        #expect(
            page.contains("lang=\"es\"") && page.contains("<li>Correo: ") && page.contains("<li>Teléfono: ") && !page.contains("script")
        )
        #expect(try await bench.leadCount() == 0)
        await bench.close()
    }

    @Test func `a trouble of ours is told a browser on a page, a script as a problem, and both when to come again`() async throws {
        let form = try await bench.makeForm()
        try await bench.database.execute("ALTER TABLE web_forms RENAME TO away")
        let page = try await submit(form, Self.post)
        #expect(page.status == .internalServerError && page.headers[.retryAfter] == "5")
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(String(decoding: page.body, as: UTF8.self).contains("Please try again in a minute."))
        let script = try await submit(form, "{}", [.contentType: "application/json", .accept: "*/*"])
        #expect(try script.problem(.internalServerError).status == 500 && script.headers[.retryAfter] == "5")
        await bench.close()
    }

    @Test func `another site's page is refused, and a client that is no browser is not`() async throws {
        let form = try await bench.makeForm()
        var headers = Self.browser
        for other in ["https://evil.example", "null", "http://lafonda.example"] {
            headers[.origin] = other
            let answer = try await submit(form, Self.post, headers)
            #expect(answer.status == .forbidden && answer.headers[.accessControlAllowOrigin] == nil)
            #expect(answer.headers[.vary] == "Origin, Accept")
        }
        #expect(try await bench.leadCount() == 0)
        headers[.origin] = nil
        #expect(try await submit(form, Self.post, headers).status == .ok)
        await bench.close()
    }

    @Test func `a preflight is answered for the form's origins only`() async throws {
        let form = try await bench.makeForm()
        let any = try await bench.makeForm(origins: ["*"])
        let asked: HTTPFields = [.accessControlRequestMethod: "POST", .accessControlRequestHeaders: "content-type"]
        func ask(_ form: String, _ origin: String) async throws -> IntakeBench.Answer {
            try await bench.send([(form, [], asked.merging([.origin: origin]))], method: .options)[0]
        }
        let good = try await ask(form, Self.origin)
        #expect(good.status == .noContent && good.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(good.headers[.accessControlAllowMethods] == "POST" && good.headers[.accessControlAllowHeaders] == "Content-Type, Accept")
        #expect(good.headers[.vary]?.hasPrefix("Origin") == true && good.headers[.accessControlAllowCredentials] == nil)
        let bad = try await ask(form, "https://evil.example")
        #expect(bad.status == .forbidden && bad.headers[.accessControlAllowOrigin] == nil && bad.headers[.vary] == "Origin")
        #expect(try await ask(any, "https://evil.example").headers[.accessControlAllowOrigin] == "*")
        #expect(try await ask("plf_unknownunknownunknown", Self.origin).status == .notFound)
        await bench.close()
    }

    @Test(arguments: ["plf_", "x", "plf_AAAAAAAAAAAAAAAAAAAAAA", "plf_%00AAAAAAAAAAAAAAAAAAAA"])
    func `a form that there isn't, or that was closed, takes nothing`(key: String) async throws {
        #expect(try await submit(key, Self.post).status == .notFound)
        let closed = try await bench.makeForm()
        try await bench.database.execute("UPDATE web_forms SET disabled_at = now()")
        let answer = try await submit(closed, Self.post)
        #expect(answer.status == .notFound && String(decoding: answer.body, as: UTF8.self).contains("This form is closed"))
        await bench.close()
    }

    @Test func `one address comes so often, another goes on, and a stranger can't pretend to be many`() async throws {
        let bench = try await IntakeBench(settings: ["TRUSTED_PROXIES": "127.0.0.0/8, ::1"])
        let form = try await bench.makeForm(rate: 0.001, burst: 2)
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        func from(_ address: String) -> (String, [UInt8], HTTPFields) {
            (form, Array("name=Ana".utf8), Self.browser.merging([name: "\(Int.random(in: 1...9)).9.9.9, \(address)"]))
        }
        let sent = [from("198.51.100.7"), from("198.51.100.7"), from("198.51.100.7"), from("198.51.100.8"), from("2001:db8::1")]
        let answers = try await bench.send(sent + [from("2001:db8::2"), from("2001:db8::3")], live: true)
        #expect(answers.map(\.status) == [.ok, .ok, .tooManyRequests, .ok, .ok, .ok, .tooManyRequests])
        #expect(answers[2].headers[.retryAfter].flatMap { Int($0) }.map { (1...1_000).contains($0) } == true)
        #expect(String(decoding: answers[2].body, as: UTF8.self).contains("Please try again in a minute"))
        await bench.close()

        let direct = try await IntakeBench()
        let other = try await direct.makeForm(rate: 0.001, burst: 2)
        let spoofed = (1...4).map { (other, Array("name=Ana".utf8), Self.browser.merging([name: "198.51.100.\($0)"])) }
        #expect(try await direct.send(spoofed, live: true).map(\.status) == [.ok, .ok, .tooManyRequests, .tooManyRequests])
        await direct.close()
    }

    @Test func `hostile posts are refused or stored as plain text, and the next one is taken`() async throws {
        let form = try await bench.makeForm()
        let huge = try await submit(form, "name=" + String(repeating: "x", count: 70_000))
        #expect(huge.status == .contentTooLarge)
        let many = try await submit(form, (0..<10_000).map { "a\($0)=1" }.joined(separator: "&").prefix(60_000) + "")
        #expect(many.status == .unprocessableContent)
        var multipart = Self.browser
        multipart[.contentType] = "multipart/form-data; boundary=x"
        multipart[.accept] = "application/json"
        let refused = try await submit(form, "--x--", multipart).problem(.unsupportedMediaType)
        #expect(refused.detail?.contains("a form without enctype") == true)
        _ = try await submit(form, "name=Ana", Self.browser.merging([.contentType: "application/x-www-form-urlencoded; charset=utf-7"]))
        #expect(try await bench.leadCount() == 0)

        let nasty =
            "name=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E%00%1b%E2%80%AE&message=a%00b%ZZ%&x%00y=%00&city="
            + String(repeating: "c", count: 50_000)
        #expect(try await submit(form, nasty).status == .ok)
        #expect(try await bench.values("SELECT name AS value FROM leads") == ["<img src=x onerror=alert(1)>"])
        #expect(try await bench.values("SELECT text AS value FROM lead_notes") == ["a b%ZZ%"])
        #expect(try await bench.values("SELECT length(city)::text AS value FROM leads") == ["120"])
        #expect(try await submit(form, "name=Ana").status == .ok)
        await bench.close()
    }
}

extension HTTPFields {
    fileprivate func merging(_ others: HTTPFields) -> HTTPFields {
        var merged = self
        for field in others { merged[field.name] = field.value }
        return merged
    }
}

extension IntakeBench {
    /// A form, put into the table as the command would.
    func makeForm(
        origins: [String] = [FormRoutesTests.origin],
        success: String? = nil,
        failure: String? = nil,
        assignedTo: String? = nil,
        tags: [String] = [],
        rate: Double = 100,
        burst: Int = 100
    ) async throws -> String {
        let key = FormKey.make()
        try await database.execute(
            """
            INSERT INTO web_forms (key, name, allowed_origins, success_url, failure_url, source, tags, assigned_to, honeypot, rate, burst,
                created_by, created_at, updated_at)
            VALUES (\(key), 'Contact', \(origins), \(success), \(failure), 'website', \(tags), \(assignedTo), 'contact_by_fax', \(rate),
                \(burst), 'test', now(), now())
            """
        )
        return key
    }

    /// Sends posts one after the other to one instance.
    func send(
        _ posts: [(form: String, body: [UInt8], headers: HTTPFields)],
        method: HTTPRequest.Method = .post,
        live: Bool = false
    ) async throws -> [Answer] {
        let answers = Answers()
        try await http(live) { client in
            for post in posts {
                let body = ByteBuffer(bytes: post.body)
                try await client.execute(uri: "/intake/forms/\(post.form)", method: method, headers: post.headers, body: body) { response in
                    await answers.add(
                        Answer(status: response.status, headers: response.headers, body: Data(response.body.readableBytesView))
                    )
                }
            }
        }
        return await answers.all
    }

    private actor Answers {
        var all: [Answer] = []
        func add(_ answer: Answer) { all.append(answer) }
    }
}
