/// Gets the lead that matches by `id`, then `gmb_id`, then `slug`, or creates it: exactly one, however many ask at the same time.
public struct ResolveLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.resolve-lead"
    public static let summary = "Gets the lead that matches, or creates it: exactly one, however many ask at the same time."

    public var id: LeadID?
    /// The Google place id.
    public var gmbID: String?
    public var slug: String?
    /// What to create it from; without it nothing is created.
    public var business: LeadDraft?

    enum CodingKeys: String, CodingKey {
        case id
        case gmbID = "gmb_id"
        case slug, business
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var lead: Lead
        public var created: Bool
        /// None when it was created.
        public var matchedBy: MatchedBy?

        enum CodingKeys: String, CodingKey {
            case lead, created
            case matchedBy = "matched_by"
        }

        public init(lead: Lead, created: Bool, matchedBy: MatchedBy? = nil) {
            self.lead = lead
            self.created = created
            self.matchedBy = matchedBy
        }
    }

    public init(id: LeadID? = nil, gmbID: String? = nil, slug: String? = nil, business: LeadDraft? = nil) {
        self.id = id
        self.gmbID = gmbID
        self.slug = slug
        self.business = business
    }
}

/// By what an existing lead was recognised.
public enum MatchedBy: String, CaseIterable, Codable, Sendable {
    case id
    case gmbID = "gmb_id"
    case slug
    /// The same name, place and contact, of business data that came with none of the keys.
    case business
}

/// One lead, with what explains its scores.
public struct GetLead: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.get-lead"
    public static let summary = "One lead, with what explains its scores."

    public var leadID: LeadID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var lead: Lead
        /// What its qualification score is made of; as in `scores`.
        public var qualification: [ScoreFactor]
        /// Both scores, explained.
        public var scores: LeadScores?
        /// What follows from the lead's data now.
        public var derived: LeadDerived?
        /// The id that was asked for, when that lead was merged into this one.
        public var mergedFrom: LeadID?

        enum CodingKeys: String, CodingKey {
            case lead, qualification, scores, derived
            case mergedFrom = "merged_from"
        }

        public init(
            lead: Lead,
            qualification: [ScoreFactor],
            scores: LeadScores? = nil,
            derived: LeadDerived? = nil,
            mergedFrom: LeadID? = nil
        ) {
            self.lead = lead
            self.qualification = qualification
            self.scores = scores
            self.derived = derived
            self.mergedFrom = mergedFrom
        }
    }

    public init(leadID: LeadID) {
        self.leadID = leadID
    }
}
