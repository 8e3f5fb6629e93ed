public import Contracts
public import Foundation

/// One event as it stands on the wire: CloudEvents 1.0, structured JSON. The fact is in `data`; all else is about it.
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>
public struct Envelope<Fact: Event>: Codable, Sendable {
    public static var contentType: String { "application/cloudevents+json" }

    /// A UUIDv7; also the `Nats-Msg-Id`.
    public var id: EventID
    /// `/lifecycle`.
    public var source: String
    /// `plumbline.status.contact.opened.v1`.
    public var type: String
    /// What it is about: the lead id, as a rule.
    public var subject: String
    /// When it happened.
    public var time: Date
    public var trace: TraceContext?
    public var fact: Fact

    enum CodingKeys: String, CodingKey {
        case specificationVersion = "specversion"
        case id, source, type, subject, time
        case dataContentType = "datacontenttype"
        case trace = "traceparent"
        case fact = "data"
    }

    public init(_ fact: Fact, id: EventID = .make(), source: ServiceName, time: Date, trace: TraceContext?) {
        self.id = id
        self.source = "/\(source.rawValue)"
        type = fact.type
        subject = fact.about
        self.time = time
        self.trace = trace
        self.fact = fact
    }

    public init(from decoder: any Decoder) throws {
        let head = try EnvelopeHead(from: decoder)
        guard Fact.types.contains(head.type) else { throw OtherType(type: head.type) }
        (id, source, type, subject, time, trace) = (head.id, head.source, head.type, head.subject, head.time, head.trace)
        fact = try decoder.container(keyedBy: CodingKeys.self).decode(Fact.self, forKey: .fact)
    }

    /// The envelope in JSON, as ``WireJSON`` writes it from ``encode(to:)``: its members' order is known, and each event has one.
    func json() throws -> Data {
        var json = WireText(capacity: 640)
        try json.object { json in
            try fact.write(as: "data", to: &json)
            json.member("datacontenttype", "application/json")
            json.member("id", id)
            json.member("source", source)
            json.member("specversion", "1.0")
            json.member("subject", subject)
            json.member("time", time)
            if let trace { json.member("traceparent", trace.description) }
            json.member("type", type)
        }
        return json.data
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("1.0", forKey: .specificationVersion)
        try container.encode(id, forKey: .id)
        try container.encode(source, forKey: .source)
        try container.encode(type, forKey: .type)
        try container.encode(subject, forKey: .subject)
        try container.encode(time, forKey: .time)
        try container.encode("application/json", forKey: .dataContentType)
        try container.encodeIfPresent(trace?.description, forKey: .trace)
        try container.encode(fact, forKey: .fact)
    }
}

/// The fact of an envelope whose head was read before.
struct EnvelopeFact<Fact: Event>: Decodable {
    var fact: Fact

    enum CodingKeys: String, CodingKey {
        case fact = "data"
    }
}

/// The envelope speaks of something else than was expected, or of another version of it.
struct OtherType: Error, CustomStringConvertible {
    var type: String
    var description: String { "/type \(type) does not belong on this subject" }

    /// Whether it is another version of `Fact`, published beside the one we know for those who know it.
    func isOtherVersion<Fact: Event>(of fact: Fact.Type) -> Bool {
        func unversioned(_ type: String) -> Substring? {
            guard let dot = type.lastIndex(of: "."), type[dot...].wholeMatch(of: #/\.v[0-9]+/#) != nil else { return nil }
            return type[..<dot]
        }
        guard let mine = unversioned(type) else { return false }
        return Fact.types.contains { $0 != type && unversioned($0) == mine }
    }
}

/// What the envelope says about its event, whatever the event.
public struct EnvelopeHead: Decodable, Hashable, Sendable {
    public var id: EventID
    public var source: String
    public var type: String
    public var subject: String
    public var time: Date
    public var trace: TraceContext?

    enum CodingKeys: String, CodingKey {
        case specificationVersion = "specversion"
        case id, source, type, subject, time
        case trace = "traceparent"
    }

    /// - Returns: `nil` for a head that is not quite as we write it, which may be right all the same.
    init?(plain text: WireJSON.Text) {
        guard text.string("specversion") == "1.0", let id = text.uuid("id"), let source = text.string("source"),
            let type = text.string("type"), let subject = text.string("subject"), let time = text.date("time")
        else { return nil }
        let trace = text.string("traceparent")
        guard trace != nil || !text.has("traceparent") else { return nil }
        (self.id, self.source, self.type, self.subject, self.time) = (EventID(id), source, type, subject, time)
        self.trace = trace.flatMap(TraceContext.init)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(String.self, forKey: .specificationVersion)
        guard version == "1.0" else {
            throw DecodingError.dataCorruptedError(
                forKey: .specificationVersion,
                in: container,
                debugDescription: "must be 1.0, the version of CloudEvents that is spoken here"
            )
        }
        id = try container.decode(EventID.self, forKey: .id)
        source = try container.decode(String.self, forKey: .source)
        type = try container.decode(String.self, forKey: .type)
        subject = try container.decodeIfPresent(String.self, forKey: .subject) ?? ""
        time = try container.decode(Date.self, forKey: .time)
        // A trace that can't be read is no reason to refuse the event.
        trace = try container.decodeIfPresent(String.self, forKey: .trace).flatMap(TraceContext.init)
    }
}
