/// What a change of status goes back to.
public struct StatusCause: Codable, Hashable, Sendable {
    /// The event that caused it; none when a person did.
    public var eventID: EventID?
    /// The CloudEvents type of that event, or `manual`, or the command.
    public var type: String
    /// Who did it, when it was a person or a service by itself.
    public var actor: String?
    /// What they said why.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case type, actor, reason
    }

    public init(eventID: EventID? = nil, type: String, actor: String? = nil, reason: String? = nil) {
        self.eventID = eventID
        self.type = type
        self.actor = actor
        self.reason = reason
    }

    /// As ``encode(to:)`` does.
    func write(as key: StaticString, to json: inout WireText) {
        json.object(key) { json in
            if let actor { json.member("actor", actor) }
            if let eventID { json.member("event_id", eventID) }
            if let reason { json.member("reason", reason) }
            json.member("type", type)
        }
    }
}
