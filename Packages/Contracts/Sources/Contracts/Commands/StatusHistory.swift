public import Foundation

/// Every decision on a lead's statuses, applied or ignored, oldest first.
public struct GetHistory: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-history"
    public static let summary = "Every decision on a lead's statuses, applied or ignored, oldest first."

    public var leadID: LeadID
    public var field: StatusField?
    /// 1 to 1,000; 100 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?
    /// Only what goes back to this: a CloudEvents type as `plumbline.message.clicked.v1`, `manual`, `repaired`, or a command's subject.
    public var cause: String?
    /// Only what moved a status, or only what was ignored.
    public var outcome: StatusOutcome?
    /// The other way round: what was decided last comes first.
    public var newestFirst: Bool?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, limit, cursor, cause, outcome
        case newestFirst = "newest_first"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var entries: [StatusHistoryEntry]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case entries
            case nextCursor = "next_cursor"
        }

        public init(entries: [StatusHistoryEntry], nextCursor: String? = nil) {
            self.entries = entries
            self.nextCursor = nextCursor
        }
    }

    public init(
        leadID: LeadID,
        field: StatusField? = nil,
        limit: Int? = nil,
        cursor: String? = nil,
        cause: String? = nil,
        outcome: StatusOutcome? = nil,
        newestFirst: Bool? = nil
    ) {
        self.leadID = leadID
        self.field = field
        self.limit = limit
        self.cursor = cursor
        self.cause = cause
        self.outcome = outcome
        self.newestFirst = newestFirst
    }
}

/// One decision: what moved, or why nothing did.
public struct StatusHistoryEntry: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var field: StatusField
    public var from: String
    /// None when it was ignored.
    public var to: String?
    public var ignoredBecause: String?
    /// Whether a machine opened, clicked or visited, not a person: kept, but it moves nothing. None of what only people do, or nobody.
    public var byMachine: Bool?
    public var cause: StatusCause
    public var occurredAt: Date
    public var recordedAt: Date

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, from, to
        case ignoredBecause = "ignored_because"
        case byMachine = "by_machine"
        case cause
        case occurredAt = "occurred_at"
        case recordedAt = "recorded_at"
    }

    public init(
        leadID: LeadID,
        field: StatusField,
        from: String,
        to: String? = nil,
        ignoredBecause: String? = nil,
        byMachine: Bool? = nil,
        cause: StatusCause,
        occurredAt: Date,
        recordedAt: Date
    ) {
        self.leadID = leadID
        self.field = field
        self.from = from
        self.to = to
        self.ignoredBecause = ignoredBecause
        self.byMachine = byMachine
        self.cause = cause
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
    }
}
