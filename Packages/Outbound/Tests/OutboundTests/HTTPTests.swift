import Foundation
import Outbound
import Testing

@Suite("HTTP requests", .timeLimit(.minutes(1)))
struct HTTPTests {
    @Test func `method, headers and body arrive as they were given`() async throws {
        let http = try await HTTPTestServer.start()
        for method in [OutboundRequest.Method.post, .put, .patch, .delete] {
            let body = "{\"text\":\"ñ \(method.rawValue)\"}"
            let echo = try await http.send(method, "/echo?q=a%20b") {
                $0.headers = [("Content-Type", "application/json"), ("X-Nothing", ""), ("X-Blank", " "), ("X-Text", "a: b; c")]
                $0.body = Data(body.utf8)
            }.echo()
            #expect(echo.method == method.rawValue)
            #expect(echo.target == "/echo?q=a%20b")
            #expect(echo.body == body)
            #expect(echo.header("content-type") == "application/json")
            #expect(echo.header("x-nothing") == "" && echo.header("x-blank") == "")
            #expect(echo.header("x-text") == "a: b; c")
            #expect(echo.header("user-agent") == "Plumbline")
            #expect(echo.header("expect") == nil)
        }
        let bare = try await http.send(.get, "/echo").echo()
        #expect(bare.method == "GET" && bare.header("content-type") == nil && bare.header("content-length") == nil)
        let empty = try await http.send(.post, "/echo").echo()
        #expect(empty.header("content-length") == "0" && empty.header("content-type") == nil)
        let big = try await http.send(.post, "/echo") { $0.body = Data(repeating: 97, count: 3 << 20) }.echo()
        #expect(big.body.utf8.count == 3 << 20 && big.header("expect") == nil)
    }

    @Test func `response headers are found without regard to case, repeated ones all`() async throws {
        let response = try await HTTPTestServer.start().send(.get, "/echo")
        #expect(response.status == 200)
        #expect(response.headers.values(of: "SET-COOKIE") == ["a=1", "b=2"])
        #expect(response.headers["x-empty"] == "")
        #expect(response.headers["absent"] == nil)
    }

    @Test func `an error status is a response, and HEAD has no body`() async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.post, "/status/500").status == 500)
        #expect(try await http.send(.get, "/status/404").status == 404)
        let head = try await http.send(.head, "/big/1000")
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "1000")
    }

    @Test func `basic authentication is sent when it is asked for`() async throws {
        let http = try await HTTPTestServer.start()
        let echo = try await http.send(.get, "/echo") { $0.authentication = .basic(user: "AC1", password: "sécret:1") }.echo()
        #expect(echo.header("authorization") == "Basic " + Data("AC1:sécret:1".utf8).base64EncodedString())
    }

    @Test func `redirects are followed only when asked`() async throws {
        let http = try await HTTPTestServer.start()
        #expect(try await http.send(.get, "/redirect/echo").status == 302)
        #expect(try await http.send(.get, "/redirect/echo") { $0.followRedirects = true }.echo().target == "/echo")
        let error = await #expect(throws: OutboundError.self) {
            try await http.send(.post, "/redirect/echo") { $0.followRedirects = true }
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `no redirect leads from https to http`() async throws {
        let authority = try LocalAuthority.shared.get()
        let plain = try await HTTPTestServer.start()
        let secure = try await HTTPTestServer.start(OutboundConfiguration(caFile: authority.caFile), tls: authority)
        let error = await #expect(throws: OutboundError.self) {
            try await secure.send(.get, "/redirect-to?\(plain.base)/echo") {
                $0.followRedirects = true
                $0.retry = .never
            }
        }
        #expect(error?.code == .badReply)
        #expect(try await plain.stats().requests == 1, "which is the one that asks")
    }

    @Test func `a body that stops on its way has timed out`() async throws {
        let http = try await HTTPTestServer.start(OutboundConfiguration(stallTimeout: .seconds(1)))
        let error = await #expect(throws: OutboundError.self) { try await http.send(.get, "/stall") { $0.retry = .never } }
        #expect(error?.code == .timeout && error?.maybeDelivered == true)
    }

    @Test func `no secret is in what a request, a server or an error says of itself`() async throws {
        var texts: [String] = []
        func add(_ value: Any) {
            var dumped = ""
            dump(value, to: &dumped)
            texts += ["\(value)", String(reflecting: value), dumped]
        }
        let ways: [OutboundRequest.Authentication] = [
            .basic(user: "u", password: "SECRET"),
            .awsSigV4(accessKey: "SECRET", secret: "SECRET", region: "r", service: "s", sessionToken: "SECRET"),
        ]
        for authentication in ways {
            let request = OutboundRequest(
                .get,
                "http://127.0.0.1:1/SECRET?a=SECRET",
                headers: [("X-Secret-Key", "SECRET")],
                body: Data("SECRET".utf8),
                authentication: authentication,
                retry: .never
            )
            let error = await #expect(throws: OutboundError.self) { try await OutboundClient().send(request) }
            add(request)
            add(authentication)
            add(try #require(error))
        }
        let server = SMTPServer(url: "smtp://127.0.0.1:1", user: "SECRET", password: "SECRET", startTLS: .none, retry: .never)
        let error = await #expect(throws: OutboundError.self) { try await OutboundClient().send(.sample(), through: server) }
        add(server)
        add(try #require(error))
        #expect(texts.allSatisfy { !$0.contains("SECRET") && !$0.isEmpty })
    }

    @Test(arguments: ["/big/1001", "/endless"])
    func `a response bigger than allowed ends the transfer`(path: String) async throws {
        let http = try await HTTPTestServer.start()
        let error = await #expect(throws: OutboundError.self) { try await http.send(.get, path) { $0.maximumResponseBytes = 1000 } }
        #expect(error?.code == .tooLarge)
        #expect(try await http.send(.get, "/big/1000") { $0.maximumResponseBytes = 1000 }.body.count == 1000)
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-Evil: 1"), ("X-A", "b\nc"), ("X-A", "b\0c"), ("X A", "b"), ("", "b"), ("X-A:", "b"), ("X\r\nY", "b"),
        ("Content-Length", "0"), ("transfer-encoding", "chunked"),
    ])
    func `no header value can begin another header`(name: String, value: String) async throws {
        let error = await #expect(throws: OutboundError.self) {
            try await OutboundClient().send(OutboundRequest(.get, "http://127.0.0.1:1/", headers: [(name, value)]))
        }
        #expect(error?.code == .invalidRequest && error?.maybeDelivered == false)
    }

    @Test(arguments: [
        "", "/path", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://user:pass@127.0.0.1/", "http://a b/", "gopher://x",
    ])
    func `only absolute http addresses without credentials are taken`(url: String) async throws {
        let error = await #expect(throws: OutboundError.self) { try await OutboundClient().send(OutboundRequest(.get, url)) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `TLS is verified against the authorities given`() async throws {
        let authority = try LocalAuthority.shared.get()
        let trusting = try await HTTPTestServer.start(OutboundConfiguration(caFile: authority.caFile), tls: authority)
        #expect(try await trusting.send(.get, "/echo").status == 200)

        let distrusting = OutboundClient()
        let error = await #expect(throws: OutboundError.self) {
            try await distrusting.send(OutboundRequest(.post, trusting.base + "/echo"))
        }
        #expect(error?.code == .tls && error?.maybeDelivered == false)
    }

    @Test func `a certificate for another host is none`() async throws {
        let authority = try LocalAuthority.shared.get()
        let server = try await PythonServer.start("http_server.py", [authority.otherCertificate, authority.key])
        let client = OutboundClient(OutboundConfiguration(caFile: authority.caFile))
        let error = await #expect(throws: OutboundError.self) {
            try await client.send(OutboundRequest(.post, "https://127.0.0.1:\(server.port)/echo"))
        }
        #expect(error?.code == .tls && error?.maybeDelivered == false)
    }
}
