import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServiceKit
import Testing
import WebhookSignatures

@testable import CampaignService

// What comes in over HTTP.
extension Stage {
    var tokens: LinkTokens {
        get throws { try #require(LinkTokens(secrets: ["the secret of all tests"])) }
    }

    static let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"

    func request(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [.userAgent: browser],
        body: String? = nil
    ) async throws -> TestResponse {
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        service.addRoutes(to: router)
        return try await Application(router: router, logger: .quiet).test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    /// Calls a webhook as Twilio does.
    func twilioCalls(_ path: String, _ form: [(String, String)], signed: Bool = true) async throws -> TestResponse {
        let body = Form.encode(form.map { (name: $0.0, value: $0.1) })
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let name = try #require(HTTPField.Name("X-Twilio-Signature"))
        headers[name] = signed ? try TwilioSigner(authToken: Self.authToken).sign(url: Self.publicURL + path, formBody: body) : nil
        return try await request(.post, path, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    func twilioTells(_ status: String, of message: MessageID, sid: String, error: Int? = nil) async throws -> TestResponse {
        var form = [("MessageSid", sid), ("MessageStatus", status), ("To", "+15125550000"), ("AccountSid", "AC1")]
        if let error { form.append(("ErrorCode", "\(error)")) }
        return try await twilioCalls("/webhooks/twilio/status?message=\(message)", form)
    }

    func texts(_ body: String, from number: String, sid: String = "SM\(UUID().uuidString)") async throws -> TestResponse {
        try await twilioCalls(
            "/webhooks/twilio/inbound",
            [("MessageSid", sid), ("From", number), ("To", "+15005550006"), ("Body", body), ("NumMedia", "0")]
        )
    }
}
