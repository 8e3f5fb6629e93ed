import ConsoleService
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite("Signing in", .timeLimit(.minutes(1)))
struct SignInTests {
    private func signIn(
        _ client: any TestClientProtocol,
        _ email: String,
        _ password: String,
        next: String = "/tasks",
        _ headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await client.post("/sign-in", headers, ByteBuffer(form: ["email": email, "password": password, "next": next]))
    }

    private func cookie(_ response: TestResponse) throws -> HTTPFields {
        let pair = try #require(response.headers[.setCookie]?.split(separator: ";").first)
        return [.cookie: String(pair)]
    }

    @Test func `the right password gives a session, and leads back to where one was`() async throws {
        try await Bench.serving { bench, client in
            _ = try await bench.account("ann", .agent)
            let asked = try await client.get("/tasks?state=completed")
            #expect(asked.status == .seeOther && asked.headers[.location] == "/sign-in?next=%2Ftasks%3Fstate%3Dcompleted")
            let response = try await signIn(client, "Ann@Example.com", "ann's long password", next: "/tasks?state=completed")
            #expect(response.status == .seeOther && response.headers[.location] == "/tasks?state=completed")
            let set = try #require(response.headers[.setCookie])
            #expect(set.hasPrefix("plumbline=") && set.hasSuffix("; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"))
            let page = try await client.get("/tasks", try cookie(response))
            #expect(page.status == .ok && page.text.contains("Ann (agent)"))
            #expect(try await client.get("/").headers[.location] == "/tasks")
            #expect(try await client.get("/sign-in?next=/tasks", try cookie(response)).status == .seeOther)
            #expect(
                try await signIn(client, "ann@example.com", "ann's long password", next: "//evil.example").headers[.location] == "/tasks"
            )
        }
    }

    @Test func `where the site has https, the cookie is no other host's and never travels in the clear`() async throws {
        try await Bench.serving(["PUBLIC_URL": "https://crm.example"]) { bench, client in
            _ = try await bench.account("ann")
            let response = try await signIn(client, "ann@example.com", "ann's long password")
            let set = try #require(response.headers[.setCookie])
            #expect(set.hasPrefix("__Host-plumbline=") && set.contains("; Path=/;") && set.hasSuffix("; Secure") && !set.contains("Domain"))
            #expect(try await client.get("/tasks", try cookie(response)).status == .ok)
        }
    }

    @Test func `a wrong password, an unknown address and a disabled account are answered alike`() async throws {
        try await Bench.serving { bench, client in
            _ = try await bench.account("ann")
            _ = try await bench.account("bob")
            #expect(try await bench.database.setDisabled(Date(), ofEmail: "bob@example.com"))
            for (email, password) in [
                ("ann@example.com", "not ann's password"), ("eve@example.com", "ann's long password"),
                ("bob@example.com", "bob's long password"), ("ann@example.com", ""), ("ann@example.com\u{0}", "x"),
            ] {
                let response = try await signIn(client, email, password)
                #expect(response.status == .unauthorized && response.headers[.setCookie] == nil, "\(email)")
                #expect(response.text.contains("The e-mail address or the password is not right."), "\(email)")
            }
        }
    }

    @Test func `after ten tries an account must wait, at every instance and with the right password too`() async throws {
        try await Bench.serving { bench, client in
            _ = try await bench.account("ann")
            _ = try await bench.account("bob")
            // All at once: each is counted before its password is looked at.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    group.addTask { _ = try await self.signIn(client, "ann@example.com", "a wrong password \(number)") }
                }
                try await group.waitForAll()
            }
            let other = try await Bench(databaseURL: bench.databaseURL)
            try await other.app.test(.router) { client in
                let response = try await signIn(client, "ann@example.com", "ann's long password")
                #expect(response.status == .tooManyRequests && response.headers[.setCookie] == nil)
                let seconds = try #require(response.headers[.retryAfter].flatMap { Int($0) })
                #expect((1...900).contains(seconds) && response.text.contains("tried too often"))
                #expect(try await signIn(client, "bob@example.com", "bob's long password").status == .seeOther)
            }
            await other.close()
            try await bench.database.execute("UPDATE sign_in_tries SET window_began_at = window_began_at - interval '15 minutes'")
            #expect(try await signIn(client, "ann@example.com", "ann's long password").status == .seeOther)
        }
    }

    @Test func `a good sign-in takes its try back`() async throws {
        try await Bench.serving { bench, client in
            _ = try await bench.account("ann")
            for _ in 0..<3 {
                for _ in 0..<9 { #expect(try await signIn(client, "ann@example.com", "wrong password").status == .unauthorized) }
                #expect(try await signIn(client, "ann@example.com", "ann's long password").status == .seeOther)
            }
        }
    }

    @Test func `one address can't try all accounts, whatever it says of itself`() async throws {
        try await Bench.serving(["TRUSTED_PROXIES": "127.0.0.1"]) { bench, _ in
            _ = try await bench.account("ann")
            try await bench.app.test(.live) { client in
                func tried(_ email: String, from addresses: String) async throws -> HTTPResponse.Status {
                    let headers = try HTTPFields().adding("X-Forwarded-For", addresses)
                    return try await signIn(client, email, "ann's long password", headers).status
                }
                var answers: Set<Int> = []
                for number in 0..<50 {
                    answers.insert(try await tried("nobody\(number)@example.com", from: "10.9.9.\(number), 192.0.2.1").code)
                }
                #expect(answers == [401])
                let (same, other) = (
                    try await tried("ann@example.com", from: "192.0.2.1"), try await tried("ann@example.com", from: "192.0.2.2")
                )
                #expect(same == .tooManyRequests && other == .seeOther)
            }
        }
    }

    @Test func `a session ends: idle, at its end, and when the password is set or the account disabled`() async throws {
        try await Bench.serving { bench, client in
            let idle = try await bench.session("a")
            #expect(try await client.get("/tasks", idle.cookie).status == .ok)
            try await bench.database.execute("UPDATE sessions SET last_seen_at = last_seen_at - interval '119 minutes'")
            // Being used, it is seen anew.
            #expect(try await client.get("/tasks", idle.cookie).status == .ok)
            #expect(try await bench.database.row("SELECT FROM sessions WHERE last_seen_at > now() - interval '1 minute'") != nil)
            try await bench.database.execute("UPDATE sessions SET last_seen_at = last_seen_at - interval '121 minutes'")
            #expect(try await client.get("/tasks", idle.cookie).status == .seeOther)

            let old = try await bench.session("b")
            try await bench.database.execute("UPDATE sessions SET created_at = created_at - interval '12 hours'")
            #expect(try await client.get("/tasks", old.cookie).status == .seeOther)

            let reset = try await bench.session("c")
            #expect(try await bench.database.setPassword(PasswordHash("another password", cost: .init(logN: 4)), ofEmail: "c@example.com"))
            #expect(try await client.get("/tasks", reset.cookie).status == .seeOther)

            let disabled = try await bench.session("d")
            #expect(try await bench.database.setDisabled(Date(), ofEmail: "d@example.com"))
            #expect(try await bench.database.setDisabled(nil, ofEmail: "d@example.com"))
            #expect(try await client.get("/tasks", disabled.cookie).status == .seeOther)
        }
    }

    @Test func `signing out ends the session, for who has its form`() async throws {
        try await Bench.serving { bench, client in
            let session = try await bench.session()
            #expect(try await client.post("/sign-out", session.cookie, session.form([:], withCSRF: false)).status == .forbidden)
            #expect(try await client.get("/tasks", session.cookie).status == .ok)
            let response = try await client.post("/sign-out", session.cookie, session.form([:]))
            #expect(response.status == .seeOther && response.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await client.get("/tasks", session.cookie).status == .seeOther)
        }
    }

    @Test func `another site can sign nobody in, and signing in ends the session before`() async throws {
        try await Bench.serving { bench, client in
            _ = try await bench.account("ann")
            let before = try await bench.session("bob")
            let foreign = try HTTPFields().adding("Sec-Fetch-Site", "cross-site")
            #expect(try await signIn(client, "ann@example.com", "ann's long password", foreign).status == .forbidden)
            let own = try before.cookie.adding("Sec-Fetch-Site", "same-origin")
            #expect(try await signIn(client, "ann@example.com", "ann's long password", own).status == .seeOther)
            #expect(try await client.get("/tasks", before.cookie).status == .seeOther)
        }
    }

    @Test func `pages run no script, are in nobody's frame, and are kept by nobody`() async throws {
        try await Bench.serving { _, client in
            let page = try await client.get("/sign-in")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(!page.text.contains("<script") && !page.text.contains("<style") && !page.text.contains("style="))
            let start = try #require(page.text.range(of: "/assets/console.css?v="))
            let styles = try await client.get(String(page.text[start.lowerBound...].prefix { $0 != "\"" }))
            #expect(styles.status == .ok && styles.headers[.contentType] == "text/css; charset=utf-8")
        }
    }
}
