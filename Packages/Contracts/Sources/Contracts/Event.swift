/// A fact that has happened, published to whoever cares: past tense, immutable.
///
/// Within a version a field may be added, as an optional; a changed meaning is a new type with the next version, published beside the old.
/// When it happened is said by the envelope's `time`, not by the fact.
public protocol Event: Codable, Hashable, Sendable {
    /// Where its kind is published: `crm.message.opened`.
    static var subject: Subject { get }
    static var version: Int { get }
    /// One sentence for those who write a subscriber.
    static var summary: String { get }
    /// The last tokens that ``subject-swift.property`` can have behind the kind's, when one kind is published under several.
    static var lastTokens: [String]? { get }

    /// Where this one is published: its kind's subject, or one token more, as in `crm.status.contact.opened`.
    var subject: Subject { get }
    /// The lead it speaks of; none for the few facts that are about no single lead.
    var concernedLead: LeadID? { get }
    /// The CloudEvents `subject`: the lead id, or what else it is about.
    var about: String { get }

    /// Writes it as the member `key`, as ``WireJSON/encode(_:)`` would. Those that are told by the thousand do it themselves.
    func write(as key: StaticString, to json: inout WireText) throws
}

extension Event {
    public static var version: Int { 1 }
    public static var lastTokens: [String]? { nil }
    public var subject: Subject { Self.subject }
    public func write(as key: StaticString, to json: inout WireText) throws { json.member(key, written: try WireJSON.encode(self)) }

    /// The CloudEvents `type`: `plumbline.message.opened.v1`.
    public var type: String { Self.type(of: subject) }

    /// The CloudEvents types that this kind is published as.
    public static var types: [String] {
        subjects.map { type(of: $0) }
    }

    /// The subjects that this kind is published on.
    public static var subjects: [Subject] {
        lastTokens.map { $0.map { subject.appending($0) } } ?? [subject]
    }

    private static func type(of subject: Subject) -> String {
        "plumbline.\(subject.withoutFirstToken).v\(version)"
    }
}

/// A fact about one lead.
public protocol LeadEvent: Event {
    var leadID: LeadID { get }
}

extension LeadEvent {
    public var concernedLead: LeadID? { leadID }
    public var about: String { leadID.description }
}
