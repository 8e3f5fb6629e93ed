/// Makes a site for a lead. Given business data alone, the lead is resolved with lead-intake first: there is no site without a lead.
public struct CreateSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.create-site"
    public static let summary = "Makes a site for a lead; from business data alone the lead is resolved first."

    public var leadID: LeadID?
    public var business: LeadDraft?
    public var title: String?
    public var theme: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case business, title, theme
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var site: Site
        public var leadID: LeadID
        /// False when the lead had one already.
        public var created: Bool
        public var leadCreated: Bool

        enum CodingKeys: String, CodingKey {
            case site
            case leadID = "lead_id"
            case created
            case leadCreated = "lead_created"
        }

        public init(site: Site, leadID: LeadID, created: Bool, leadCreated: Bool) {
            self.site = site
            self.leadID = leadID
            self.created = created
            self.leadCreated = leadCreated
        }
    }

    public init(leadID: LeadID? = nil, business: LeadDraft? = nil, title: String? = nil, theme: String? = nil) {
        self.leadID = leadID
        self.business = business
        self.title = title
        self.theme = theme
    }
}

/// Makes the pages of a lead's site; done in the background, told by `crm.site.generated`.
public struct GenerateSite: Command, Hashable {
    public static let subject: Subject = "rpc.lifecycle.generate-site"
    public static let summary = "Makes the pages of a lead's site; done in the background, told by `crm.site.generated`."

    public var leadID: LeadID
    /// The site's own where it isn't said.
    public var theme: String?
    public var tone: Tone?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case theme, tone
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var site: Site
        public var websiteStatus: WebsiteStatus
        /// What makes the pages: see ``GetGenerationJob``.
        public var jobID: GenerationJobID?

        enum CodingKeys: String, CodingKey {
            case site
            case websiteStatus = "website_status"
            case jobID = "job_id"
        }

        public init(site: Site, websiteStatus: WebsiteStatus, jobID: GenerationJobID? = nil) {
            self.site = site
            self.websiteStatus = websiteStatus
            self.jobID = jobID
        }
    }

    public init(leadID: LeadID, theme: String? = nil, tone: Tone? = nil) {
        self.leadID = leadID
        self.theme = theme
        self.tone = tone
    }
}
