import Foundation
import Outbound
import Testing

@Suite("AWS Signature Version 4 agrees with botocore", .timeLimit(.minutes(1)))
struct SigV4Tests {
    struct Case {
        var method = OutboundRequest.Method.get
        var path: String
        var body: String?
        var token: String?
        var service = "ses"
    }

    /// SHA-256 of the bodies that go to S3.
    static let hashes = [
        "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "<p>": "33f2799467177287a29260780a107ac98ea63dd6165f67fcc0d74767d0a82090",
        "<p>ñ": "1e7b145c8cfe58a5d8d77aa94afd4b76d1186abf3717ce5656563528f30e9d64",
    ]

    // One test for all, since each question to botocore takes a second to import it.
    static let cases = [
        Case(method: .post, path: "/v2/email/outbound-emails", body: "{\"Subject\":\"ñ\"}"),
        Case(method: .post, path: "/v2/email/outbound-emails", body: "{}", token: "session/token+=="),
        Case(method: .put, path: "/v2/email/identities/x", body: ""),
        Case(method: .post, path: "/", body: String(repeating: "long ", count: 300_000)),
        Case(path: "/v2/email/account"),
        Case(path: "/v2/email/suppression/addresses?PageSize=10&Reasons=BOUNCE"),
        Case(path: "/v2/email/suppression/addresses?StartDate=1&Reason=BOUNCE&Reason=ALL&NextToken=a%2Fb/c:d&Bare"),
        Case(path: "?b=1&a=%C3%B1"),
        Case(method: .delete, path: "/v2/email/suppression/addresses/a%40example.org"),
        Case(method: .delete, path: "/v2/email/suppression/addresses/a+b@example.org/"),
        Case(method: .put, path: "/bucket/sites/cedar-plumbing/index.html", body: "<p>ñ", service: "s3"),
        Case(method: .put, path: "/bucket/sites/cedar-plumbing/index.html", body: "<p>", token: "session/token+==", service: "s3"),
        Case(method: .put, path: "/bucket/a%20b%2Bc/caf%C3%A9", body: "", service: "s3"),
        Case(method: .delete, path: "/bucket/sites/cedar-plumbing/index.html", service: "s3"),
        Case(path: "/bucket?list-type=2&prefix=sites%2F", service: "s3"),
    ]

    @Test func `the same request at the same time has the same signature`() async throws {
        let http = try await HTTPTestServer.start()
        var requests: [[String: Any]] = []
        var sent: [String] = []
        for sample in Self.cases {
            let echo = try await http.send(sample.method, "/echo" + sample.path) {
                $0.headers = [("Content-Type", "application/json"), ("X-Note", "two  blanks")]
                $0.body = sample.body.map { Data($0.utf8) }
                if sample.service == "s3" { $0.headers.append(("x-amz-content-sha256", Self.hashes[sample.body ?? ""] ?? "")) }
                $0.authentication = .awsSigV4(
                    accessKey: "AKIDEXAMPLE",
                    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                    region: "us-east-1",
                    service: sample.service,
                    sessionToken: sample.token
                )
            }.echo()
            #expect(echo.target.hasPrefix("/echo" + sample.path.prefix { $0 != "?" }), "the path is sent as it was given")

            let authorization = try #require(echo.header("authorization"))
            sent.append(authorization)
            let list = try #require(authorization.firstMatch(of: /SignedHeaders=([^,]+)/)).output.1
            let names = list.split(separator: ";").map(String.init)
            #expect(names.contains("host") && names.contains("x-amz-date"))
            #expect((sample.token == nil) != names.contains("x-amz-security-token"))
            var headers: [String: String] = [:]
            for name in names where name != "x-amz-security-token" {
                headers[name == "x-amz-date" ? "X-Amz-Date" : name] = echo.header(name)
            }
            var request: [String: Any] = [
                "method": sample.method.rawValue, "url": http.base + echo.target, "headers": headers, "body": echo.body,
                "access_key": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "region": "us-east-1",
                "service": sample.service,
            ]
            if let token = sample.token { request["session_token"] = token }
            requests.append(request)
        }
        let answers = try #require(try await PythonPeer.ask("sigv4.py", requests) as? [String])
        #expect(answers.count == sent.count)
        for (index, (answer, sent)) in zip(answers, sent).enumerated() {
            #expect(answer == sent, "\(Self.cases[index].method.rawValue) \(Self.cases[index].path)")
        }
    }

    @Test func `a body without a type has one that is signed`() async throws {
        let http = try await HTTPTestServer.start()
        let echo = try await http.send(.post, "/echo") {
            $0.body = Data("x".utf8)
            $0.authentication = .awsSigV4(accessKey: "A", secret: "B", region: "us-east-1", service: "ses")
        }.echo()
        #expect(echo.header("content-type") == "application/octet-stream")
        #expect(echo.header("authorization")?.contains("SignedHeaders=content-type;host;x-amz-date") == true)
    }

    @Test func `what libcurl can't sign rightly is refused`() async throws {
        func refused(_ change: (inout OutboundRequest) -> Void) async throws {
            var request = OutboundRequest(.get, "http://127.0.0.1:1/")
            request.authentication = .awsSigV4(accessKey: "A", secret: "B", region: "us-east-1", service: "ses")
            change(&request)
            let error = await #expect(throws: OutboundError.self) { try await OutboundClient().send(request) }
            #expect(error?.code == .invalidRequest)
        }
        try await refused { $0.headers = [("X-Empty", "")] }
        try await refused { $0.followRedirects = true }
        try await refused { $0.url = "http://127.0.0.1:1/a//b" }
        try await refused { $0.url = "http://127.0.0.1:1/a/../b" }
        // Without the hash of its body, S3 would refuse it.
        try await refused { $0.authentication = .awsSigV4(accessKey: "A", secret: "B", region: "us-east-1", service: "s3") }
        for (region, service) in [("us:east", "ses"), ("", "ses"), ("us-east-1", ""), ("us-east-1", "s e s")] {
            try await refused { $0.authentication = .awsSigV4(accessKey: "A", secret: "B", region: region, service: service) }
        }
    }
}
