/// The provider took a message.
public struct MessageSent: LeadEvent {
    public static let subject: Subject = "crm.message.sent"
    public static let summary = "The provider took a message."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    /// Where it went: the e-mail address, or the number in E.164.
    public var address: String
    /// The provider's own id of it.
    public var providerID: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address
        case providerID = "provider_id"
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String,
        providerID: String? = nil
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
        self.providerID = providerID
    }
}

/// A message reached its recipient.
public struct MessageDelivered: LeadEvent {
    public static let subject: Subject = "crm.message.delivered"
    public static let summary = "A message reached its recipient."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel
    }

    public init(leadID: LeadID, messageID: MessageID, campaignID: CampaignID? = nil, channel: Channel) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
    }
}

/// A message came back.
public struct MessageBounced: LeadEvent {
    public static let subject: Subject = "crm.message.bounced"
    public static let summary = "A message came back."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String
    /// A temporary one moves no status.
    public var isPermanent: Bool
    /// The provider's or the server's code.
    public var code: String?
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address
        case isPermanent = "is_permanent"
        case code, reason
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String,
        isPermanent: Bool,
        code: String? = nil,
        reason: String? = nil
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
        self.isPermanent = isPermanent
        self.code = code
        self.reason = reason
    }
}

/// A message could not be sent or delivered.
public struct MessageFailed: LeadEvent {
    public static let subject: Subject = "crm.message.failed"
    public static let summary = "A message could not be sent or delivered."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String
    /// The address itself is no good: as a permanent bounce.
    public var isUndeliverable: Bool
    public var code: String?
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address
        case isUndeliverable = "is_undeliverable"
        case code, reason
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String,
        isUndeliverable: Bool,
        code: String? = nil,
        reason: String? = nil
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
        self.isUndeliverable = isUndeliverable
        self.code = code
        self.reason = reason
    }
}
