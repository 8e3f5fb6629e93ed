public import Foundation

/// What a stream keeps, and for how long. File storage, oldest discarded first.
public struct StreamConfiguration: Sendable {
    public var name: String
    public var subjects: [String]
    /// Zero: for ever.
    public var maximumAge: Duration
    /// -1: no limit.
    public var maximumBytes: Int
    /// Within it the server refuses a second message with the same `Nats-Msg-Id`.
    public var duplicateWindow: Duration

    public init(
        name: String,
        subjects: [String],
        maximumAge: Duration = .zero,
        maximumBytes: Int = -1,
        duplicateWindow: Duration = .seconds(120)
    ) {
        self.name = name
        self.subjects = subjects
        self.maximumAge = maximumAge
        self.maximumBytes = maximumBytes
        self.duplicateWindow = duplicateWindow
    }

    var fields: [String: Any] {
        [
            "name": name,
            "subjects": subjects,
            "storage": "file",
            "retention": "limits",
            "discard": "old",
            "max_age": maximumAge.nanoseconds,
            "max_bytes": maximumBytes,
            "duplicate_window": duplicateWindow.nanoseconds,
        ]
    }
}

/// How much a stream holds.
public struct StreamState: Decodable, Hashable, Sendable {
    public var messages: Int
    public var firstSequence: UInt64
    public var lastSequence: UInt64

    enum CodingKeys: String, CodingKey {
        case messages
        case firstSequence = "first_seq"
        case lastSequence = "last_seq"
    }
}

/// What the server tells about a stream, as far as we ask.
struct StreamInfo: Decodable {
    var state: StreamState
    /// When it was made, as the server writes it: a stream of the same name that was made anew counts from 1 again.
    var created: String
}

/// A message as a stream keeps it.
public struct StoredMessage: Sendable {
    public var subject: String
    public var sequence: UInt64
    public var headers: NATSHeaders
    public var payload: Data

    /// The publisher's id, which the server refuses twice.
    public var messageID: String? { headers["Nats-Msg-Id"] }
}

extension JetStream {
    /// Makes the stream, or brings an existing one in line. What `configuration` doesn't speak of (replicas, placement, limits set by an
    /// operator) stays as it is.
    public func ensureStream(_ configuration: StreamConfiguration) async throws {
        do {
            _ = try await call("STREAM.CREATE.\(configuration.name)", try Self.json(configuration.fields))
        } catch let error as NATSError where error.jetStreamCode == JetStreamCode.streamNameInUse {
            // The server says so when the stream is there with another configuration; the same one is answered as if just made.
            let info = try await call("STREAM.INFO.\(configuration.name)")
            guard let answer = try JSONSerialization.jsonObject(with: info) as? [String: Any],
                let existing = answer["config"] as? [String: Any]
            else { throw NATSError(.invalidReply, "STREAM.INFO holds no configuration") }
            let merged = existing.merging(configuration.fields) { $1 }
            guard !(merged as NSDictionary).isEqual(to: existing) else { return }
            _ = try await call("STREAM.UPDATE.\(configuration.name)", try Self.json(merged))
        }
    }

    public func state(ofStream stream: String) async throws -> StreamState {
        try await info(ofStream: stream).state
    }

    func info(ofStream stream: String) async throws -> StreamInfo {
        try JSONDecoder().decode(StreamInfo.self, from: try await call("STREAM.INFO.\(stream)"))
    }

    /// Up to `count` of the stream's last messages, oldest first.
    public func lastMessages(of stream: String, _ count: Int) async throws -> [StoredMessage] {
        let state = try await state(ofStream: stream)
        return try await lastMessages(of: stream, state, count) { $0 }
    }

    /// What `take` keeps of the last messages of a stream whose state is known, oldest first.
    func lastMessages<Kept>(
        of stream: String,
        _ state: StreamState,
        _ count: Int,
        _ take: (StoredMessage) -> Kept
    ) async throws -> [Kept] {
        guard state.messages > 0, count > 0 else { return [] }
        let first = max(state.firstSequence, state.lastSequence > UInt64(count) ? state.lastSequence - UInt64(count) + 1 : 1)
        return try await messages(of: stream, first..<state.lastSequence + 1, take)
    }

    /// What `take` keeps of the messages with these numbers, oldest first, without those that are no longer there.
    func messages<Kept>(of stream: String, _ numbers: Range<UInt64>, _ take: (StoredMessage) -> Kept) async throws -> [Kept] {
        var kept: [Kept] = []
        var rest = numbers
        while !rest.isEmpty {
            // In portions: each message comes whole, and may be a megabyte.
            let requests = try rest.prefix(64).map { sequence in
                client.beginRequest(
                    "$JS.API.STREAM.MSG.GET.\(stream)",
                    headers: [:],
                    payload: try Self.json(["seq": sequence]),
                    timeout: timeout
                )
            }
            rest = rest.dropFirst(requests.count)
            for request in requests {
                let payload = try await request.value().payload
                do {
                    try Self.throwRefusal(in: payload, of: "STREAM.MSG.GET")
                } catch let error as NATSError where error.jetStreamCode == JetStreamCode.messageNotFound {
                    continue  // Removed meanwhile, by age or by hand.
                }
                kept.append(take(try StoredMessage(json: payload)))
            }
        }
        return kept
    }

    public func deleteStream(_ stream: String) async throws { _ = try await call("STREAM.DELETE.\(stream)") }

    static func json(_ fields: [String: Any]) throws -> Data { try JSONSerialization.data(withJSONObject: fields) }
}

extension StoredMessage {
    fileprivate init(json: Data) throws {
        struct Answer: Decodable {
            struct Message: Decodable {
                var subject: String
                var seq: UInt64
                var hdrs: Data?
                var data: Data?
            }
            var message: Message
        }
        let message = try JSONDecoder().decode(Answer.self, from: json).message
        subject = message.subject
        sequence = message.seq
        payload = message.data ?? Data()
        headers = NATSHeaders(block: message.hdrs ?? Data())
    }
}

extension NATSHeaders {
    /// Reads a header block as it stands on the wire: `NATS/1.0`, then `name: value` lines.
    package init(block: Data) {
        self.init()
        for line in String(decoding: block, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append(Field(name: String(line[..<colon]), value: String(value)))
        }
    }
}
