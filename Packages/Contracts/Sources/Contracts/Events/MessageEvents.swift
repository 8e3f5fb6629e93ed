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

/// Somebody, or a machine on their behalf, loaded a message's tracking pixel.
public struct MessageOpened: LeadEvent {
    public static let subject: Subject = "crm.message.opened"
    public static let summary = "Somebody, or a machine on their behalf, loaded a message's tracking pixel."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    /// A mail scanner or privacy proxy, judged by its user agent and timing. Counted, but it moves no status.
    public var byMachine: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel
        case byMachine = "by_machine"
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        byMachine: Bool
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.byMachine = byMachine
    }
}

/// Somebody, or a machine that checks links, followed a link of a message.
public struct MessageClicked: LeadEvent {
    public static let subject: Subject = "crm.message.clicked"
    public static let summary = "Somebody, or a machine that checks links, followed a link of a message."

    public var leadID: LeadID
    public var messageID: MessageID
    /// None for a message outside of a campaign.
    public var campaignID: CampaignID?
    public var channel: Channel
    /// Where the link led.
    public var url: String
    /// As for an open.
    public var byMachine: Bool

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, url
        case byMachine = "by_machine"
    }

    public init(
        leadID: LeadID,
        messageID: MessageID,
        campaignID: CampaignID? = nil,
        channel: Channel,
        url: String,
        byMachine: Bool
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.url = url
        self.byMachine = byMachine
    }
}

/// The recipient answered. What they wrote stays with campaign.
public struct MessageReplied: LeadEvent {
    public static let subject: Subject = "crm.message.replied"
    public static let summary = "The recipient answered. What they wrote stays with campaign."

    public var leadID: LeadID
    /// The message answered, when it is known.
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel
    }

    public init(leadID: LeadID, messageID: MessageID? = nil, campaignID: CampaignID? = nil, channel: Channel) {
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

/// The recipient reported a message as spam.
public struct MessageComplained: LeadEvent {
    public static let subject: Subject = "crm.message.complained"
    public static let summary = "The recipient reported a message as spam."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address
    }

    public init(
        leadID: LeadID,
        messageID: MessageID? = nil,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
    }
}

/// The recipient asked not to be written to on this channel.
public struct MessageUnsubscribed: LeadEvent {
    public static let subject: Subject = "crm.message.unsubscribed"
    public static let summary = "The recipient asked not to be written to on this channel."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var campaignID: CampaignID?
    public var channel: Channel
    public var address: String
    /// How they said so: `one_click`, `page`, `stop_keyword`, `provider`, `staff`.
    public var source: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case campaignID = "campaign_id"
        case channel, address, source
    }

    public init(
        leadID: LeadID,
        messageID: MessageID? = nil,
        campaignID: CampaignID? = nil,
        channel: Channel,
        address: String,
        source: String
    ) {
        self.leadID = leadID
        self.messageID = messageID
        self.campaignID = campaignID
        self.channel = channel
        self.address = address
        self.source = source
    }
}

/// The recipient asked to be written to again.
public struct MessageResubscribed: LeadEvent {
    public static let subject: Subject = "crm.message.resubscribed"
    public static let summary = "The recipient asked to be written to again."

    public var leadID: LeadID
    public var messageID: MessageID?
    public var channel: Channel
    public var address: String
    public var source: String

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case messageID = "message_id"
        case channel, address, source
    }

    public init(leadID: LeadID, messageID: MessageID? = nil, channel: Channel, address: String, source: String) {
        self.leadID = leadID
        self.messageID = messageID
        self.channel = channel
        self.address = address
        self.source = source
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
