/// Leads that match a filter, in an order, a page at a time. An agent sees the own and the unassigned ones.
public struct ListLeads: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-leads"
    public static let summary = "Leads that match a filter, in an order, a page at a time."

    public var filter: LeadFilter?
    /// Newest first, if nothing is said.
    public var sort: LeadSort?
    /// 1 to 1,000; 100 if nothing is said. A page has fewer where so many would not fit into one message.
    public var limit: Int?
    /// The page before's `next_cursor`; good only with the same filter and order.
    public var cursor: String?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var leads: [Lead]
        /// None on the last page.
        public var nextCursor: String?
        /// How many match, counted with the first page: exact up to 10,000, unless it would take longer to count than to read the page; else an
        /// estimate.
        public var total: Int
        public var isTotalEstimated: Bool

        enum CodingKeys: String, CodingKey {
            case leads
            case nextCursor = "next_cursor"
            case total
            case isTotalEstimated = "is_total_estimated"
        }

        public init(leads: [Lead], nextCursor: String? = nil, total: Int, isTotalEstimated: Bool = false) {
            self.leads = leads
            self.nextCursor = nextCursor
            self.total = total
            self.isTotalEstimated = isTotalEstimated
        }
    }

    public init(_ filter: LeadFilter? = nil, sort: LeadSort? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.filter = filter
        self.sort = sort
        self.limit = limit
        self.cursor = cursor
    }

    /// Those with `score` or above, newest first.
    public init(minQualificationScore score: Int, hasWebsite: Bool? = nil, limit: Int? = nil, cursor: String? = nil) {
        let filter = LeadFilter {
            $0.minQualificationScore = score
            $0.hasWebsite = hasWebsite
        }
        self.init(filter, limit: limit, cursor: cursor)
    }
}
