public import Contracts
public import Foundation
public import Postgres

/// One delivered event: the fact, and what the envelope says about it.
public struct Received<Fact: Event>: Sendable {
    public let id: EventID
    /// When it happened, as its publisher says.
    public let time: Date
    public let source: String
    public let trace: TraceContext?
    public let fact: Fact

    public init(id: EventID, time: Date, source: String, trace: TraceContext?, fact: Fact) {
        self.id = id
        self.time = time
        self.source = source
        self.trace = trace
        self.fact = fact
    }
}

/// One delivered event of any type, for handlers that take many at once.
public struct ReceivedAny: Sendable {
    public let head: EnvelopeHead
    /// The NATS subject: `crm.status.contact.opened`.
    public let subject: String
    /// The whole envelope, as it came.
    public let payload: Data
    private let text: WireJSON.Text?

    /// - Throws: when `payload` is no envelope.
    init(subject: String, payload: Data) throws {
        let text = WireJSON.Text(payload)
        head = try EnvelopeHead(plain: text) ?? text.decode()
        (self.subject, self.payload, self.text) = (subject, payload, text)
    }

    /// Of an envelope whose head was read before.
    init(head: EnvelopeHead, subject: String, payload: Data) {
        (self.head, self.subject, self.payload, text) = (head, subject, payload, nil)
    }

    public var id: EventID { head.id }
    /// `plumbline.status.contact.opened.v1`.
    public var type: String { head.type }
    public var time: Date { head.time }

    /// - Throws: an error that parks this event at once, with where and why it isn't a `Fact`.
    public func decode<Fact: Event>(_ type: Fact.Type = Fact.self) throws -> Fact {
        try UnreadableEvent.describing(payload, as: Fact.self) {
            guard Catalogue.event(named: head.type) == Fact.self || Fact.types.contains(head.type) else { throw OtherType(type: head.type) }
            let text = text ?? WireJSON.Text(payload)
            return try text.value("data") ?? text.decode(EnvelopeFact<Fact>.self).fact
        }
    }
}

/// How several instances of a service follow a stream.
public enum Following: Hashable, Sendable {
    /// They share it out: each gets a part of the events, in their order.
    case together
    /// One at a time follows it, and another takes over when that one ends: events about the same thing, which is the envelope's `subject`,
    /// are applied in the order of the stream. With several lanes those about different things are applied side by side.
    ///
    /// For who decides by the order of events. Two instances would also wait for each other's locks more than they would help each other.
    case inTurn(lanes: Int = 1)
}

/// What became of one event. Thrown errors are retries.
public enum Outcome: Hashable, Sendable {
    case done
    /// Nothing of it is kept; it is tried again, after the schedule's delay or the given one, and parked when the schedule is used up.
    case retry(after: Duration? = nil, reason: String)
    /// Nothing of it is kept; it is put aside at once, for a person to see.
    case park(reason: String)
}

/// Follows events: each is applied inside the inbox's transaction, so it happens once or not at all.
public struct EventHandler: Sendable {
    enum Kind: Sendable {
        /// `nil`: another version of the event, which isn't for this handler.
        case each(prepare: @Sendable (Data) throws -> Prepared?)
        case batch(
            prepare: @Sendable (ReceivedAny) throws -> (any Sendable)?,
            apply: @Sendable ([any Sendable], Transaction) async throws -> Void
        )
    }

    struct Prepared: Sendable {
        var head: EnvelopeHead
        var apply: @Sendable (Transaction) async throws -> Outcome
    }

    public let stream: String
    /// The subjects that it follows, and all below them; empty: the whole stream.
    public let subjects: [Subject]
    public let following: Following
    let kind: Kind
    /// The subjects as they stand on the wire: asked for at every event.
    private let names: [String]

    private init(stream: String, subjects: [Subject], following: Following, kind: Kind) {
        self.stream = stream
        self.subjects = subjects
        self.following = following
        self.kind = kind
        names = subjects.map(\.description)
    }

    /// Follows one kind of event, in the version that `Fact` is. Other versions of it are published beside, for others, and passed over.
    ///
    /// - Precondition: `Fact` is in the catalogue, so that its stream is known.
    public static func on<Fact: Event>(
        _ type: Fact.Type,
        _ apply: @escaping @Sendable (Received<Fact>, Transaction) async throws -> Outcome
    ) -> Self {
        guard let stream = Catalogue.stream(of: type) else { preconditionFailure("\(type) is not in the catalogue") }
        return Self(
            stream: stream.name,
            subjects: [Fact.subject],
            following: .together,
            kind: .each { payload in
                let envelope: Envelope<Fact>
                do {
                    envelope = try WireJSON.decode(Envelope<Fact>.self, from: payload)
                } catch let error as DecodingError {
                    throw UnreadableEvent(error, in: payload, as: Fact.self)
                } catch let other as OtherType where other.isOtherVersion(of: Fact.self) {
                    return nil
                }
                let received = Received(
                    id: envelope.id,
                    time: envelope.time,
                    source: envelope.source,
                    trace: envelope.trace,
                    fact: envelope.fact
                )
                return Prepared(head: EnvelopeHead(envelope)) { try await apply(received, $0) }
            }
        )
    }

    /// Follows a stream, or some subjects of it, in batches: `apply` gets what is new of a batch in order, up to 500, for set-based work.
    ///
    /// When it throws, the batch is applied again in batches of one, so that only the event at fault is put aside: `apply` must come to
    /// the same end either way.
    public static func onBatch(
        stream: Catalogue.Stream,
        subjects: [Subject] = [],
        following: Following = .together,
        _ apply: @escaping @Sendable ([ReceivedAny], Transaction) async throws -> Void
    ) -> Self {
        onBatch(stream: stream, subjects: subjects, following: following, preparing: { $0 }, apply)
    }

    /// The same, with each event read by `prepare` beforehand, while those before it are applied: where that throws, the event is put aside
    /// at once; where it has nothing to say, the event is passed over.
    public static func onBatch<Prepared: Sendable>(
        stream: Catalogue.Stream,
        subjects: [Subject] = [],
        following: Following = .together,
        preparing prepare: @escaping @Sendable (ReceivedAny) throws -> Prepared?,
        _ apply: @escaping @Sendable ([Prepared], Transaction) async throws -> Void
    ) -> Self {
        Self(
            stream: stream.name,
            subjects: subjects,
            following: following,
            kind: .batch(
                prepare: { try prepare($0) },
                apply: { events, transaction in try await apply(events.compactMap { $0 as? Prepared }, transaction) }
            )
        )
    }

    func follows(_ subject: String) -> Bool {
        // Asked at every event: no name is made longer for it.
        names.isEmpty || names.contains(subject)
            || names.contains { subject.hasPrefix($0) && subject.utf8.dropFirst($0.utf8.count).first == UInt8(ascii: ".") }
    }
}

extension EnvelopeHead {
    init(_ envelope: Envelope<some Event>) {
        id = envelope.id
        source = envelope.source
        type = envelope.type
        subject = envelope.subject
        time = envelope.time
        trace = envelope.trace
    }
}

/// An event that isn't what its subject says. Trying again can't help.
struct UnreadableEvent: Error, CustomStringConvertible {
    var description: String

    static func describing<Value>(_ decode: () throws -> Value) throws(UnreadableEvent) -> Value {
        do {
            return try decode()
        } catch let unreadable as UnreadableEvent {
            throw unreadable
        } catch let error as DecodingError {
            throw UnreadableEvent([error.fieldError])
        } catch {
            throw UnreadableEvent(description: "unreadable: \(error). \(remedy)")
        }
    }

    static func describing<Value, Fact: Event>(
        _ payload: Data,
        as fact: Fact.Type,
        _ decode: () throws -> Value
    ) throws(UnreadableEvent) -> Value {
        try describing {
            do {
                return try decode()
            } catch let error as DecodingError {
                throw UnreadableEvent(error, in: payload, as: fact)
            }
        }
    }

    /// All that is wrong with the fact; what is wrong with the envelope alone, where it is that.
    init<Fact: Event>(_ error: DecodingError, in payload: Data, as fact: Fact.Type) {
        let faults = error.fieldError.pointer.hasPrefix("/data") ? BodyReader(EnvelopeFact<Fact>.self).faults(of: payload) : []
        self.init(faults.isEmpty ? [error.fieldError] : faults)
    }

    private init(_ faults: [Problem.FieldError]) {
        let words = faults.map { "\($0.pointer.isEmpty ? "the event" : $0.pointer) \($0.detail)" }
        self.init(description: "unreadable: \(words.joined(separator: "; ")). \(Self.remedy)")
    }

    private init(description: String) { self.description = description }

    private static let remedy = """
        See docs/asyncapi.yaml: its publisher must publish it right, under a new id; or replay it once this service is of a version that reads it.
        """
}
