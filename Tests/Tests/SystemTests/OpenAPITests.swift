import Contracts
import Foundation
import LocalStack
import Outbound
import Testing

@Suite("docs/openapi.yaml", .timeLimit(.minutes(5)))
struct OpenAPITests {
    @Test func `has every route of every executable under the name of its service, and no other`() async throws {
        let document = try await OpenAPIDocument.read()
        for service in StackPlan.services {
            let served = try await OpenAPIDocument.routes(of: service)
            let written = Set(document.operations.filter { [service.rawValue, "operations"].contains($0.tag) }.map(\.route))
            #expect(served.subtracting(written) == [], "\(service) serves it, and it is not written down")
            #expect(written.subtracting(served) == [], "it is written down, and \(service) does not serve it")
        }
        let known = Set(StackPlan.services.map(\.rawValue) + ["operations"])
        #expect(Set(document.operations.map(\.tag)) == known)
    }

    @Test func `is valid, and so are its examples`() async throws {
        let faults = try await OpenAPIDocument.read().faults
        #expect(faults == [])
    }

    @Test func `names no problem that the code has not, and every one that its routes have`() throws {
        let document = try String(contentsOfFile: OpenAPIDocument.path, encoding: .utf8)
        let written = Set(document.matches(of: #//problems/([a-z0-9-]+)/#).map { String($0.1) }.filter { !$0.hasPrefix("http-") })
        let (all, ofRoutes) = try Self.problems()
        #expect(written.subtracting(all) == [], "the code has no such problem")
        #expect(ofRoutes.subtracting(written) == [], "a route may answer it")
        #expect(ofRoutes.count > 10)
    }

    @Test func `says what the services really answer`() async throws {
        let system = try await TestSystem.shared()
        var exchanges = try await system.intakeExchanges()
        exchanges += try await system.importExchanges()
        exchanges += try await system.formExchanges()
        exchanges += try await system.publicExchanges()
        exchanges += try await system.consoleExchanges()
        exchanges += try await system.operationalExchanges()
        let misfits = try await OpenAPIDocument.read(exchanges).misfits
        #expect(misfits == [])
    }

    /// The kinds of problems that stand in the code, and those of them that stand beside a route.
    private static func problems() throws -> (all: Set<String>, ofRoutes: Set<String>) {
        var (all, ofRoutes) = (Set<String>(), Set<String>())
        for place in ["Services", "Packages"] {
            let root = TestSystem.root + "/" + place
            for path in try FileManager.default.subpathsOfDirectory(atPath: root)
            where path.hasSuffix(".swift") && path.contains("/Sources/") {
                let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
                let found = text.matches(of: #/(?:Problem|Self)\(\s*"([a-z0-9-]+)"/#).map { String($0.1) }
                all.formUnion(found)
                if path.contains("/HTTP/") { ofRoutes.formUnion(found) }
            }
        }
        return (all, ofRoutes)
    }
}

// MARK: Requests whose answers the document must know

extension TestSystem {
    fileprivate typealias Exchange = OpenAPIDocument.Exchange

    /// Sends one request, and sees to it that it comes to what it is made for.
    fileprivate func exchange(
        _ method: OutboundRequest.Method,
        _ service: ServiceName,
        _ path: String,
        at place: String? = nil,
        key: String? = nil,
        headers: [(String, String)] = [],
        body: String? = nil,
        comesTo status: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Exchange {
        var request = OutboundRequest(method, stack.url(of: service) + (place ?? path), timeout: .seconds(40), retry: .never)
        request.headers = headers + (key.map { [("Authorization", "Bearer \($0)")] } ?? [])
        request.body = body.map { Data($0.utf8) }
        let answer = try await web.send(request)
        #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))", sourceLocation: sourceLocation)
        return Exchange(method, path, answer)
    }

    fileprivate func key(_ scope: String, rate: Double? = nil, burst: Int? = nil) async throws -> String {
        try await client.ask(CreateAPIKey(name: "openapi", scopes: [scope], rate: rate, burst: burst)).key
    }

    fileprivate func intakeExchanges() async throws -> [Exchange] {
        let (intake, export) = (try await key("intake"), try await key("export"))
        let slow = try await key("intake", rate: 0.01, burst: 1)
        let leads = """
            [{"name": "Openapi \(EventID.make())", "city": "Antigua", "country": "GT", "phone": "5550 1234", "email": "a@mailinator.com"},
             {"name": " "}]
            """
        let path = "/intake/leads"
        let many = "[" + Array(repeating: "{}", count: 1_001).joined(separator: ",") + "]"
        return [
            try await exchange(.post, .leadIntake, path, key: intake, body: leads, comesTo: 200),
            try await exchange(.post, .leadIntake, path, key: intake, body: leads, comesTo: 200),
            try await exchange(.post, .leadIntake, path, key: intake, body: "leads", comesTo: 400),
            try await exchange(.post, .leadIntake, path, key: intake, headers: [("Idempotency-Key", Self.long)], body: leads, comesTo: 400),
            try await exchange(.post, .leadIntake, path, body: leads, comesTo: 401),
            try await exchange(.post, .leadIntake, path, key: export, body: leads, comesTo: 403),
            try await exchange(.post, .leadIntake, path, key: intake, body: many, comesTo: 422),
            try await exchange(.post, .leadIntake, path, key: slow, body: leads, comesTo: 200),
            try await exchange(.post, .leadIntake, path, key: slow, body: leads, comesTo: 429),
            try await exchange(.get, .leadIntake, path + "/export", key: export, comesTo: 200),
            try await exchange(.get, .leadIntake, path + "/export", at: path + "/export?format=ndjson", key: export, comesTo: 200),
            try await exchange(.get, .leadIntake, path + "/export", at: path + "/export?is_hot=maybe", key: export, comesTo: 422),
            try await exchange(.get, .leadIntake, path + "/export", key: intake, comesTo: 403),
        ]
    }

    private static let long = String(repeating: "k", count: 256)

    fileprivate func importExchanges() async throws -> [Exchange] {
        let key = try await self.key("intake")
        let file = "name,city,country,phone,rating\nOpenapi \(EventID.make()),Antigua,GT,5550 1234,9\n,Antigua,GT,,4\n"
        let path = "/intake/imports"
        let taken = try await exchange(.post, .leadIntake, path, key: key, body: file, comesTo: 200)
        let id = try JSONDecoder().decode(TakenImport.self, from: Data(taken.body.utf8)).importID
        return [
            taken,
            try await exchange(.post, .leadIntake, path, at: path + "?dry_run=true", key: key, body: file, comesTo: 200),
            try await exchange(.post, .leadIntake, path, key: key, headers: [("Prefer", "respond-async")], body: file, comesTo: 202),
            try await exchange(.post, .leadIntake, path, key: key, body: "PK\u{3}\u{4}", comesTo: 415),
            try await exchange(.post, .leadIntake, path, key: key, body: "", comesTo: 422),
            try await exchange(.post, .leadIntake, path, key: key, body: "a,b\n1,2\n", comesTo: 422),
            try await exchange(.post, .leadIntake, path, at: path + "?country=Mars", key: key, body: file, comesTo: 422),
            try await exchange(.get, .leadIntake, path + "/{id}", at: "\(path)/\(id)", key: key, comesTo: 200),
            try await exchange(.get, .leadIntake, path + "/{id}", at: "\(path)/nothing", key: key, comesTo: 404),
            try await exchange(.get, .leadIntake, path + "/{id}/errors.csv", at: "\(path)/\(id)/errors.csv", key: key, comesTo: 200),
        ]
    }

    private struct TakenImport: Decodable {
        var importID: String

        enum CodingKeys: String, CodingKey {
            case importID = "import_id"
        }
    }

    fileprivate func formExchanges() async throws -> [Exchange] {
        let changes = WebFormChanges {
            $0.name = .set("openapi")
            $0.allowedOrigins = .set(["https://lafonda.example"])
        }
        let path = "/intake/forms/{key}"
        let place = "/intake/forms/\(try await client.ask(CreateForm(form: changes)).key)"
        let json: [(String, String)] = [("Content-Type", "application/json")]
        let plain = [("Content-Type", "text/plain")]
        let (ours, theirs) = ([("Origin", "https://lafonda.example")], [("Origin", "https://other.example")])
        let form = "business=Openapi+\(EventID.make())"
        return [
            try await exchange(.post, .leadIntake, path, at: place, headers: json + ours, body: #"{"business": "Openapi"}"#, comesTo: 200),
            try await exchange(.post, .leadIntake, path, at: place, headers: plain + ours, body: form, comesTo: 415),
            try await exchange(.post, .leadIntake, path, at: place, headers: Self.form + ours, body: form, comesTo: 200),
            try await exchange(.post, .leadIntake, path, at: place, headers: json + theirs, body: "{}", comesTo: 403),
            try await exchange(.post, .leadIntake, path, at: place, headers: json, body: #"{"email": "ana@"}"#, comesTo: 422),
            try await exchange(.post, .leadIntake, path, at: place, headers: json, body: "[]", comesTo: 400),
            try await exchange(.post, .leadIntake, path, at: "/intake/forms/none", headers: json, body: "{}", comesTo: 404),
            try await exchange(.options, .leadIntake, path, at: place, headers: ours, comesTo: 204),
            try await exchange(.options, .leadIntake, path, at: place, headers: theirs, comesTo: 403),
        ]
    }

    private static let form: [(String, String)] = [("Content-Type", "application/x-www-form-urlencoded")]

    fileprivate func publicExchanges() async throws -> [Exchange] {
        let (_, site) = try await leadWithSite(business("Openapi"))
        try await eventually("billing never heard of the site") {
            try await get("\(stack.url(of: .billingWebhook))/checkout/\(site.slug)").status == 303
        }
        let (page, shot, token, shop) = ("/sites/{slug}", "/sites/{slug}/screenshot.png", "/u/{token}", "/checkout/{slug}")
        let (own, none) = ("/sites/\(site.slug)", "/sites/no-such-site")
        let person: [(String, String)] = [("User-Agent", Self.browser)]
        return [
            try await exchange(.get, .lifecycle, page, at: own, comesTo: 200),
            try await exchange(.head, .lifecycle, page, at: own, comesTo: 200),
            try await exchange(.delete, .lifecycle, page, at: own, comesTo: 405),
            try await exchange(.get, .lifecycle, page, at: none, comesTo: 404),
            try await exchange(.get, .lifecycle, shot, at: own + "/screenshot.png", comesTo: 200),
            try await exchange(.get, .lifecycle, shot, at: none + "/screenshot.png", comesTo: 404),
            try await exchange(.put, .lifecycle, shot, at: own + "/screenshot.png", body: "", comesTo: 405),
            try await exchange(.get, .campaign, "/t/o/{pixel}", at: "/t/o/forged.gif", comesTo: 404),
            try await exchange(.get, .campaign, "/t/c/{token}", at: "/t/c/forged", comesTo: 404),
            try await exchange(.get, .campaign, token, at: "/u/forged", comesTo: 404),
            try await exchange(.post, .campaign, token, at: "/u/forged", body: "", comesTo: 404),
            try await exchange(.post, .campaign, "/webhooks/twilio/status", headers: Self.form, body: "MessageSid=SM1", comesTo: 401),
            try await exchange(.post, .campaign, "/webhooks/twilio/inbound", headers: Self.form, body: "MessageSid=SM1", comesTo: 401),
            try await exchange(.post, .billingWebhook, "/webhooks/recurrente", body: "{}", comesTo: 401),
            try await exchange(.get, .billingWebhook, shop, at: "/checkout/no-such-site", headers: person, comesTo: 404),
            try await exchange(.get, .billingWebhook, shop, at: "/checkout/\(site.slug)", headers: [("User-Agent", "bot")], comesTo: 200),
            try await exchange(.get, .billingWebhook, shop, at: "/checkout/\(site.slug)", headers: person, comesTo: 303),
            try await exchange(.get, .billingWebhook, shop + "/thanks", at: "/checkout/x/thanks", comesTo: 200),
            try await exchange(.get, .billingWebhook, shop + "/cancelled", at: "/checkout/x/cancelled", comesTo: 200),
        ]
    }

    fileprivate func consoleExchanges() async throws -> [Exchange] {
        let token = try await Staff.add("openapi", .manager, to: self).token
        let (tasks, done, off) = ("/api/v1/crm/tasks", "/{lead_id}/{rule}/complete", "/{lead_id}/{rule}/dismiss")
        let one = "/\(EventID.make())/no_such_rule/"
        return [
            try await exchange(.get, .console, tasks, key: token, comesTo: 200),
            try await exchange(.get, .console, tasks, comesTo: 401),
            try await exchange(.get, .console, tasks, at: tasks + "?limit=0", key: token, comesTo: 422),
            try await exchange(.post, .console, tasks + done, at: tasks + one + "complete", key: token, comesTo: 404),
            try await exchange(.post, .console, tasks + done, at: tasks + one + "complete", key: token, body: "[]", comesTo: 400),
            try await exchange(.post, .console, tasks + off, at: tasks + one + "dismiss", key: token, body: "{}", comesTo: 400),
            try await exchange(.get, .console, "/", comesTo: 303),
            try await exchange(.get, .console, "/sign-in", comesTo: 200),
            try await exchange(.post, .console, "/sign-in", headers: [("Sec-Fetch-Site", "cross-site")], body: "", comesTo: 403),
            try await exchange(.post, .console, "/sign-out", body: "", comesTo: 303),
            try await exchange(.get, .console, "/tasks", comesTo: 303),
            try await exchange(.post, .console, "/tasks" + done, at: "/tasks" + one + "complete", body: "", comesTo: 303),
            try await exchange(.get, .console, "/assets/console.css", comesTo: 200),
        ]
    }

    fileprivate func operationalExchanges() async throws -> [Exchange] {
        var exchanges: [Exchange] = []
        for service in StackPlan.services {
            for path in ["/health/live", "/health/ready", "/metrics"] {
                exchanges.append(try await exchange(.get, service, path, comesTo: 200))
            }
        }
        return exchanges
    }
}
