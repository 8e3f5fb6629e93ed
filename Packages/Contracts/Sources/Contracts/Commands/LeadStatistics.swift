/// How many leads there are, how good they are, and what became of them. An agent is told of the own and the unassigned ones.
public struct LeadStatistics: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.lead-statistics"
    public static let summary = "How many leads there are, how good they are, and what became of them."

    /// Of which leads: made in a range of time, of one agent, or whatever else a list can be of.
    public var filter: LeadFilter?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var total: Int
        /// With the qualification score, or above, that the settings ask for.
        public var qualified: Int
        /// With a lead score above 70.
        public var hot: Int
        public var won: Int
        /// Those won among all of them, 0 to 1; 0 when there is none.
        public var conversionRate: Double
        public var averageQualificationScore: Double
        /// Of those that have a lead score; none when none has.
        public var averageLeadScore: Double?
        public var byStage: [String: Int]
        public var bySource: [String: Int]
        /// By the id of a member of the staff.
        public var byAgent: [String: AgentFigures]
        public var unassigned: Int

        enum CodingKeys: String, CodingKey {
            case total, qualified, hot, won
            case conversionRate = "conversion_rate"
            case averageQualificationScore = "average_qualification_score"
            case averageLeadScore = "average_lead_score"
            case byStage = "by_stage"
            case bySource = "by_source"
            case byAgent = "by_agent"
            case unassigned
        }

        /// Of no leads.
        public init() {
            (total, qualified, hot, won, unassigned) = (0, 0, 0, 0, 0)
            (conversionRate, averageQualificationScore) = (0, 0)
            (byStage, bySource, byAgent) = ([:], [:], [:])
        }
    }

    /// What one member of the staff has.
    public struct AgentFigures: Codable, Hashable, Sendable {
        public var total: Int
        public var hot: Int
        public var won: Int

        public init(total: Int, hot: Int, won: Int) {
            self.total = total
            self.hot = hot
            self.won = won
        }
    }

    public init(_ filter: LeadFilter? = nil) {
        self.filter = filter
    }
}
