public import Foundation

/// The events that a service gave up on, with the reason, newest first.
public struct ListDeadLetters: ServiceCommand, Hashable {
    public static let verbNoun = "list-dead-letters"
    public static let summary = "The events that a service gave up on, newest first."

    public var service: ServiceName
    /// 1 to 1,000; 100 if nothing is said.
    public var limit: Int?

    /// Newest first.
    public struct Answer: Codable, Hashable, Sendable {
        public var deadLetters: [DeadLetter]

        enum CodingKeys: String, CodingKey {
            case deadLetters = "dead_letters"
        }

        public init(deadLetters: [DeadLetter]) {
            self.deadLetters = deadLetters
        }
    }

    public init(service: ServiceName, limit: Int? = nil) {
        self.service = service
        self.limit = limit
    }
}

/// An event that a service gave up on.
public struct DeadLetter: Codable, Hashable, Sendable {
    public var id: Int
    /// As it stood in the event, readable or not.
    public var eventID: String
    public var consumer: String
    public var type: String?
    public var reason: String
    public var attempts: Int
    public var payload: String
    public var parkedAt: Date
    public var replayedAt: Date?

    enum CodingKeys: String, CodingKey {
        case id
        case eventID = "event_id"
        case consumer, type, reason, attempts, payload
        case parkedAt = "parked_at"
        case replayedAt = "replayed_at"
    }

    public init(
        id: Int,
        eventID: String,
        consumer: String,
        type: String? = nil,
        reason: String,
        attempts: Int,
        payload: String,
        parkedAt: Date,
        replayedAt: Date? = nil
    ) {
        self.id = id
        self.eventID = eventID
        self.consumer = consumer
        self.type = type
        self.reason = reason
        self.attempts = attempts
        self.payload = payload
        self.parkedAt = parkedAt
        self.replayedAt = replayedAt
    }
}

/// Applies events again that were given up on: the named ones, or all.
public struct ReplayDeadLetters: ServiceCommand, Hashable {
    public static let verbNoun = "replay-dead-letters"
    public static let summary = "Applies events again that were given up on."

    public var service: ServiceName
    public var ids: [Int]?

    /// How it went.
    public struct Answer: Codable, Hashable, Sendable {
        public var replayed: Int
        /// Why the others stay where they are.
        public var failed: [String]

        public init(replayed: Int, failed: [String]) {
            self.replayed = replayed
            self.failed = failed
        }
    }

    public init(service: ServiceName, ids: [Int]? = nil) {
        self.service = service
        self.ids = ids
    }
}
