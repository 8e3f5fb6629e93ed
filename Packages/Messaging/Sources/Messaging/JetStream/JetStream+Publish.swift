import Contracts
public import Foundation

/// The server has it, on disk as its stream demands.
public struct PublishAck: Decodable, Hashable, Sendable {
    public var stream: String
    public var sequence: UInt64
    /// It was there already, within the stream's duplicate window.
    public var isDuplicate: Bool

    enum CodingKeys: String, CodingKey {
        case stream
        case sequence = "seq"
        case isDuplicate = "duplicate"
        case error
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // A refusal names its stream too, and the sequence 0.
        guard !container.contains(.error) else {
            throw DecodingError.dataCorruptedError(forKey: .error, in: container, debugDescription: "it was refused")
        }
        stream = try container.decode(String.self, forKey: .stream)
        sequence = try container.decode(UInt64.self, forKey: .sequence)
        isDuplicate = try container.decodeIfPresent(Bool.self, forKey: .isDuplicate) ?? false
    }
}

/// A publish that is on its way.
public struct PendingPublish: Sendable {
    let reply: PendingReply

    /// - Throws: ``NATSError``: `refused` with its JetStream code; `noResponders` when no stream listens;
    ///   `timeout` and `disconnected`, after which it may be in the stream or not.
    public func ack() async throws -> PublishAck {
        let payload = try await reply.value().payload
        // Nearly always an ack: what isn't is looked at again.
        if let ack = try? WireJSON.decode(PublishAck.self, from: payload) { return ack }
        try JetStream.throwRefusal(in: payload, of: "publish")
        throw NATSError(.invalidReply, "what answered is no JetStream stream")
    }
}

extension JetStream {
    /// Publishes into the stream that listens on `subject`, and waits for its ack. With a `messageID` (`Nats-Msg-Id`), a second one with
    /// the same id is acked as a duplicate. Throws as ``PendingPublish/ack()``.
    public func publish(
        _ subject: String,
        headers: NATSHeaders = [:],
        payload: Data,
        messageID: String? = nil
    ) async throws -> PublishAck {
        try await beginPublish(subject, headers: headers, payload: payload, messageID: messageID).ack()
    }

    /// Publishes in the order of the calls; the acks are waited for later. What is to stand behind a certain message can say so: otherwise
    /// the server refuses it. A duplicate is acked before that is looked at.
    public func beginPublish(
        _ subject: String,
        headers: NATSHeaders = [:],
        payload: Data,
        messageID: String? = nil,
        behind place: PublishPlace? = nil
    ) -> PendingPublish {
        let headers = Letter(subject: subject, headers: headers, payload: payload, messageID: messageID, place: place).allHeaders
        return PendingPublish(reply: client.beginRequest(subject, headers: headers, payload: payload, timeout: timeout))
    }

    /// Publishes many, in their order; `nil` for those that want no ack.
    func beginPublish(_ letters: [Letter]) -> [PendingPublish?] {
        let requests = letters.map {
            Request(subject: $0.subject, headers: $0.allHeaders, payload: $0.payload, wantsAnswer: $0.wantsAck)
        }
        return client.beginRequests(requests, timeout: timeout).map { $0.map(PendingPublish.init) }
    }
}

/// The stream's last message at the time of a publish.
public enum PublishPlace: Hashable, Sendable {
    /// The server refuses with 10071 when another is the last.
    case sequence(UInt64)
    /// The server refuses with 10070 when another is the last. After a restart it knows ids only from within the duplicate window.
    case messageID(String)
}

/// A message to be published, perhaps behind a certain one.
struct Letter: Sendable {
    var subject: String
    var headers: NATSHeaders
    var payload: Data
    var messageID: String?
    var place: PublishPlace?
    var wantsAck = true

    fileprivate var allHeaders: NATSHeaders {
        var headers = headers
        if let messageID { headers["Nats-Msg-Id"] = messageID }
        switch place {
        case .sequence(let sequence): headers["Nats-Expected-Last-Sequence"] = String(sequence)
        case .messageID(let id): headers["Nats-Expected-Last-Msg-Id"] = id
        case nil: break
        }
        return headers
    }
}
