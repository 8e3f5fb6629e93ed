import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite("POST /webhooks/recurrente", .timeLimit(.minutes(1)))
struct WebhookTests {
    private let path = "/webhooks/recurrente"
    private let body = Data(#"{"event_type":"intent.paid","id":"in_1"}"#.utf8)

    @Test func `a signed delivery is stored byte for byte and answered 200, a repeat of it as well`() async throws {
        let billing = try await Billing()
        // Neither the blanks nor the order would survive a decoder.
        let body = Data("{ \"event_type\" : \"intent.paid\",\n \"é\":1 }".utf8)
        try await billing.app.test(.router) { client in
            for _ in 0..<3 {
                let response = try await client.post(path, body, signed(body, id: "msg_1"))
                #expect(response.status == .ok)
            }
        }
        let rows = try await billing.database.rows("SELECT delivery_id, body, state FROM webhook_deliveries")
        #expect(rows.count == 1)
        #expect(try rows.first?.decode("body", as: Data.self) == body)
        #expect(try rows.first?.decode("delivery_id", as: String.self) == "msg_1")
        await billing.close()
    }

    @Test func `what isn't signed by the provider is 401 and leaves nothing`() async throws {
        let billing = try await Billing()
        let good = try signed(body)
        var tampered = body
        tampered[tampered.count - 2] = UInt8(ascii: "2")
        let name = try #require(HTTPField.Name("svix-signature"))
        var cut = good
        cut[name] = "v1,"
        var missing = good
        missing[name] = nil
        let forged = try [
            (body, HTTPFields()), (body, missing), (body, cut), (tampered, good),
            (body, signed(body, secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")),
            (body, signed(body, at: Date() - 301)), (body, signed(body, at: Date() + 3_600)), (Data(), good),
        ]
        try await billing.app.test(.router) { client in
            for (body, headers) in forged {
                let response = try await client.post(path, body, headers)
                #expect(response.status == .unauthorized)
                #expect(response.headers[.contentType] == "application/problem+json")
            }
        }
        #expect(try await billing.count("SELECT FROM webhook_deliveries") == 0)
        await billing.close()
    }

    @Test func `each of several secrets is good, so that they can be changed`() async throws {
        let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
        let billing = try await Billing(["RECURRENTE_WEBHOOK_SECRETS": "\(webhookSecret), \(other)"])
        try await billing.app.test(.router) { client in
            for secret in [other, webhookSecret] {
                let response = try await client.post(path, body, signed(body, secret: secret))
                #expect(response.status == .ok)
            }
        }
        await billing.close()
    }

    @Test func `without a secret nothing is accepted: 503`() async throws {
        let billing = try await Billing(["RECURRENTE_WEBHOOK_SECRETS": ""])
        try await billing.app.test(.router) { client in
            let response = try await client.post(path, body, signed(body))
            #expect(response.status == .serviceUnavailable)
        }
        #expect(try await billing.count("SELECT FROM webhook_deliveries") == 0)
        await billing.close()
    }

    @Test func `ten megabytes are refused, even when they are signed`() async throws {
        let billing = try await Billing()
        let large = Data(repeating: UInt8(ascii: " "), count: 10 << 20)
        try await billing.app.test(.live) { client in
            let response = try await client.post(path, large, signed(large))
            #expect(response.status == .contentTooLarge)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try await client.post(path, body, signed(body)).status == .ok)
        }
        #expect(try await billing.count("SELECT FROM webhook_deliveries") == 1)
        await billing.close()
    }

    @Test func `when it can't be stored it is 503, so that the provider sends it again`() async throws {
        let billing = try await Billing()
        try await billing.database.execute("ALTER TABLE webhook_deliveries RENAME TO gone")
        try await billing.app.test(.router) { client in
            let response = try await client.post(path, body, signed(body))
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] != nil)
        }
        await billing.close()
    }

    @Test func `a flood of one delivery at once is one row`() async throws {
        let billing = try await Billing()
        let headers = try signed(body, id: "msg_1")
        try await billing.app.test(.router) { client in
            let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for _ in 0..<20 { group.addTask { try await client.post(path, body, headers).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == .ok })
        }
        #expect(try await billing.count("SELECT FROM webhook_deliveries") == 1)
        await billing.close()
    }
}

extension TestClientProtocol {
    func post(_ path: String, _ body: Data, _ headers: HTTPFields) async throws -> TestResponse {
        try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: body))
    }
}
