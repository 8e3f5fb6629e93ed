public import Foundation

/// Whom a campaign writes to: those for whom every given condition holds.
public struct AudienceFilter: Codable, Hashable, Sendable {
    /// Compared without case.
    public var category: [String]?
    public var city: [String]?
    public var state: [String]?
    public var contactStatus: [ContactStatus]?
    public var websiteStatus: [WebsiteStatus]?
    public var minRating: Double?
    public var minQualificationScore: Int?
    public var hasEmail: Bool?
    public var leadIDs: [LeadID]?

    enum CodingKeys: String, CodingKey {
        case category, city, state
        case contactStatus = "contact_status"
        case websiteStatus = "website_status"
        case minRating = "min_rating"
        case minQualificationScore = "min_qualification_score"
        case hasEmail = "has_email"
        case leadIDs = "lead_ids"
    }

    public init(
        category: [String]? = nil,
        city: [String]? = nil,
        state: [String]? = nil,
        contactStatus: [ContactStatus]? = nil,
        websiteStatus: [WebsiteStatus]? = nil,
        minRating: Double? = nil,
        minQualificationScore: Int? = nil,
        hasEmail: Bool? = nil,
        leadIDs: [LeadID]? = nil
    ) {
        self.category = category
        self.city = city
        self.state = state
        self.contactStatus = contactStatus
        self.websiteStatus = websiteStatus
        self.minRating = minRating
        self.minQualificationScore = minQualificationScore
        self.hasEmail = hasEmail
        self.leadIDs = leadIDs
    }
}

/// Mustache templates of a message; see the documentation for the tags that they may use.
public struct MessageTemplate: Codable, Hashable, Sendable {
    /// E-mail only.
    public var subject: String?
    public var text: String
    /// E-mail only; made from the text when it is missing.
    public var html: String?

    public init(subject: String? = nil, text: String, html: String? = nil) {
        self.subject = subject
        self.text = text
        self.html = html
    }
}

/// Whom a campaign would write to, and what.
public struct PreviewCampaign: Command, Hashable {
    public static let subject: Subject = "rpc.campaign.preview-campaign"
    public static let summary = "Whom a campaign would write to, and what."

    public var channel: Channel
    public var filter: AudienceFilter
    /// The built-in one when it is missing.
    public var template: MessageTemplate?
    public var sampleSize: Int

    enum CodingKeys: String, CodingKey {
        case channel, filter, template
        case sampleSize = "sample_size"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var audience: Int
        /// How many of those that match are left out, by reason.
        public var excluded: [String: Int]
        public var samples: [RenderedMessage]

        public init(audience: Int, excluded: [String: Int], samples: [RenderedMessage]) {
            self.audience = audience
            self.excluded = excluded
            self.samples = samples
        }
    }

    public init(channel: Channel, filter: AudienceFilter, template: MessageTemplate? = nil, sampleSize: Int = 3) {
        self.channel = channel
        self.filter = filter
        self.template = template
        self.sampleSize = sampleSize
    }
}

/// A message as one lead would get it.
public struct RenderedMessage: Codable, Hashable, Sendable {
    public var leadID: LeadID
    public var address: String
    public var subject: String?
    public var text: String
    public var html: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case address, subject, text, html
    }

    public init(leadID: LeadID, address: String, subject: String? = nil, text: String, html: String? = nil) {
        self.leadID = leadID
        self.address = address
        self.subject = subject
        self.text = text
        self.html = html
    }
}

/// Writes to an audience, once to each lead.
public struct StartCampaign: Command, Hashable {
    public static let subject: Subject = "rpc.campaign.start-campaign"
    public static let summary = "Writes to an audience, once to each lead."

    public var name: String
    public var channel: Channel
    public var filter: AudienceFilter
    public var template: MessageTemplate?

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var campaignID: CampaignID
        public var audience: Int
        public var excluded: [String: Int]

        enum CodingKeys: String, CodingKey {
            case campaignID = "campaign_id"
            case audience, excluded
        }

        public init(campaignID: CampaignID, audience: Int, excluded: [String: Int]) {
            self.campaignID = campaignID
            self.audience = audience
            self.excluded = excluded
        }
    }

    public init(name: String, channel: Channel, filter: AudienceFilter, template: MessageTemplate? = nil) {
        self.name = name
        self.channel = channel
        self.filter = filter
        self.template = template
    }
}

/// What became of a campaign.
public struct GetCampaignResults: Command, Hashable {
    public static let subject: Subject = "rpc.campaign.get-results"
    public static let summary = "What became of a campaign."

    public var campaignID: CampaignID

    enum CodingKeys: String, CodingKey {
        case campaignID = "campaign_id"
    }

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var campaignID: CampaignID
        public var name: String
        public var channel: Channel
        /// `sending`, `completed` or `cancelled`.
        public var state: String
        public var audience: Int
        public var queued: Int
        public var sending: Int
        /// Taken by the provider.
        public var sent: Int
        public var delivered: Int
        /// Leads, by a person.
        public var opened: Int
        public var openedByMachine: Int
        public var clicked: Int
        public var clickedByMachine: Int
        public var replied: Int
        public var bounced: Int
        public var failed: Int
        public var skipped: Int
        public var unsubscribed: Int
        /// Perhaps sent: the provider was asked, and what it answered was lost.
        public var unknown: Int
        public var startedAt: Date
        public var completedAt: Date?

        enum CodingKeys: String, CodingKey {
            case campaignID = "campaign_id"
            case name, channel, state, audience, queued, sending, sent, delivered, opened
            case openedByMachine = "opened_by_machine"
            case clicked
            case clickedByMachine = "clicked_by_machine"
            case replied, bounced, failed, skipped, unsubscribed, unknown
            case startedAt = "started_at"
            case completedAt = "completed_at"
        }

        public init(
            campaignID: CampaignID,
            name: String,
            channel: Channel,
            state: String,
            audience: Int,
            queued: Int,
            sending: Int,
            sent: Int,
            delivered: Int,
            opened: Int,
            openedByMachine: Int,
            clicked: Int,
            clickedByMachine: Int,
            replied: Int,
            bounced: Int,
            failed: Int,
            skipped: Int,
            unsubscribed: Int,
            unknown: Int,
            startedAt: Date,
            completedAt: Date? = nil
        ) {
            self.campaignID = campaignID
            self.name = name
            self.channel = channel
            self.state = state
            self.audience = audience
            self.queued = queued
            self.sending = sending
            self.sent = sent
            self.delivered = delivered
            self.opened = opened
            self.openedByMachine = openedByMachine
            self.clicked = clicked
            self.clickedByMachine = clickedByMachine
            self.replied = replied
            self.bounced = bounced
            self.failed = failed
            self.skipped = skipped
            self.unsubscribed = unsubscribed
            self.unknown = unknown
            self.startedAt = startedAt
            self.completedAt = completedAt
        }
    }

    public init(campaignID: CampaignID) {
        self.campaignID = campaignID
    }
}
