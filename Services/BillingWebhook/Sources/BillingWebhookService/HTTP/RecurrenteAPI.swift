import Contracts
import Foundation
import Outbound

/// Recurrente's API, as far as we call it.
struct RecurrenteAPI: Sendable {
    struct Access: Sendable, CustomStringConvertible {
        /// With `/api` at its end, as the documentation has it.
        var url: String
        var publicKey: String?
        var secretKey: String
        /// Without the keys: whatever holds this may be printed.
        var description: String { "Recurrente at \(url)" }
    }

    /// What it answered instead of what was asked for; nothing of the keys is in it.
    struct Refused: Error, CustomStringConvertible {
        var status: Int
        var body: String
        var description: String { "Recurrente answered \(status): \(body)" }
    }

    let access: Access
    let outbound: OutboundClient

    /// Makes a checkout at the provider.
    ///
    /// Never repeated when it may have arrived: there is no idempotency key, and a second checkout would be a second bill.
    func create(_ checkout: RecurrenteCheckoutRequest) async throws -> RecurrenteCheckoutAnswer {
        let response = try await send(.post, "checkouts", body: try WireJSON.encode(checkout))
        guard response.isSuccess else { throw Refused(response) }
        let answer = try WireJSON.decode(RecurrenteCheckoutAnswer.self, from: response.body)
        guard answer.leadsToAPage else { throw Refused(status: response.status, body: "checkout_url is no web address") }
        return answer
    }
    /// Ends a subscription at the provider, which then tells of it by a notice. One that is over already is fine.
    func cancel(subscription id: String) async throws {
        // A predecessor's may be anything; what can be no id of theirs is not made a path of.
        guard id.wholeMatch(of: /[A-Za-z0-9_-]{1,100}/) != nil else { throw Refused(status: 404, body: "not asked: the id is none") }
        // What may have arrived is not sent once more: only what it says afterwards counts.
        let response = try await send(.delete, "subscriptions/\(id)")
        if response.isSuccess { return }
        let standing = try await send(.get, "subscriptions/\(id)")
        let status = try? WireJSON.decode(RecurrenteSubscription.self, from: standing.body).status
        guard standing.isSuccess, ["cancelled", "canceled"].contains(status) else { throw Refused(response) }
    }

    private func send(_ method: OutboundRequest.Method, _ path: String, body: Data? = nil) async throws -> OutboundResponse {
        var headers = [(name: "X-SECRET-KEY", value: access.secretKey)]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        if let publicKey = access.publicKey { headers.append((name: "X-PUBLIC-KEY", value: publicKey)) }
        return try await outbound.send(
            OutboundRequest(
                method,
                "\(access.url)/\(path)",
                headers: headers,
                body: body,
                timeout: .seconds(8),
                retry: RetryPolicy(.undelivered, maximumAttempts: 2),
                maximumResponseBytes: 256 * 1024
            )
        )
    }
}

extension RecurrenteAPI.Refused {
    fileprivate init(_ response: OutboundResponse) {
        self.init(status: response.status, body: String(decoding: response.body.prefix(500), as: UTF8.self))
    }
}

/// `GET /subscriptions/{id}`, as far as we read it: active, paused, past_due, cancelled or unable_to_start.
private struct RecurrenteSubscription: Decodable {
    var status: String
}
