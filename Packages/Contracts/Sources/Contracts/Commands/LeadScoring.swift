public import Foundation

/// One score of a lead, and what makes it.
public struct ScoreBreakdown: Codable, Hashable, Sendable {
    /// As it counts: made of the factors, or set by hand.
    public var score: Int
    /// What the factors come to, held in 0 to 100.
    public var computed: Int
    public var factors: [ScoreFactor]
    /// Who set the score by hand; none when it is made of the factors.
    public var setBy: String?

    enum CodingKeys: String, CodingKey {
        case score, computed, factors
        case setBy = "set_by"
    }

    public init(score: Int, computed: Int, factors: [ScoreFactor], setBy: String? = nil) {
        self.score = score
        self.computed = computed
        self.factors = factors
        self.setBy = setBy
    }
}

/// Both scores of a lead, explained.
public struct LeadScores: Codable, Hashable, Sendable {
    /// Is this business worth a site?
    public var qualification: ScoreBreakdown
    /// Who should be called first?
    public var leadScore: ScoreBreakdown

    enum CodingKeys: String, CodingKey {
        case qualification
        case leadScore = "lead_score"
    }

    public init(qualification: ScoreBreakdown, leadScore: ScoreBreakdown) {
        self.qualification = qualification
        self.leadScore = leadScore
    }
}

/// Makes scores anew, also those that were set by hand: of one lead, or of many by a manager.
public struct Rescore: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.rescore"
    public static let summary = "Makes scores anew, also those that were set by hand: of one lead, or of many by a manager."

    /// This or `targets`.
    public var leadID: LeadID?
    public var targets: LeadTargets?
    /// Why, for the audit trail.
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case targets, reason
    }

    /// What the owner answers: of one lead what it is now, of many how many changed.
    public struct Answer: Codable, Hashable, Sendable {
        public var lead: Lead?
        /// The names of the lead's fields that are different now.
        public var changed: [String]?
        public var scores: LeadScores?
        public var leads: BulkChange?

        public init(lead: Lead, changed: [String], scores: LeadScores) {
            self.lead = lead
            self.changed = changed
            self.scores = scores
        }

        public init(leads: BulkChange) {
            self.leads = leads
        }
    }

    public init(leadID: LeadID, reason: String? = nil) {
        self.leadID = leadID
        self.reason = reason
    }

    public init(targets: LeadTargets, reason: String? = nil) {
        self.targets = targets
        self.reason = reason
    }
}

/// How far the rescoring of all leads is that a change of the scoring models brings.
public struct GetRescoring: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.get-rescoring"
    public static let summary = "How far the rescoring of all leads is that a change of the scoring models brings."

    /// What the owner answers: the latest one.
    public struct Answer: Codable, Hashable, Sendable {
        public var state: RescoringState
        /// The SHA-256 of the models that the scores are made by, in hexadecimal.
        public var models: String?
        /// How many leads there were when it began; none of the following before the first one.
        public var total: Int?
        public var done: Int?
        /// Leads with another score than before.
        public var changed: Int?
        /// Leads per second up to now, or to the end.
        public var rate: Double?
        public var startedAt: Date?
        public var finishedAt: Date?

        enum CodingKeys: String, CodingKey {
            case state, models, total, done, changed, rate
            case startedAt = "started_at"
            case finishedAt = "finished_at"
        }

        public init(
            state: RescoringState,
            models: String? = nil,
            total: Int? = nil,
            done: Int? = nil,
            changed: Int? = nil,
            rate: Double? = nil,
            startedAt: Date? = nil,
            finishedAt: Date? = nil
        ) {
            self.state = state
            self.models = models
            self.total = total
            self.done = done
            self.changed = changed
            self.rate = rate
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    public init() {}
}

/// How far a rescoring is.
public enum RescoringState: String, CaseIterable, Codable, Sendable {
    /// There has been none.
    case none
    case running, finished
    /// The models changed again before it was done.
    case superseded
}
