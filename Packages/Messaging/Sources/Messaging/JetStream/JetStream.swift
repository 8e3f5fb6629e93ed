import Foundation

/// The JetStream API over plain request/reply: nothing blocks, and one inbox serves all answers.
/// <https://docs.nats.io/reference/reference-protocols/nats_api_reference>
public struct JetStream: Sendable {
    public let client: NATSClient
    /// How long one call of the API may take.
    public var timeout: Duration = .seconds(5)

    public init(_ client: NATSClient, timeout: Duration = .seconds(5)) {
        self.client = client
        self.timeout = timeout
    }

    /// - Throws: ``NATSError/Code/refused`` with the API's `err_code`; `noResponders` when JetStream is not there (yet).
    func call(_ function: String, _ body: Data = Data()) async throws -> Data {
        let answer = try await client.request("$JS.API.\(function)", payload: body, timeout: timeout)
        try Self.throwRefusal(in: answer.payload, of: function)
        return answer.payload
    }

    static func throwRefusal(in payload: Data, of function: String) throws {
        struct Refusal: Decodable {
            struct Reason: Decodable {
                var code: Int?
                var errorCode: Int?
                var description: String?

                enum CodingKeys: String, CodingKey {
                    case code
                    case errorCode = "err_code"
                    case description
                }
            }
            var error: Reason?
        }
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: payload) else {
            throw NATSError(.invalidReply, "\(function) answered with something else than JSON")
        }
        guard let reason = refusal.error else { return }
        throw NATSError(
            .refused,
            "\(function): \(reason.description ?? "refused")",
            jetStreamCode: reason.errorCode ?? reason.code
        )
    }
}

/// JetStream's `err_code`s that we act on.
/// <https://github.com/nats-io/nats-server/blob/main/server/errors.json>
package enum JetStreamCode {
    package static let messageNotFound = 10037
    package static let streamNameInUse = 10058
    package static let streamNotFound = 10059
    package static let consumerNotFound = 10014
    package static let wrongLastMessageID = 10070
    package static let wrongLastSequence = 10071
}
