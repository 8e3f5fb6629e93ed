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

    /// What it answered instead of a checkout; nothing of the keys is in it.
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
        var headers = [(name: "Content-Type", value: "application/json"), (name: "X-SECRET-KEY", value: access.secretKey)]
        if let publicKey = access.publicKey { headers.append((name: "X-PUBLIC-KEY", value: publicKey)) }
        let response = try await outbound.send(
            OutboundRequest(
                .post,
                "\(access.url)/checkouts",
                headers: headers,
                body: try WireJSON.encode(checkout),
                timeout: .seconds(8),
                retry: RetryPolicy(.undelivered, maximumAttempts: 2),
                maximumResponseBytes: 256 * 1024
            )
        )
        guard response.isSuccess else {
            throw Refused(status: response.status, body: String(decoding: response.body.prefix(500), as: UTF8.self))
        }
        let answer = try WireJSON.decode(RecurrenteCheckoutAnswer.self, from: response.body)
        guard answer.leadsToAPage else { throw Refused(status: response.status, body: "checkout_url is no web address") }
        return answer
    }
}
