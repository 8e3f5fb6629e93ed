/// A campaign began to send.
public struct CampaignStarted: Event {
    public static let subject: Subject = "crm.campaign.started"
    public static let summary = "A campaign began to send."

    public var campaignID: CampaignID
    public var name: String
    public var channel: Channel
    /// How many leads it writes to.
    public var audience: Int
    public var startedBy: String

    enum CodingKeys: String, CodingKey {
        case campaignID = "campaign_id"
        case name, channel, audience
        case startedBy = "started_by"
    }

    public var concernedLead: LeadID? { nil }
    public var about: String { campaignID.description }

    public init(campaignID: CampaignID, name: String, channel: Channel, audience: Int, startedBy: String) {
        self.campaignID = campaignID
        self.name = name
        self.channel = channel
        self.audience = audience
        self.startedBy = startedBy
    }
}

/// A campaign has nothing left to send.
public struct CampaignCompleted: Event {
    public static let subject: Subject = "crm.campaign.completed"
    public static let summary = "A campaign has nothing left to send."

    public var campaignID: CampaignID
    public var name: String
    public var channel: Channel
    public var sent: Int
    public var failed: Int
    /// Suppressed or without an address when their turn came.
    public var skipped: Int

    enum CodingKeys: String, CodingKey {
        case campaignID = "campaign_id"
        case name, channel, sent, failed, skipped
    }

    public var concernedLead: LeadID? { nil }
    public var about: String { campaignID.description }

    public init(campaignID: CampaignID, name: String, channel: Channel, sent: Int, failed: Int, skipped: Int) {
        self.campaignID = campaignID
        self.name = name
        self.channel = channel
        self.sent = sent
        self.failed = failed
        self.skipped = skipped
    }
}

/// A campaign was stopped before its end.
public struct CampaignCancelled: Event {
    public static let subject: Subject = "crm.campaign.cancelled"
    public static let summary = "A campaign was stopped before its end."

    public var campaignID: CampaignID
    public var name: String
    public var channel: Channel
    public var sent: Int
    public var cancelledBy: String

    enum CodingKeys: String, CodingKey {
        case campaignID = "campaign_id"
        case name, channel, sent
        case cancelledBy = "cancelled_by"
    }

    public var concernedLead: LeadID? { nil }
    public var about: String { campaignID.description }

    public init(campaignID: CampaignID, name: String, channel: Channel, sent: Int, cancelledBy: String) {
        self.campaignID = campaignID
        self.name = name
        self.channel = channel
        self.sent = sent
        self.cancelledBy = cancelledBy
    }
}
