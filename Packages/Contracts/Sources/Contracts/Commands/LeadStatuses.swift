public import Foundation

/// The statuses of up to 1,000 leads at once.
public struct GetStatuses: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.get-statuses"
    public static let summary = "The statuses of up to 1,000 leads at once, without their sites."

    /// 1 to 1,000.
    public var leadIDs: [LeadID]

    enum CodingKeys: String, CodingKey {
        case leadIDs = "lead_ids"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        /// In the order asked for, each lead once.
        public var statuses: [AskedStatus]
        /// Those that nothing is known of, and, for agents, those of others.
        public var unknown: [LeadID]

        public init(statuses: [AskedStatus], unknown: [LeadID]) {
            self.statuses = statuses
            self.unknown = unknown
        }
    }

    public init(leadIDs: [LeadID]) {
        self.leadIDs = leadIDs
    }
}

/// Where one of the leads stands that was asked about.
public struct AskedStatus: Codable, Hashable, Sendable {
    public var asked: LeadID
    /// Of the lead that the asked one was merged into, where it was.
    public var status: LeadStatus

    public init(asked: LeadID, status: LeadStatus) {
        self.asked = asked
        self.status = status
    }
}

/// In words: which events led to a lead's statuses, and which were ignored and why.
public struct ExplainStatus: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.explain-status"
    public static let summary = "In words: which events led to a lead's statuses, and which were ignored and why."

    public var leadID: LeadID
    /// Of one of the two statuses only.
    public var field: StatusField?
    /// How many decisions, newest first: 1 to 200; 50 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, limit, cursor
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leadID: LeadID
        /// All that the rest says, to be read.
        public var text: String
        /// Where the lead stands: the contact status before the website status.
        public var statuses: [ExplainedStatus]
        /// A page of the decisions, newest first.
        public var decisions: [ExplainedDecision]
        /// None on the last page.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case leadID = "lead_id"
            case text, statuses, decisions
            case nextCursor = "next_cursor"
        }

        public init(
            leadID: LeadID,
            text: String,
            statuses: [ExplainedStatus],
            decisions: [ExplainedDecision],
            nextCursor: String? = nil
        ) {
            self.leadID = leadID
            self.text = text
            self.statuses = statuses
            self.decisions = decisions
            self.nextCursor = nextCursor
        }
    }

    public init(leadID: LeadID, field: StatusField? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.leadID = leadID
        self.field = field
        self.limit = limit
        self.cursor = cursor
    }
}

/// Where one of the two statuses stands, and how it came there.
public struct ExplainedStatus: Codable, Hashable, Sendable {
    public var field: StatusField
    public var status: String
    /// When what moved it last happened; none where nothing ever did.
    public var since: Date?
    public var summary: String
    /// How often it has moved.
    public var moves: Int
    /// How many facts were ignored, by the reason, the most first.
    public var ignored: [IgnoredCount]

    public init(field: StatusField, status: String, since: Date? = nil, summary: String, moves: Int, ignored: [IgnoredCount]) {
        self.field = field
        self.status = status
        self.since = since
        self.summary = summary
        self.moves = moves
        self.ignored = ignored
    }
}

/// How many facts moved nothing for one reason.
public struct IgnoredCount: Codable, Hashable, Sendable {
    /// As in the history: `machine`, `already_there`.
    public var because: String
    /// The same for people: the end of "nothing moved, because ...".
    public var words: String
    public var count: Int

    public init(because: String, words: String, count: Int) {
        self.because = because
        self.words = words
        self.count = count
    }
}

/// One decision, with the sentence that says it.
public struct ExplainedDecision: Codable, Hashable, Sendable {
    public var sentence: String
    public var entry: StatusHistoryEntry

    public init(sentence: String, entry: StatusHistoryEntry) {
        self.sentence = sentence
        self.entry = entry
    }
}

/// Follows what is recorded of each lead again by the rules, and names every lead that stands elsewhere. An admin's.
public struct VerifyStatuses: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.verify-statuses"
    public static let summary = "Follows the recorded facts of leads again by the rules, and names every lead that stands elsewhere."
    /// A lead may have a very long history.
    public static let patience = Duration.seconds(60)

    /// How many leads at most: 1 to 1,000; 500 if nothing is said.
    public var limit: Int?
    /// The page before's `next_cursor`.
    public var cursor: String?
    /// Sets right what differs: a decision of its own, cause `repaired`, and the status event that tells of it.
    public var repair: Bool?

    enum CodingKeys: String, CodingKey {
        case limit, cursor, repair
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leads: Int
        public var decisions: Int
        public var differences: [StatusDifference]
        /// None when all leads have been seen.
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case leads, decisions, differences
            case nextCursor = "next_cursor"
        }

        public init(leads: Int, decisions: Int, differences: [StatusDifference], nextCursor: String? = nil) {
            self.leads = leads
            self.decisions = decisions
            self.differences = differences
            self.nextCursor = nextCursor
        }
    }

    public init(limit: Int? = nil, cursor: String? = nil, repair: Bool? = nil) {
        self.limit = limit
        self.cursor = cursor
        self.repair = repair
    }
}

/// A status that is not what the lead's recorded facts make of it.
public struct StatusDifference: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var field: StatusField
    /// As it is kept.
    public var stored: String
    /// As the facts have it. The same as `stored` where only what the rules remember of the lead differs: it would tell in a later decision.
    public var replayed: String
    public var isRepaired: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case field, stored, replayed
        case isRepaired = "is_repaired"
    }

    public init(leadID: LeadID, field: StatusField, stored: String, replayed: String, isRepaired: Bool = false) {
        self.leadID = leadID
        self.field = field
        self.stored = stored
        self.replayed = replayed
        self.isRepaired = isRepaired
    }
}
