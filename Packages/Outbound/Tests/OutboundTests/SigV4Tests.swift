import Foundation
import Outbound
import Testing

@Suite("AWS Signature Version 4 agrees with botocore", .timeLimit(.minutes(1)))
struct SigV4Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method: OutboundRequest.Method
        var path: String
        var body: String?
        var token: String?
        var testDescription: String { "\(method.rawValue) \(path)\(token == nil ? "" : " with a session token")" }
    }

    @Test(arguments: [
        Case(method: .post, path: "/v2/email/outbound-emails", body: "{\"Subject\":\"ñ\"}"),
        Case(method: .post, path: "/v2/email/outbound-emails", body: "{}", token: "session/token+=="),
        Case(method: .get, path: "/v2/email/account"),
        Case(method: .get, path: "/v2/email/suppression/addresses?PageSize=10&Reasons=BOUNCE"),
        Case(method: .delete, path: "/v2/email/suppression/addresses/a"),
        Case(method: .put, path: "/v2/email/identities/x", body: ""),
    ])
    func `the same request at the same time has the same signature`(sample: Case) async throws {
        let http = try await HTTPTestServer.start()
        let echo = try await http.send(sample.method, "/echo" + sample.path) {
            $0.headers = [("Content-Type", "application/json")]
            $0.body = sample.body.map { Data($0.utf8) }
            $0.authentication = .awsSigV4(
                accessKey: "AKIDEXAMPLE",
                secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                region: "us-east-1",
                service: "ses",
                sessionToken: sample.token
            )
        }.echo()

        let sent = try #require(echo.header("authorization"))
        let signedNames = try #require(sent.firstMatch(of: /SignedHeaders=([^,]+)/)).output.1.split(separator: ";").map(String.init)
        #expect(signedNames.contains("host") && signedNames.contains("x-amz-date"))
        #expect((sample.token == nil) != signedNames.contains("x-amz-security-token"))
        var headers: [String: String] = [:]
        for name in signedNames where name != "x-amz-security-token" {
            headers[name == "x-amz-date" ? "X-Amz-Date" : name] = echo.header(name)
        }
        var request: [String: Any] = [
            "method": sample.method.rawValue, "url": http.base + echo.target, "headers": headers, "body": echo.body,
            "access_key": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "region": "us-east-1", "service": "ses",
        ]
        if let token = sample.token { request["session_token"] = token }
        let answers = try await PythonPeer.ask("sigv4.py", [request])
        #expect((answers as? [String])?.first == sent)
    }
}
